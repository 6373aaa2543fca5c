import type { Browser } from "@playwright/test";
import type { BackendName } from "../stage/index.ts";
import { budgetsFor } from "./budgets.ts";
import { type DelayRow, label, type Path, speedOf } from "./delays/delay-row.ts";
import { renderDelays } from "./delays/render-delays.ts";
import { demoText } from "./demo-text.ts";
import { openSwarm } from "./open-swarm.ts";
import { type MixedText, mixPromptTokens, textMix } from "./text-mix.ts";

export interface DelaysOptions {
  readonly browser: Browser;
  readonly backend: BackendName;
  readonly tabs: readonly number[];
  readonly answerTokens: number;
  /** Everything at every delay; else the whole mix only where an aim is set, and half of it elsewhere. */
  readonly full: boolean;
  readonly progress: (line: string) => void;
}

const paths: readonly Path[] = [
  { oneWayMs: 0, loss: 0 },
  { oneWayMs: 5, loss: 0 },
  { oneWayMs: 20, loss: 0 },
  { oneWayMs: 20, loss: 0.01 },
  { oneWayMs: 50, loss: 0 },
];
/** Texts of the mix that the short form leaves out. */
const halfMix = new Set(["story", "counting", "steps"]);

/** A Markdown table of speeds over emulated paths, plain and speculative. */
export async function measureDelays(options: DelaysOptions): Promise<string> {
  const { progress, answerTokens, full } = options;
  const mix = textMix(await demoText());
  const rows: DelayRow[] = [];
  for (const tabs of options.tabs) {
    for (const path of paths) {
      if (tabs > 2 && !full && (path.oneWayMs === 5 || path.loss > 0)) continue;
      const isAimed = tabs === 2 && path.loss === 0 && (path.oneWayMs === 0 || path.oneWayMs === 20);
      const texts = mix.filter(({ kind }) => full || isAimed || halfMix.has(kind));
      for (const speculation of [false, true]) {
        const row = await measurePath({ ...options, tabs, path, texts, speculation });
        rows.push(row);
        const speed = speedOf(row).toFixed(1);
        progress(`${label(path)}, ${tabs} tabs, ${speculation ? "speculative" : "plain"}: ${speed} tokens/s`);
      }
    }
  }
  return renderDelays(rows, { promptTokens: mixPromptTokens, answerTokens, kinds: mix.map(({ kind }) => kind) });
}

interface PathOptions extends DelaysOptions {
  readonly path: Path;
  readonly texts: readonly MixedText[];
  readonly speculation: boolean;
}

async function measurePath(options: Omit<PathOptions, "tabs"> & { readonly tabs: number }): Promise<DelayRow> {
  const { browser, backend, tabs, path, texts, speculation, answerTokens } = options;
  const common = { browser, backend, modelId: "swarm-demo-10m-q4", budgets: budgetsFor(tabs) };
  // At 0 ms too: the proxy's own cost must not count as delay.
  const swarm = await openSwarm({ ...common, speculation, path });
  try {
    // Links, code, and what a hop learns of its costs.
    await swarm.ask({ messages: [{ role: "user", content: "Count from 1 to 40." }], maxNewTokens: 24 });
    const before = swarm.packets() ?? 0;
    const measured: DelayRow["texts"][number][] = [];
    for (const { kind, messages } of texts) {
      const { stats, times } = await swarm.ask({ messages, maxNewTokens: answerTokens });
      if (stats.tabs !== tabs) throw new Error(`${stats.tabs} tabs answered instead of ${tabs}`);
      const decodeMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
      measured.push({ kind, tokens: times.length - 1, decodeMs, firstTokenMs: stats.firstTokenMs });
    }
    if ((swarm.packets() ?? 0) <= before) throw new Error("the tabs' packets went past the emulated path");
    return { tabs, path, speculation, texts: measured, guesses: await swarm.guesses() };
  } finally {
    await swarm.close();
  }
}
