import type { Page } from "@playwright/test";
import { readdir } from "node:fs/promises";

export interface WidthRequest {
  readonly modelId: string;
  readonly range: { readonly from: number; readonly to: number };
  readonly backend: "wasm" | "webgpu";
  readonly widths: readonly number[];
  readonly repeats: number;
  /** Positions in the cache before each run. */
  readonly fill: number;
}

const assets = new URL("../../../../web/dist/assets/", import.meta.url);

/** Ms of every run, by width and round. `page` is any of the built app's: the worker is the one that donors use. */
export async function timeWidths(page: Page, request: WidthRequest): Promise<readonly (readonly number[])[]> {
  const worker = (await readdir(assets)).find((name) => /^engine\.worker-.*\.js$/.test(name));
  if (worker === undefined) throw new Error("the web app is not built; run `npm run build`");
  return await page.evaluate(inPage, { ...request, worker: `/assets/${worker}` });
}

/** In the page; takes nothing from outside. Speaks to the worker as comlink does, since the page's own code keeps it to itself. */
async function inPage(request: WidthRequest & { readonly worker: string }): Promise<number[][]> {
  const engine = new Worker(request.worker, { type: "module" });
  const failure = new Promise<never>((_, reject) =>
    engine.addEventListener("error", (event) => reject(new Error(event.message || "the engine's worker failed"))),
  );
  let calls = 0;
  const call = (name: string, ...values: readonly unknown[]): Promise<unknown> => {
    const id = `bench-${calls++}`;
    const answer = new Promise<unknown>((resolve, reject) => {
      const listen = ({ data }: MessageEvent<{ id?: string; type?: string; value?: unknown }>): void => {
        if (data.id !== id) return;
        engine.removeEventListener("message", listen);
        const outcome = data.value as { ok?: boolean; message?: string; value?: unknown } | undefined;
        if (outcome?.ok === true) resolve(outcome.value);
        else reject(new Error(`${name}: ${outcome?.message ?? "failed"}`));
      };
      engine.addEventListener("message", listen);
    });
    const argumentList = values.map((value) => ({ type: "RAW", value }));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    engine.postMessage({ id, type: "APPLY", path: [name], argumentList });
    return Promise.race([answer, failure]);
  };
  try {
    const manifestUrl = new URL(`/models/${request.modelId}/manifest.json`, location.href).href;
    const most = Math.max(...request.widths);
    const kvTokens = request.fill + most;
    const { range, backend } = request;
    const opened = await call("open", { manifestUrl, range, backend, kvTokens, runtimeUrls: {}, maxChunk: 128 });
    const { hasHead } = opened as { hasHead: boolean };
    await call("openSession", "bench", kvTokens);
    const sample = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0, penalised: [] };
    const run = async (position: number, rows: number, draws: boolean): Promise<number> => {
      const ids = Int32Array.from({ length: rows }, (_, i) => 3 + ((position + i) % 200));
      const draw = draws ? { from: 0, sample: { ...sample, position: position + 1 }, drafts: ids.slice(1) } : null;
      const start = performance.now();
      await call("run", { session: "bench", position, input: { kind: "tokens", ids }, wire: "f16", draw });
      return performance.now() - start;
    };
    for (let at = 0; at < request.fill; at += 64) await run(at, Math.min(64, request.fill - at), false);
    const times = request.widths.map(() => [] as number[]);
    for (let round = -1; round < request.repeats; round++) {
      for (const [i, width] of request.widths.entries()) {
        const ms = await run(request.fill, width, hasHead);
        await call("truncate", "bench", request.fill);
        // Shapes are compiled in the first round.
        if (round >= 0) times[i]?.push(ms);
      }
    }
    return times;
  } finally {
    engine.terminate();
  }
}
