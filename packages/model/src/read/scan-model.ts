import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { elementType, externalLocation } from "../shard/element-type.ts";
import { GraphError } from "../shard/graph-error.ts";
import { ByteCursor } from "./byte-cursor.ts";
import type { ByteSource } from "./byte-source.ts";

/** Tensors of at most this many bytes stay in the graph: shape inference needs the small ones. */
export const inlineBytes = 1024;
/** Varint-coded numbers can't be used in place, so a tensor may hold this many bytes of them, which stay in the graph. */
const typedBytes = 64 * 1024;
/** Everything that is kept. The largest decoders have graphs of some megabytes. */
const keptBytes = 64 * 1024 * 1024;

const field = {
  model: { graph: 7 },
  graph: { initializer: 5 },
  tensor: {
    dataType: 2,
    floatData: 4,
    int32Data: 5,
    int64Data: 7,
    name: 8,
    rawData: 9,
    doubleData: 10,
    uint64Data: 11,
    externalData: 13,
    dataLocation: 14,
  },
} as const;

/** By number; groups (3 and 4) do not occur in ONNX. */
const wireTypes: readonly (WireType | undefined)[] = [
  WireType.Varint,
  WireType.Bit64,
  WireType.LengthDelimited,
  undefined,
  undefined,
  WireType.Bit32,
];

const fixedBytes: ReadonlyMap<WireType, number> = new Map([
  [WireType.Bit64, 8],
  [WireType.Bit32, 4],
]);

interface Field {
  readonly number: number;
  readonly wire: WireType;
  /** Of a varint field its value, else 0. */
  readonly value: number;
  readonly length: number;
}

/**
 * The file's ModelProto with the bytes of large initializers left out: each becomes external data in the file itself
 * (`location` = `path`). Weights are never read. Throws `truncated`, `damaged`, `typed-data` or `too-large`.
 */
export async function scanModel(
  source: ByteSource,
  path: string,
  sizeBytes: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const scan = new Scan(new ByteCursor(source, path, sizeBytes, signal));
  return scan.model();
}

class Scan {
  readonly #cursor: ByteCursor;
  #kept = 0;

  constructor(cursor: ByteCursor) {
    this.#cursor = cursor;
  }

