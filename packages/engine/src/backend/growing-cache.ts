import type { ShardIo } from "@potluck/model";
import type { KvCache } from "./backend.ts";
import type { CacheGroup, CpuGroupMember } from "./cache-group.ts";
import { cutPositions } from "./cut-positions.ts";
import type { GroupPlace } from "./group-place.ts";
import type { Ort, OrtTensor } from "./ort.ts";

/**
 * KV as CPU tensors `[1, kvHeads, length, headDim]` of the positions that exist and perhaps some forgotten ones, or as a
 * slot of a group while the session runs together with others.
 */
export class GrowingCache implements KvCache, CpuGroupMember {
  capacity: number;
  readonly #ort: Ort;
  readonly #kv: ShardIo["kv"];
  /** How many forgotten positions may stay behind the last that counts. */
  readonly #slack: number;
  readonly #onClose: () => void;
  /** By the name of the past input. */
  #past: Map<string, OrtTensor>;
  #place: GroupPlace<CacheGroup> | null = null;

  /** `goesByLength`: whether attention is told how many positions count, so that there may be more. */
  constructor(ort: Ort, kv: ShardIo["kv"], capacity: number, goesByLength: boolean, onClose: () => void) {
    this.#ort = ort;
    this.#slack = goesByLength ? slackPositions : 0;
    this.#kv = kv;
    this.capacity = capacity;
    this.#onClose = onClose;
    this.#past = new Map(
      kv.flatMap((layer) => [layer.pastKey, layer.pastValue].map((name) => [name, emptyTensor(ort, layer)] as const)),
    );
  }

  get place(): GroupPlace<CacheGroup> | null {
    return this.#place;
  }

  /** Its positions are in a group from now on. */
  join(place: GroupPlace<CacheGroup>): void {
    this.#replace(new Map(), place);
  }

  leave(): void {
    if (this.#place !== null) this.#replace(this.#place.group.copyOf(this.#place.slot, this.#place.length));
  }

  feeds(): Record<string, OrtTensor> {
    this.leave();
    return Object.fromEntries(this.#past);
  }

  /** Adopts the present outputs of a run. */
  take(results: Readonly<Record<string, OrtTensor>>): void {
    const next = new Map<string, OrtTensor>();
    for (const layer of this.#kv)
      for (const [past, present] of [
        [layer.pastKey, layer.presentKey],
        [layer.pastValue, layer.presentValue],
      ] as const) {
        const tensor = results[present];
        if (tensor === undefined) throw new Error(`no output ${present}`);
        next.set(past, tensor);
      }
    this.#replace(next);
  }

  async grow(capacity: number): Promise<void> {
    this.capacity = capacity;
  }

  async truncate(length: number): Promise<void> {
    if (this.#place !== null) {
      this.#place = { ...this.#place, length: Math.min(length, this.#place.length) };
      return;
    }
    const [tensor] = this.#past.values();
    if ((tensor?.dims[2] ?? 0) <= length + this.#slack) return;
    this.#replace(this.#copyOf(length));
  }

  async copyFrom(from: KvCache, length: number): Promise<void> {
    if (!(from instanceof GrowingCache)) throw new TypeError("a cache of another backend");
    this.#replace(from.#copyOf(length));
  }

  /** Of the cache's own tensors or its slot, wherever its positions are; they stay there. */
  #copyOf(length: number): Map<string, OrtTensor> {
    if (this.#place !== null) return this.#place.group.copyOf(this.#place.slot, length);
    return new Map(
      Array.from(this.#past, ([name, tensor]) => [name, cutPositions(this.#ort, tensor, 0, length)] as const),
    );
  }

  close(): void {
    this.#replace(new Map());
    this.#onClose();
  }

  #replace(next: Map<string, OrtTensor>, place: GroupPlace<CacheGroup> | null = null): void {
    for (const [name, tensor] of this.#past) if (next.get(name) !== tensor) tensor.dispose();
    const before = this.#place?.group;
    this.#past = next;
    this.#place = place;
    if (before !== place?.group) before?.left();
  }
}

/** More than is ever guessed in one run, so that taking back a wrong guess copies nothing; small beside a chat. */
const slackPositions = 64;

/** A cache of no positions yet. */
export function emptyTensor(ort: Ort, layer: ShardIo["kv"][number]): OrtTensor {
  const dims = [1, layer.kvHeads, 0, layer.headDim];
  return layer.dtype === "f32"
    ? new ort.Tensor("float32", new Float32Array(0), dims)
    : new ort.Tensor("float16", new Uint16Array(0), dims);
}
