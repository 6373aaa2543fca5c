import type { Browser } from "@playwright/test";
import type { BackendName } from "../stage/index.ts";
import { demoModel } from "./bench-model.ts";
import { measureCrowd } from "./crowd.ts";
import { measureDelays } from "./delays.ts";
import { demoText } from "./demo-text.ts";
import { measureSwarm, type SwarmFigures } from "./measure-swarm.ts";
import { measurePeers } from "./peers.ts";
import { promptOf } from "./prompts.ts";
import { renderLink } from "./render-link.ts";
import { rawRoundTrips } from "./raw-channel.ts";
import { render } from "./render.ts";
import { measureWatch } from "./watch.ts";
import { measureRuns } from "./runs.ts";
import { measureWidths } from "./widths.ts";

export interface PartOptions {
  readonly browser: Browser;
  readonly backend: BackendName;
  readonly repeats: number;
  readonly answerTokens: number;
  /** Answers on the software WebGPU adapter beside wasm; 0 for none. */
  readonly webgpuTokens: number;
  readonly full: boolean;
  readonly progress: (line: string) => void;
}

export interface Part {
  readonly title: string;
  /** Markdown. */
  measure(options: PartOptions): Promise<string>;
}

export const partNames = ["peers", "swarm", "delays", "crowd", "widths", "runs", "link", "page", "watch"] as const;
export type PartName = (typeof partNames)[number];

const promptTokens = [16, 128, 512];
const channelBytes = [64, 1024, 4600];

/** In the order of a whole run. */
export const parts: Readonly<Record<PartName, Part>> = {
  peers: {
    title: "Beside transformers.js with the whole model in one tab",
    async measure(options) {
      const main = await measurePeers({ ...options, model: demoModel, tabs: [1, 2, 3] });
      if (options.webgpuTokens === 0 || options.backend === "webgpu") return main;
      const short = { model: demoModel, answerTokens: options.webgpuTokens, repeats: 1, tabs: [1, 2] };
      // The software adapter can fail where the CPU did not, whose figures must stay.
      const soft = measurePeers({ ...options, ...short, backend: "webgpu" }).catch(
        (error: unknown) => `On the software WebGPU adapter: not measured (${String(error)}).`,
      );
      return `${main}\n\n${await soft}`;
    },
  },
  swarm: {
    title: "One, two and three tabs",
    async measure({ browser, backend, repeats, progress, answerTokens }) {
      const text = await demoText();
      const prompts = new Map(promptTokens.map((tokens) => [tokens, promptOf(text, tokens)]));
      const results: SwarmFigures[] = [];
      const common = { browser, backend, modelId: demoModel.id, prompts, repeats, answerTokens };
      for (const tabs of [1, 2, 3]) {
        const figures = await measureSwarm({ ...common, tabs });
        results.push(figures);
        progress(`${tabs} tab${tabs === 1 ? "" : "s"}: ${figures.tokensPerSecond.toFixed(1)} tokens/s`);
      }
      const raw = await rawRoundTrips(browser, channelBytes);
      return render(results, new Map(channelBytes.map((bytes, i) => [bytes, raw[i] ?? Number.NaN])));
    },
  },
  delays: {
    title: "Delay and loss",
    measure: (options) => measureDelays({ ...options, tabs: [2, 3] }),
  },
  crowd: {
    title: "Many chats at once",
    measure: (options) => measureCrowd({ ...options, tabs: [1, 2, 3], chats: [1, 2, 4, 8, 16] }),
  },
  widths: {
    title: "Widths",
    measure: ({ browser, backend, webgpuTokens, progress }) =>
      measureWidths({
        browser,
        backends: backend === "wasm" && webgpuTokens > 0 ? ["wasm", "webgpu"] : [backend],
        model: demoModel,
        widths: [1, 2, 4, 8, 16],
        // The software adapter takes a second for a row.
        repeats: (name) => (name === "wasm" ? 9 : 3),
        progress,
      }),
  },
  runs: {
    title: "Runs on the CPU",
    measure: () => measureRuns({ modelId: demoModel.id, widths: [1, 2, 4, 8, 16, 64], repeats: 9 }),
  },
  link: {
    title: "Slices and stripes",
    async measure({ browser, repeats }) {
      // Bundles its page, which a machine that only runs built files can't.
      const { measureLink } = await import("./link.ts");
      const channels = [1200, 4600, 16_384].map((messageBytes) => ({
        kind: "channels" as const,
        associations: 1,
        messageBytes,
      }));
      const links = [1, 4].map((mostAssociations) => ({ kind: "link" as const, mostAssociations }));
      const paths = [null, { oneWayMs: 20 }, { oneWayMs: 50 }];
      const rounds = 10 * repeats;
      return renderLink(
        await measureLink(browser, { paths, sizes: [1024, 10_240, 65_536], over: [...channels, ...links], rounds }),
      );
    },
  },
  page: {
    title: "The page while an answer streams",
    async measure(options) {
      // Builds the page, which a machine that only runs built files can't.
      const { measurePage } = await import("./page.ts");
      return measurePage(options);
    },
  },
  watch: {
    title: "Showing a swarm to many",
    measure: async ({ progress }) => measureWatch({ tabs: 5000, watchers: 1000, seconds: 5, progress }),
  },
};
