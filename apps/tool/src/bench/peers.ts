import type { Browser } from "@playwright/test";
import type { BackendName } from "../stage/index.ts";
import type { BenchModel } from "./bench-model.ts";
import { median } from "./median.ts";
import { openSwarm, type Swarm } from "./open-swarm.ts";
import { openPeer } from "./peers/open-peer.ts";
import { type PeerRow, renderPeers } from "./peers/render-peers.ts";
import { demoText } from "./demo-text.ts";
import { textMix } from "./text-mix.ts";

export interface PeersOptions {
  readonly browser: Browser;
  readonly backend: BackendName;
  readonly model: BenchModel;
  readonly tabs: readonly number[];
  readonly repeats: number;
  readonly answerTokens: number;
  readonly progress: (line: string) => void;
}

interface Side {
  readonly name: string;
  readonly speculation: boolean | null;
  readonly tabs: number;
  readonly speeds: number[];
  readonly firstMs: number[];
  answer(tokens: number): Promise<{ readonly tokensPerSecond: number; readonly firstTokenMs: number }>;
}

/** A Markdown table: transformers.js with the whole model in one tab, and ours on one and more, in turns. */
export async function measurePeers(options: PeersOptions): Promise<string> {
  const { browser, backend, model, repeats, answerTokens, progress } = options;
  const text = await demoText();
  const story = textMix(text).find(({ kind }) => kind === "tale");
  if (story === undefined) throw new Error("the mix has no tale");
  const ids = text.encodeChat(story.messages, { addGenerationPrompt: true });
  const peer = await openPeer({ browser, folder: model.folder, dtype: model.dtype, backend });
  const swarms: Swarm[] = [];
  try {
    const sides: Side[] = [
      {
        name: peer.name,
        speculation: null,
        tabs: 1,
        speeds: [],
        firstMs: [],
        async answer(tokens) {
          const { times, firstTokenMs } = await peer.answer(ids, tokens);
          return {
            firstTokenMs,
            tokensPerSecond: ((times.length - 1) * 1000) / ((times.at(-1) ?? 0) - (times[0] ?? 0)),
          };
        },
      },
    ];
    for (const tabs of options.tabs) {
      for (const speculation of [false, true]) {
        progress(`${backend}: opening ${tabs} tab${tabs === 1 ? "" : "s"}, ${speculation ? "speculative" : "plain"}`);
        const budgets = model.budgets(tabs);
        const common = { browser, backend, modelId: model.id, dataDir: model.dataDir, budgets };
        const swarm = await openSwarm({ ...common, speculation });
        swarms.push(swarm);
        sides.push({
          name: "Potluck",
          speculation,
          tabs,
          speeds: [],
          firstMs: [],
          async answer(tokens) {
            const { stats } = await swarm.ask({ messages: story.messages, maxNewTokens: tokens });
            if (stats.tabs !== tabs) throw new Error(`${stats.tabs} tabs answered instead of ${tabs}`);
            return { tokensPerSecond: stats.tokensPerSecond ?? 0, firstTokenMs: stats.firstTokenMs };
          },
        });
      }
    }
    // The first answer of each links, compiles and warms up.
    for (let round = 0; round <= repeats; round++) {
      for (const side of sides) {
        const { tokensPerSecond, firstTokenMs } = await side.answer(
          round === 0 ? Math.min(8, answerTokens) : answerTokens,
        );
        if (round === 0) continue;
        side.speeds.push(tokensPerSecond);
        side.firstMs.push(firstTokenMs);
      }
      progress(`${backend}: ${round === 0 ? "warm" : `round ${round} of ${repeats}`}`);
    }
    const rows = sides.map(({ name, tabs, speculation, speeds, firstMs }): PeerRow => ({
      name,
      tabs,
      speculation,
      tokensPerSecond: median(speeds),
      firstTokenMs: median(firstMs),
    }));
    return renderPeers(rows, {
      backend,
      dtype: model.dtype,
      threads: peer.threads,
      promptTokens: ids.length,
      answerTokens,
      repeats,
    });
  } finally {
    await Promise.allSettled([...swarms.map((swarm) => swarm.close()), peer.close()]);
  }
}
