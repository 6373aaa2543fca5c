import type { NodeProto, TensorProto } from "onnx-buf";
import { findHiddenShape } from "./hidden-shape.ts";
import { GraphError } from "./graph-error.ts";
import { describeNode, type GraphIndex } from "./graph-index.ts";
import type { GraphIo } from "./graph-io.ts";
import { findLengthTensors } from "./length-tensors.ts";
import { floatAttribute, int64Tensor, intAttribute, node } from "./onnx.ts";
import { describePart, type Part } from "./part.ts";
import { sameDims } from "./same-dims.ts";

/** A boundary's tensors: the residual stream, or the two whose sum it is. */
export type CutTensors = readonly [string] | readonly [string, string];

const hiddenInName = "potluck.hidden_in";
const hiddenOutName = "potluck.hidden_out";
export const rowsName = "potluck.rows";
/** Inputs that stand for the mask; see `ShardIo.lengths`. */
export const lengthNames = { last: "potluck.last_positions", total: "potluck.total_length" } as const;

/** The nodes of one part of a decoder, in order, with the boundary rewritten. */
export interface Slice {
  readonly nodes: readonly NodeProto[];
  /** Names of the graph's initializers that the nodes use, in the graph's order. */
  readonly initializers: readonly string[];
  /** Small constants that the rewriting needed. */
  readonly added: readonly TensorProto[];
  /** Names of the graph's own inputs that the nodes use. */
  readonly inputs: ReadonlySet<string>;
  /** Name of the hidden input; null with the embedding. */
  readonly hiddenIn: string | null;
  /** Name of the hidden output; null with the head. */
  readonly hiddenOut: string | null;
  /** Whether the nodes read {@link lengthNames}, which the mask's nodes made before. */
  readonly hasLengths: boolean;
}

/**
 * Walks back from what the part must give to what it is given. Masks and positions that the part needs come along;
 * shapes of tensors that the part lacks are taken from its own first cache or from its hidden input.
 * `cuts[n]` are the tensors of boundary n. Throws `uncuttable` naming the tensor when more than the boundary is needed.
 */
export function sliceGraph(index: GraphIndex, io: GraphIo, cuts: readonly CutTensors[], part: Part): Slice {
  const walk = new Walk(index, io, cuts, part);
  return walk.run();
}

class Walk {
  readonly #index: GraphIndex;
  readonly #io: GraphIo;
  readonly #cuts: readonly CutTensors[];
  readonly #part: Part;
  readonly #start: CutTensors | null;
  readonly #end: CutTensors | null;
  readonly #hiddenIn: string | null;
  readonly #hasLengths: boolean;
  readonly #kept = new Set<number>();
  readonly #visited = new Set<string>();
  readonly #shapes = new Set<number>();
  readonly #inputs = new Set<string>();
  readonly #initializers = new Set<string>();
  /** Tensor names to replace wherever a node reads them. */
  readonly #alias = new Map<string, string>();
  readonly #before = new Map<number, NodeProto[]>();
  readonly #instead = new Map<number, NodeProto[]>();
  readonly #added = new Map<string, TensorProto>();

  constructor(index: GraphIndex, io: GraphIo, cuts: readonly CutTensors[], part: Part) {
    this.#index = index;
    this.#io = io;
    this.#cuts = cuts;
    this.#part = part;
    this.#start = part.embedding ? null : boundary(cuts, part.from);
    this.#end = part.head ? null : boundary(cuts, part.to);
    this.#hiddenIn = this.#start === null ? null : this.#start.length === 1 ? this.#start[0] : hiddenInName;
    const lengths = findLengthTensors(index, io, part);
    this.#hasLengths = lengths !== null;
    for (const name of lengths?.last ?? []) this.#giveAs(name, lengthNames.last);
    for (const name of lengths?.total ?? []) this.#giveAs(name, lengthNames.total);
  }

