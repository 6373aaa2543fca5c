import type { FrameFacts } from "@potluck/protocol";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

type RuntimeBytes = Extract<FrameFacts, { readonly status: "ready" }>["runtimeBytes"];

/** What the built runtime weighs on its way to a visitor: packed, where the build packed it. Zero where nothing is built. */
export async function readRuntimeBytes(embedRoot: string): Promise<RuntimeBytes> {
  const folder = join(embedRoot, "assets");
  const names = await readdir(folder).catch((): string[] => []);
  const sizes = await Promise.all(
    names
      .filter((name) => name.endsWith(".wasm"))
      .map(async (name) => {
        const sent = names.includes(`${name}.br`) ? `${name}.br` : name;
        return { isGpu: /\.(asyncify|jspi)/.test(name), bytes: (await stat(join(folder, sent))).size };
      }),
  );
  const most = (isGpu: boolean): number =>
    Math.max(0, ...sizes.filter((one) => one.isGpu === isGpu).map(({ bytes }) => bytes));
  return { gpu: most(true), cpu: most(false) };
}
