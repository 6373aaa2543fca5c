import * as ort from "onnxruntime-web";
import type { ActivationDtype } from "../src/manifest/manifest.ts";
import type { ShardIo } from "../src/shard/shard.ts";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

type Ort = ort.Tensor;

/** A shard or an uncut graph on the CPU, with caches that grow. Values are what the graph gives, f16 as bit patterns. */
export class RunningGraph {
  readonly io: ShardIo;
  readonly #session: ort.InferenceSession;
  readonly #activation: ActivationDtype;
  #cache = new Map<string, Ort>();
  #past = 0;

  private constructor(session: ort.InferenceSession, io: ShardIo, activation: ActivationDtype) {
    this.#session = session;
    this.io = io;
    this.#activation = activation;
    this.reset();
  }

  static async open(
    plan: { readonly graph: Uint8Array; readonly io: ShardIo; readonly activation: ActivationDtype },
    files: Readonly<Record<string, Uint8Array>>,
  ): Promise<RunningGraph> {
    const session = await ort.InferenceSession.create(plan.graph, {
      executionProviders: ["wasm"],
      externalData: Object.entries(files).map(([path, data]) => ({ path, data })),
    });
    return new RunningGraph(session, plan.io, plan.activation);
  }

  reset(): void {
    this.#past = 0;
    this.#cache = new Map(
      this.io.kv.flatMap((layer) =>
        [layer.pastKey, layer.pastValue].map((name): [string, Ort] => [
          name,
          floats(layer.dtype, layer.dtype === "f16" ? new Uint16Array(0) : new Float32Array(0), [
            1,
            layer.kvHeads,
            0,
            layer.headDim,
          ]),
        ]),
      ),
    );
  }

  /** Runs `count` positions on top of what ran before. Gives the graph's main output and `also` others, as they are. */
  async run(
    input: readonly number[] | Float32Array | Uint16Array,
    count: number,
    also: readonly string[] = [],
  ): Promise<{ readonly main: Float32Array | Uint16Array; readonly also: readonly (Float32Array | Uint16Array)[] }> {
    const { io } = this;
    const total = this.#past + count;
    const feeds: Record<string, Ort> = Object.fromEntries(this.#cache);
    feeds[io.input.name] = isBits(input)
      ? floats(this.#activation, input, [1, count, input.length / count])
      : int64(input, [1, count]);
    if (io.attentionMask !== null) feeds[io.attentionMask] = int64(Array<number>(total).fill(1), [1, total]);
    if (io.lengths !== null) {
      feeds[io.lengths.last] = new ort.Tensor("int32", Int32Array.of(total - 1), [1]);
      feeds[io.lengths.total] = new ort.Tensor("int32", Int32Array.of(total), []);
    }
    if (io.positionIds !== null)
      feeds[io.positionIds] = int64([...Array<number>(total).keys()].slice(this.#past), [1, count]);
    if (io.output.kind === "logits" && io.output.rows !== null) feeds[io.output.rows] = int64([count - 1], [1]);
    const results = await this.#session.run(feeds);
    for (const layer of io.kv) {
      this.#cache.set(layer.pastKey, pick(results, layer.presentKey));
      this.#cache.set(layer.pastValue, pick(results, layer.presentValue));
    }
    this.#past = total;
    return { main: values(pick(results, io.output.name)), also: also.map((name) => values(pick(results, name))) };
  }

  close(): Promise<void> {
    return this.#session.release();
  }
}

function isBits(input: readonly number[] | Float32Array | Uint16Array): input is Float32Array | Uint16Array {
  return ArrayBuffer.isView(input);
}

/** Runs a prompt and then greedily on through a chain of graphs, hidden states passed on as they are. */
export async function greedyTokens(
  chain: readonly RunningGraph[],
  promptIds: readonly number[],
  tokens: number,
): Promise<number[]> {
  for (const graph of chain) graph.reset();
  const made: number[] = [];
  for (let next = promptIds; made.length < tokens;) {
    let values: readonly number[] | Float32Array | Uint16Array = next;
    for (const graph of chain) values = (await graph.run(values, next.length)).main;
    const logits = values instanceof Uint16Array ? Float32Array.from(values, fromHalf) : values;
    const rows = chain.at(-1)?.io.output.kind === "logits" && !hasRows(chain.at(-1)) ? next.length : 1;
    const vocab = logits.length / rows;
    let best = logits.length - vocab;
    for (let i = best; i < logits.length; i++) if ((logits[i] ?? 0) > (logits[best] ?? 0)) best = i;
    const id = best - (logits.length - vocab);
    made.push(id);
    next = [id];
  }
  return made;
}

function fromHalf(bits: number): number {
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

function hasRows(graph: RunningGraph | undefined): boolean {
  return graph?.io.output.kind === "logits" && graph.io.output.rows !== null;
}

function pick(results: Readonly<Record<string, Ort>>, name: string): Ort {
  const tensor = results[name];
  if (tensor === undefined) throw new Error(`the graph gave no ${name}`);
  return tensor;
}

function values(tensor: Ort): Float32Array | Uint16Array {
  const data: unknown = tensor.data;
  if (data instanceof Float32Array || data instanceof Uint16Array) return data;
  // Runtimes with Float16Array give that; the bits are what is compared.
  if (ArrayBuffer.isView(data))
    return new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  throw new Error(`unexpected type ${tensor.type}`);
}

function int64(ids: readonly number[], dims: readonly number[]): Ort {
  return new ort.Tensor("int64", BigInt64Array.from(ids, BigInt), dims);
}

function floats(dtype: ActivationDtype, data: Float32Array | Uint16Array, dims: readonly number[]): Ort {
  return data instanceof Float32Array && dtype === "f32"
    ? new ort.Tensor("float32", data, dims)
    : new ort.Tensor("float16", data as Uint16Array, dims);
}