  async model(): Promise<Uint8Array> {
    const out = new BinaryWriter();
    let graphs = 0;
    while (this.#cursor.position < this.#cursor.sizeBytes) {
      const f = await this.#field(this.#cursor.sizeBytes, "the model");
      if (f.number === field.model.graph && f.wire === WireType.LengthDelimited) {
        graphs++;
        out.tag(f.number, f.wire).bytes(await this.#graph(this.#cursor.position + f.length));
      } else {
        await this.#keep(out, f);
      }
    }
    if (graphs !== 1)
      throw new GraphError("damaged", `${this.#cursor.path} is no ONNX file: it holds ${graphs} graphs.`);
    return out.finish();
  }

  async #graph(end: number): Promise<Uint8Array> {
    const out = new BinaryWriter();
    while (this.#cursor.position < end) {
      const f = await this.#field(end, "the graph");
      if (f.number === field.graph.initializer && f.wire === WireType.LengthDelimited) {
        out.tag(f.number, f.wire).bytes(await this.#tensor(this.#cursor.position + f.length));
      } else {
        await this.#keep(out, f);
      }
    }
    return out.finish();
  }

  async #tensor(end: number): Promise<Uint8Array> {
    const out = new BinaryWriter();
    let name = "";
    let dataType = 0;
    let left: { readonly offset: number; readonly length: number; readonly number: number } | null = null;
    let typed: Field | null = null;
    let isExternal = false;
    while (this.#cursor.position < end) {
      const f = await this.#field(end, `tensor "${name}"`);
      if (f.number === field.tensor.dataType) dataType = f.value;
      if (f.number === field.tensor.dataLocation && f.value === externalLocation) isExternal = true;
      if (f.number === field.tensor.name && f.wire === WireType.LengthDelimited) {
        const bytes = await this.#cursor.take(f.length);
        name = new TextDecoder().decode(bytes);
        out.tag(f.number, f.wire).bytes(bytes);
      } else if (f.wire === WireType.LengthDelimited && f.length > inlineBytes && isPlainData(f.number)) {
        if (left !== null)
          throw new GraphError("damaged", `Tensor "${name}" in ${this.#cursor.path} holds its data twice.`);
        left = { offset: this.#cursor.position, length: f.length, number: f.number };
        this.#cursor.skip(f.length);
      } else if (f.wire === WireType.LengthDelimited && f.length > typedBytes) {
        // Refused at the end, since the name may follow.
        typed = f;
        this.#cursor.skip(f.length);
      } else {
        await this.#keep(out, f);
      }
    }
    if (typed !== null) {
      throw new GraphError(
        "typed-data",
        `Tensor "${name}" in ${this.#cursor.path} stores ${typed.length} bytes of numbers one by one (field ${typed.number}). Save the model again with raw_data or external data.`,
      );
    }
    if (left === null) return out.finish();
    const type = left.number === field.tensor.floatData ? elementType.f32 : elementType.f64;
    if (isExternal || (left.number !== field.tensor.rawData && dataType !== type)) {
      throw new GraphError(
        "damaged",
        `Tensor "${name}" in ${this.#cursor.path} has data that does not fit its type or its location.`,
      );
    }
    for (const [key, value] of [
      ["location", this.#cursor.path],
      ["offset", String(left.offset)],
      ["length", String(left.length)],
    ] as const) {
      out.tag(field.tensor.externalData, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(key);
      out.tag(2, WireType.LengthDelimited).string(value).join();
    }
    out.tag(field.tensor.dataLocation, WireType.Varint).int32(externalLocation);
    return out.finish();
  }

  async #field(end: number, where: string): Promise<Field> {
    const at = this.#cursor.position;
    const tag = await this.#cursor.varint();
    const number = Math.floor(tag / 8);
    const wire = wireTypes[tag % 8];
    if (wire === undefined || number < 1 || number > 536_870_911) {
      throw new GraphError(
        "damaged",
        `${this.#cursor.path} is no ONNX file: byte ${at}, in ${where}, starts no field.`,
      );
    }
    const value = wire === WireType.Varint ? await this.#cursor.varint() : 0;
    const length = wire === WireType.LengthDelimited ? await this.#cursor.varint() : (fixedBytes.get(wire) ?? 0);
    if (this.#cursor.position + length > this.#cursor.sizeBytes) {
      throw new GraphError(
        "truncated",
        `${this.#cursor.path} ends at byte ${this.#cursor.sizeBytes}, but ${where} goes on to byte ${this.#cursor.position + length}. Download it again.`,
      );
    }
    if (this.#cursor.position + length > end) {
      throw new GraphError(
        "damaged",
        `${this.#cursor.path} is damaged: a field at byte ${at} is longer than ${where}, which holds it.`,
      );
    }
    return { number, wire, value, length };
  }

  async #keep(out: BinaryWriter, f: Field): Promise<void> {
    this.#kept += f.length + 16;
    if (this.#kept > keptBytes) {
      throw new GraphError(
        "too-large",
        `The graph of ${this.#cursor.path} is larger than ${keptBytes} bytes without its weights; weights inside Constant nodes can't be cut.`,
      );
    }
    out.tag(f.number, f.wire);
    if (f.wire === WireType.Varint) {
      // Wide values (hashes, negative numbers) would not survive as a double; none of the fields here has any.
      if (!Number.isSafeInteger(f.value))
        throw new GraphError("damaged", `${this.#cursor.path} holds a number out of range.`);
      out.uint64(BigInt(f.value));
      return;
    }
    const bytes = await this.#cursor.take(f.length);
    if (f.wire === WireType.LengthDelimited) out.bytes(bytes);
    else out.raw(bytes);
  }
}

/** Packed little-endian numbers are the tensor's bytes as they are. */
function isPlainData(number: number): boolean {
  return number === field.tensor.rawData || number === field.tensor.floatData || number === field.tensor.doubleData;
}
