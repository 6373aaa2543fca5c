import { planShard } from "@potluck/model";
import { folderSource } from "@potluck/model/node";
import { buildManifest, type BuiltManifest } from "@potluck/model/read";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { computeKnownAnswers } from "../../model/known-answers.ts";
import { budgetsOf } from "./make-model.ts";
import { shapes } from "./shapes.ts";
import { writeShape } from "./write-shape.ts";

const tokenizerFrom = fileURLToPath(
  new URL("../../../../../packages/demo-model/models/swarm-demo-10m", import.meta.url),
);
const shape = shapes.tiny;

describe.each(["q4", "q4f16"] as const)("a made export in %s", (dtype) => {
  let folder = "";
  let built: BuiltManifest;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "potluck-shape-"));
    await writeShape({ shape, dtype, folder, tokenizerFrom });
    const knownAnswers = computeKnownAnswers;
    built = await buildManifest(folderSource(folder), {
      dtype,
      repository: "r",
      revision: "v",
      base: "source/",
      knownAnswers,
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test(`TO4 a made export of shape tiny in ${dtype} is described, cut and run like a published one`, () => {
    const { manifest, skeleton } = built;
    const activation = dtype === "q4" ? "f32" : "f16";
    expect(manifest.architecture).toMatchObject({ layerCount: 6, hiddenSize: 128, vocabSize: 4096, activation });
    expect(manifest.architecture.attention).toBe("gqa");
    const whole = planShard(manifest, skeleton, { from: 0, to: 6 });
    const halves = [
      planShard(manifest, skeleton, { from: 0, to: 3 }),
      planShard(manifest, skeleton, { from: 3, to: 6 }),
    ];
    expect(halves.map(({ io }) => [io.input.kind, io.output.kind])).toEqual([
      ["tokens", "hidden"],
      ["hidden", "logits"],
    ]);
    const layerBytes = (plan: typeof whole): number => plan.weightBytes;
    // Only the rotary tables are in both.
    const rotary = 2 * shape.positions * (shape.headDim / 2) * (dtype === "q4" ? 4 : 2);
    expect(halves.reduce((sum, plan) => sum + layerBytes(plan), 0)).toBe(layerBytes(whole) + rotary);
  });

  test(`TO4 the known answers of a made export in ${dtype} are numbers that differ from position to position`, () => {
    const values = new Float32Array(built.knownAnswers.slice().buffer);
    const logits = values.subarray(values.length - shape.vocab);
    expect(logits.every(Number.isFinite)).toBe(true);
    expect(new Set(logits).size).toBeGreaterThan(shape.vocab / 8);
    const [row = [], next = []] = [0, 1].map((i) => [...values.subarray(i * shape.hidden, (i + 1) * shape.hidden)]);
    expect(row).not.toEqual(next);
  });

  test(`TO4 budgets for a made export in ${dtype} hold their layers, and the whole model only where one tab is meant to`, () => {
    const { manifest } = built;
    const whole = budgetsOf(manifest, 1).tabsMb[0] ?? 0;
    for (const tabs of [2, 3]) {
      const { tabsMb } = budgetsOf(manifest, tabs);
      expect(tabsMb).toHaveLength(tabs);
      expect(Math.max(...tabsMb)).toBeLessThan(whole);
    }
    expect(() => budgetsOf(manifest, 7)).toThrow("can't be held by 7 tabs");
  });
});