  run(): Slice {
    if (this.#start?.length === 2) this.#startFromSum(this.#start);
    const wanted = this.#end ?? [this.#io.logits];
    for (const name of wanted) this.#need(name, null);
    for (const kv of this.#io.kv.slice(this.#part.from, this.#part.to)) {
      this.#need(kv.presentKey, null);
      this.#need(kv.presentValue, null);
    }
    this.#settleShapes();
    const tail = this.#part.head ? this.#pickRows() : [];
    const sum =
      this.#end?.length === 2
        ? [
            node(
              "Add",
              [...this.#end].map((n) => this.#renamed(n)),
              [hiddenOutName],
            ),
          ]
        : [];
    const nodes: NodeProto[] = [];
    for (const at of [...this.#kept].sort((a, b) => a - b)) {
      const original = this.#index.nodes[at];
      if (original === undefined) continue;
      for (const n of this.#before.get(at) ?? []) nodes.push(n);
      for (const n of this.#instead.get(at) ?? [original]) nodes.push(this.#withRenamedInputs(n));
    }
    nodes.push(...sum, ...tail);
    return {
      nodes,
      initializers: [...this.#index.initializers.keys()].filter((name) => this.#initializers.has(name)),
      added: [...this.#added.values()],
      inputs: this.#inputs,
      hiddenIn: this.#hiddenIn,
      hasLengths: this.#hasLengths,
      hiddenOut: this.#end === null ? null : this.#end.length === 2 ? hiddenOutName : this.#end[0],
    };
  }

  /** Nobody makes tensor `name`; whoever reads it reads the input `given`. */
  #giveAs(name: string, given: string): void {
    this.#alias.set(name, given);
    this.#visited.add(name);
  }

  /** The receiver of a sum: its first skip norm becomes a plain norm of the hidden input. */
  #startFromSum(sum: readonly [string, string]): void {
    const at = findSkipNorm(this.#index, sum);
    const skip = this.#index.nodes[at];
    const [normed] = skip?.output ?? [];
    if (skip === undefined || normed === undefined) return;
    const epsilon = skip.attribute.find((a) => a.name === "epsilon")?.f ?? 1e-5;
    const attributes = [intAttribute("axis", -1), floatAttribute("epsilon", epsilon), intAttribute("stash_type", 1)];
    const weights = skip.input.slice(2).filter((name) => name !== "");
    const opType = skip.opType === "SkipLayerNormalization" ? "LayerNormalization" : "SimplifiedLayerNormalization";
    this.#instead.set(at, [node(opType, [hiddenInName, ...weights], [normed], { name: skip.name, attributes })]);
    const residual = skip.output[3] ?? "";
    if (residual !== "") this.#giveAs(residual, hiddenInName);
  }

  #need(first: string, by: NodeProto | null): void {
    const stack: { readonly name: string; readonly by: NodeProto | null }[] = [{ name: first, by }];
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      const { name } = item;
      if (name === "" || this.#visited.has(name) || (this.#start?.length === 1 && name === this.#start[0])) continue;
      this.#visited.add(name);
      const at = this.#index.producer.get(name);
      if (at === undefined) {
        this.#needGiven(name, item.by);
        continue;
      }
      const n = this.#index.nodes[at];
      if (n === undefined || this.#kept.has(at)) continue;
      this.#kept.add(at);
      if (n.opType === "Shape" && n.domain === "") {
        this.#shapes.add(at);
        continue;
      }
      const inputs = (this.#instead.get(at) ?? [n]).flatMap((m) => m.input).filter((i) => i !== hiddenInName);
      for (const input of inputs) stack.push({ name: input, by: n });
    }
  }

  /** A graph input or an initializer. */
  #needGiven(name: string, by: NodeProto | null): void {
    if (this.#index.initializers.has(name)) {
      this.#initializers.add(name);
      return;
    }
    if (!this.#isMine(name)) {
      throw new GraphError(
        "uncuttable",
        `The ${describePart(this.#part)} can't be cut out: ${by === null ? "it" : `node ${describeNode(by)}`} needs "${name}", which lies on the other side of the cut.`,
      );
    }
    this.#inputs.add(name);
  }

  /** Whether a graph input is at hand in this part. */
  #isMine(name: string): boolean {
    if (name === this.#io.inputIds) return this.#part.embedding;
    const layer = this.#io.kv.findIndex((kv) => kv.pastKey === name || kv.pastValue === name);
    return layer === -1 || (layer >= this.#part.from && layer < this.#part.to);
  }

  /** Gives each Shape node a tensor of the same shape that the part has. */
  #settleShapes(): void {
    for (let again = true; again;) {
      again = false;
      for (const at of this.#shapes) {
        this.#shapes.delete(at);
        again = true;
        const shape = this.#index.nodes[at];
        const of = shape?.input[0];
        if (shape === undefined || of === undefined) continue;
        if (this.#visited.has(of) || of === this.#hiddenIn || this.#alias.has(of)) continue;
        if (!this.#replaceShape(at, shape, of)) this.#need(of, shape);
      }
    }
  }

  #replaceShape(at: number, shape: NodeProto, of: string): boolean {
    const cache = this.#ownCacheLike(of);
    if (cache !== null) {
      this.#visited.add(cache);
      if (this.#index.inputs.has(cache)) this.#inputs.add(cache);
      this.#instead.set(at, [{ ...shape, input: [cache] }]);
      return true;
    }
    if (this.#hiddenIn === null) return false;
    const like = findHiddenShape(this.#index, this.#io, this.#cuts.slice(0, this.#part.from + 1), of);
    if (like === null) return false;
    this.#instead.set(at, like === "hidden" ? [{ ...shape, input: [this.#hiddenIn] }] : this.#firstTwoDims(shape));
    return true;
  }

  /** Another layer's cache has the shape of this part's first. */
  #ownCacheLike(name: string): string | null {
    const own = this.#io.kv[this.#part.from];
    if (own === undefined || this.#part.from >= this.#part.to) return null;
    for (const [layer, kv] of this.#io.kv.entries()) {
      if (layer >= this.#part.from && layer < this.#part.to) continue;
      const stand = (Object.keys(kv) as (keyof typeof kv)[]).find((side) => kv[side] === name);
      if (stand === undefined) continue;
      const mine = own[stand];
      if (!sameDims(this.#index, name, mine)) {
        throw new GraphError(
          "uncuttable",
          `The ${describePart(this.#part)} can't be cut out: it needs the shape of "${name}", and its own "${mine}" has another.`,
        );
      }
      return mine;
    }
    return null;
  }

  /** Stands for Shape(input_ids), `[batch, sequence]`, where only the hidden input `[batch, sequence, width]` is at hand. */
  #firstTwoDims(shape: NodeProto): NodeProto[] {
    const hidden = this.#hiddenIn ?? "";
    const output = shape.output[0] ?? "";
    const at = (key: string, absent: number): number => {
      const value = shape.attribute.find((a) => a.name === key);
      const given = value === undefined ? absent : Number(value.i);
      return Math.min(2, Math.max(0, given < 0 ? given + 2 : given));
    };
    const axes = [0, 1].slice(at("start", 0), at("end", 2));
    const indices = int64Tensor(`potluck.axes_${axes.join("_")}`, axes);
    this.#added.set(indices.name, indices);
    const full = `${output}.potluck_full`;
    return [
      node("Shape", [hidden], [full]),
      node("Gather", [full, indices.name], [output], { attributes: [intAttribute("axis", 0)] }),
    ];
  }

  /** Makes the head work on the wanted rows only; returns nodes to append when that is possible only on the logits. */
  #pickRows(): NodeProto[] {
    const last = boundary(this.#cuts, this.#io.kv.length);
    const gather = (from: string, to: string): NodeProto =>
      node("Gather", [from, rowsName], [to], { attributes: [intAttribute("axis", 1)] });
    const logits = this.#index.producer.get(this.#io.logits) ?? -1;
    if (!isHeadFreeOfInputs(this.#index, this.#io.logits, last)) {
      const all = `${this.#io.logits}.potluck_all`;
      const maker = this.#index.nodes[logits];
      if (maker !== undefined) {
        this.#instead.set(logits, [{ ...maker, output: maker.output.map((o) => (o === this.#io.logits ? all : o)) }]);
      }
      return [gather(all, this.#io.logits)];
    }
    if (last.length === 1) {
      const rows = `${last[0]}.potluck_rows`;
      const users = (this.#index.consumers.get(last[0]) ?? []).filter((at) => this.#kept.has(at));
      this.#alias.set(last[0], rows);
      this.#before.set(Math.min(...users), [gather(last[0], rows)]);
      return [];
    }
    const at = findSkipNorm(this.#index, last);
    const [skip] = this.#instead.get(at) ?? [this.#index.nodes[at]];
    if (skip === undefined) return [];
    const summed = this.#instead.has(at) ? 1 : 2;
    const rows = skip.input.slice(0, summed).map((name) => `${name}.potluck_rows`);
    this.#before.set(
      at,
      rows.map((to, i) => gather(this.#renamed(skip.input[i] ?? ""), to)),
    );
    this.#instead.set(at, [{ ...skip, input: [...rows, ...skip.input.slice(summed)] }]);
    return [];
  }

  #renamed(name: string): string {
    return this.#alias.get(name) ?? name;
  }

  #withRenamedInputs(n: NodeProto): NodeProto {
    return n.input.some((name) => this.#alias.has(name))
      ? { ...n, input: n.input.map((name) => this.#renamed(name)) }
      : n;
  }
}

function boundary(cuts: readonly CutTensors[], at: number): CutTensors {
  const cut = cuts[at];
  if (cut === undefined)
    throw new GraphError("uncuttable", `There is no cut ${at}; the model has cuts 0 to ${cuts.length - 1}.`);
  return cut;
}

/** The skip norm that adds the two tensors. */
function findSkipNorm(index: GraphIndex, [a, b]: readonly [string, string]): number {
  const at = (index.consumers.get(a) ?? []).find((i) => {
    const [x, y] = index.nodes[i]?.input ?? [];
    return (x === a && y === b) || (x === b && y === a);
  });
  if (at === undefined)
    throw new GraphError("uncuttable", `No node adds "${a}" and "${b}"; the manifest does not fit its skeleton.`);
  return at;
}

/** Whether logits follow from the last boundary and constants alone, so that rows can be picked before the final norm. */
function isHeadFreeOfInputs(index: GraphIndex, logits: string, last: CutTensors): boolean {
  const seen = new Set<string>(last);
  const stack = [logits];
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    if (name === "" || seen.has(name)) continue;
    seen.add(name);
    if (index.inputs.has(name)) return false;
    const at = index.producer.get(name);
    if (at !== undefined) stack.push(...(index.nodes[at]?.input ?? []));
  }
  return true;
}
