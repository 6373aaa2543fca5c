import type { ShardIo } from "@potluck/model";
import { expect, test } from "vitest";
import * as ort from "onnxruntime-web";
import { CacheGroup } from "./cache-group.ts";
import { GrowingCache } from "./growing-cache.ts";

const heads = 2;
const headDim = 3;
const kv: ShardIo["kv"] = [
  { pastKey: "k", pastValue: "v", presentKey: "k out", presentValue: "v out", dtype: "f32", kvHeads: heads, headDim },
];

function filled(positions: number, seed: number): ort.Tensor {
  const values = Float32Array.from({ length: heads * positions * headDim }, (_, i) => seed * 1000 + i);
  return new ort.Tensor("float32", values, [1, heads, positions, headDim]);
}

function groupOf(lengths: readonly number[]): { group: CacheGroup; members: GrowingCache[]; before: unknown[] } {
  const members = lengths.map((length, i) => {
    const cache = new GrowingCache(ort, kv, 64, true, () => undefined);
    cache.take({ "k out": filled(length, i), "v out": filled(length, i + 100) });
    return cache;
  });
  const before = members.map(contents);
  const group = CacheGroup.of(ort, kv, members, Math.max(...lengths));
  for (const [slot, member] of members.entries()) member.join({ group, slot, length: lengths[slot] ?? 0 });
  return { group, members, before };
}

const contents = (cache: GrowingCache): unknown =>
  Object.entries(cache.feeds()).map(([name, { dims, data }]) => [name, [...dims], data]);

const resting = (members: readonly GrowingCache[]): number => members.filter(({ place }) => place !== null).length;

test("EN26 sessions that rest stay in a group until more than half of its slots are empty, then take their positions along", () => {
  const { members, before } = groupOf([5, 7, 6, 7, 4]);
  members[1]?.close();
  members[3]?.close();
  expect(resting(members)).toBe(3);
  members[4]?.close();
  expect(resting(members)).toBe(0);
  expect([members[0], members[2]].map((member) => member && contents(member))).toEqual([before[0], before[2]]);
});

test("EN26 sessions that go on in smaller groups leave the old one, and what rests of it takes its positions along", () => {
  const lengths = [5, 7, 6, 7, 4];
  const { group: old, members, before } = groupOf(lengths);
  const goOn = (from: number): CacheGroup => {
    const pair = members.slice(from, from + 2);
    const group = CacheGroup.of(ort, kv, pair, 7);
    for (const [slot, member] of pair.entries()) member.join({ group, slot, length: lengths[from + slot] ?? 0 });
    return group;
  };
  const groups = () => members.map(({ place }) => place?.group);
  const left = goOn(0);
  expect(groups()).toEqual([left, left, old, old, old]);
  const right = goOn(2);
  expect(groups()).toEqual([left, left, right, right, undefined]);
  expect(new Set([old, left, right]).size).toBe(3);
  expect(members.map(contents)).toEqual(before);
});

test("EN26 a session that has no memory to leave with keeps its place, and the other one closes all the same", () => {
  const { group, members, before } = groupOf([5, 7, 6]);
  const [first, second, third] = members;
  if (first === undefined || second === undefined || third === undefined) throw new Error("three members");
  const copyOf = group.copyOf.bind(group);
  group.copyOf = () => {
    throw new RangeError("Array buffer allocation failed");
  };
  second.close();
  third.close();
  expect(first.place?.group).toBe(group);
  group.copyOf = copyOf;
  expect(contents(first)).toEqual(before[0]);
});
