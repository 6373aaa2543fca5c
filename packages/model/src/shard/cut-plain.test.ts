import { expect, test } from "vitest";
import { boundaryName, describeExport, openShard, openUncut, tile } from "../../test/demo.ts";
import { greedyTokens, type RunningGraph } from "../../test/run-graph.ts";
import { tinyLlama, type TinyOptions } from "../../test/tiny-llama.ts";

const variants: readonly TinyOptions[] = [
  { dtype: "f32", shapesFrom: "tokens" },
  { dtype: "f32", shapesFrom: "embedding" },
  { dtype: "f16", shapesFrom: "tokens" },
];
const prompt = [5, 17, 80, 33, 2, 9];

test.each(variants)(
  "MO9 a graph of standard operators is cut anywhere ($dtype, lengths from $shapesFrom)",
  async (options) => {
    const source = tinyLlama(options);
    const built = await describeExport(source, "fp32");
    expect(built.manifest.architecture).toMatchObject({
      layerCount: 4,
      hiddenSize: 32,
      attention: "plain",
      activation: options.dtype,
    });
    expect(built.manifest.cuts.every((cut) => cut.tensors.length === 1)).toBe(true);
    const uncut = await openUncut(built, source, "onnx/model.onnx", { boundaries: true });
    const names = [0, 1, 2, 3, 4].map((layer) => boundaryName(layer));
    const shards: RunningGraph[] = [];
    for (const range of tile(4, 4)) shards.push(await openShard(built, source, range));
    // Twice, so that masks and rotary positions on top of a past are held too.
    for (const chunk of [prompt.slice(0, 4), prompt.slice(4)]) {
      const whole = await uncut.run(chunk, chunk.length, names);
      let hidden: Parameters<RunningGraph["run"]>[0] = chunk;
      for (const [i, shard] of shards.entries()) {
        hidden = (await shard.run(hidden, chunk.length)).main;
        if (i < 3 && options.dtype === "f32") expect(hidden, `boundary ${i + 1}`).toEqual(whole.also[i + 1]);
      }
    }
    const want = await greedyTokens([uncut], prompt, 6);
    expect(await greedyTokens(shards, prompt, 6)).toEqual(want);
    for (const shard of shards) await shard.close();
    for (const parts of [1, 2, 3]) {
      const chain: RunningGraph[] = [];
      for (const range of tile(4, parts)) chain.push(await openShard(built, source, range));
      expect(await greedyTokens(chain, prompt, 6), `${parts} parts`).toEqual(want);
      for (const shard of chain) await shard.close();
    }
    await uncut.close();
  },
);
