import type { ShardIo } from "@potluck/model";
import { cutPositions, filledTensor } from "./cut-positions.ts";
import { cacheTensors } from "./gpu-cache.ts";
import { dissolveIfSparse, goesOn, type GroupMember, lengthsIn, sharedGroup } from "./group-place.ts";
import type { Ort, OrtTensor } from "./ort.ts";
import { tensorValues } from "./tensor-values.ts";

/** A session's cache as a group sees it. */
export interface CpuGroupMember extends GroupMember<CacheGroup> {
  /** Its positions, in tensors of its own. */
  feeds(): Record<string, OrtTensor>;
}

/**
 * KV of several sessions in CPU tensors `[slots, kvHeads, positions, headDim]`, as a run of one row each reads and writes
 * them. Slots are filled from the front and padded to the longest. Sessions stay in the group from run to run, so that
 * nothing is copied while the same ones go on together; one that has left, or waits, leaves a slot that idles along, until
 * fewer than half are left.
 */
export class CacheGroup {
  readonly #ort: Ort;
  /** By the name of the past input. */
  #tensors: ReadonlyMap<string, OrtTensor>;
  /** By slot. */
  readonly #members: readonly CpuGroupMember[];

  private constructor(ort: Ort, members: readonly CpuGroupMember[], tensors: ReadonlyMap<string, OrtTensor>) {
    this.#ort = ort;
    this.#members = members;
    this.#tensors = tensors;
  }

  /** The group that the members are in already, where that is worth going on with; else a new one. Changes no member. */
  static of(ort: Ort, kv: ShardIo["kv"], members: readonly CpuGroupMember[], longest: number): CacheGroup {
    const group = sharedGroup(members);
    if (group !== null && group.#suits(members.length, longest)) return group;
    const feeds = members.map((member) => member.feeds());
    const tensors = cacheTensors(kv).map(
      ({ past }) =>
        [
          past,
          stack(
            ort,
            feeds.map((feed) => feed[past]),
          ),
        ] as const,
    );
    return new CacheGroup(ort, members, new Map(tensors));
  }

  feeds(): Record<string, OrtTensor> {
    return Object.fromEntries(this.#tensors);
  }

  slotOf(member: CpuGroupMember): number {
    return this.#members.indexOf(member);
  }

  get lengths(): readonly number[] {
    return lengthsIn<CacheGroup>(this, this.#members);
  }

  /** Adopts the present outputs of a run. */
  take(kv: ShardIo["kv"], results: Readonly<Record<string, OrtTensor>>): void {
    this.#tensors = new Map(
      cacheTensors(kv).map(({ past, present }) => {
        const tensor = results[present];
        if (tensor === undefined) throw new Error(`no output ${present}`);
        return [past, tensor];
      }),
    );
  }

  /** The first `length` positions of a slot, in tensors `[1, kvHeads, length, headDim]` of their own. */
  copyOf(slot: number, length: number): Map<string, OrtTensor> {
    return new Map(
      Array.from(this.#tensors, ([name, tensor]) => [name, cutPositions(this.#ort, tensor, slot, length)] as const),
    );
  }

  /** To be called when a member has left. */
  left(): void {
    dissolveIfSparse<CacheGroup>(this, this.#members);
  }

  #suits(running: number, longest: number): boolean {
    const [tensor] = this.#tensors.values();
    return goesOn(this.lengths, running, longest) && (tensor?.dims[2] ?? 0) <= 2 * longest + 64;
  }
}

/** Tensors `[1, heads, own length, width]` one behind the other as `[n, heads, longest, width]`. */
function stack(ort: Ort, parts: readonly (OrtTensor | undefined)[]): OrtTensor {
  const given = parts.filter((part) => part !== undefined);
  const longest = Math.max(...given.map((part) => part.dims[2] ?? 0));
  const [, heads = 0, , width = 0] = given[0]?.dims ?? [];
  const dims = [given.length, heads, longest, width];
  return filledTensor(ort, given[0], dims, (out) => {
    for (const [slot, part] of given.entries()) {
      const row = (part.dims[2] ?? 0) * width;
      const values = tensorValues(part);
      for (let head = 0; head < heads; head++)
        out.set(values.subarray(head * row, (head + 1) * row), (slot * heads + head) * longest * width);
    }
  });
}
