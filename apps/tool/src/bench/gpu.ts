import type { Browser } from "@playwright/test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BackendName } from "../stage/index.ts";
import { describeAdapter } from "./gpu/describe-adapter.ts";
import { measurePeers } from "./peers.ts";
import { makeModel } from "./shape/make-model.ts";
import type { ShapeName } from "./shape/shapes.ts";
import { measureWidths } from "./widths.ts";

export interface GpuOptions {
  readonly browser: Browser;
  readonly backend: BackendName;
  readonly shapes: readonly ShapeName[];
  readonly dtype: "q4" | "q4f16";
  readonly repeats: number;
  readonly answerTokens: number;
  readonly progress: (line: string) => void;
}

/** Markdown: models of published shapes with random weights, made on the spot, in one tab and over WebRTC in more. */
export async function measureGpu(options: GpuOptions): Promise<string> {
  const { browser, backend, dtype, repeats, answerTokens, progress } = options;
  const folder = await mkdtemp(join(tmpdir(), "potluck-shapes-"));
  const sections = [await describeAdapter(browser)];
  try {
    for (const shape of options.shapes) {
      const model = await makeModel({ shape, dtype, folder: join(folder, shape), progress });
      const common = { browser, model, progress };
      sections.push(`#### Shape ${shape}, ${dtype}`);
      const peers = measurePeers({ ...common, backend, tabs: [1, 2, 3], repeats, answerTokens });
      sections.push(await peers.catch(reason));
      const widths = measureWidths({
        ...common,
        backends: [backend],
        widths: [1, 2, 4, 8, 16],
        repeats: () => repeats * 5,
      });
      sections.push(await widths.catch(reason));
      await rm(join(folder, shape), { recursive: true, force: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return sections.join("\n\n");
}

const reason = (error: unknown): string => `Not measured: ${error instanceof Error ? error.message : String(error)}`;
