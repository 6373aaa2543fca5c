import type { FrameFacts } from "@potluck/protocol";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

type RuntimeBytes = Extract<FrameFacts, { readonly status: "ready" }>["runtimeBytes"];

/** What comes after a yes: the tab's code and its workers, and one of the runtimes. Names as the embed's build gives them. */
const codeOfAll = /^(?:lending|engine\.worker|timer\.worker)-[\w-]+\.js$/;
const runtimes = { gpu: /^ort[-\w]*\.(?:asyncify|jspi|webgpu)\b/, cpu: /^ort(?:\.wasm\b|-[\w-]+\.wasm)/ } as const;

/** What runs a model weighs on its way to a visitor, packed where it is sent packed. Zero where nothing is built. */
export async function readRuntimeBytes(embedRoot: string): Promise<RuntimeBytes> {
  const folder = join(embedRoot, "assets");
  const names = await readdir(folder).catch((): string[] => []);
  const sent = async (name: string): Promise<number> => {
    if (names.includes(`${name}.br`)) return (await stat(join(folder, `${name}.br`))).size;
    if (name.endsWith(".js")) return gzipSync(await readFile(join(folder, name))).length;
    return (await stat(join(folder, name))).size;
  };
  const most = async (which: RegExp, ending: string): Promise<number> =>
    Math.max(0, ...(await Promise.all(names.filter((name) => which.test(name) && name.endsWith(ending)).map(sent))));
  const code = (await Promise.all(names.filter((name) => codeOfAll.test(name)).map(sent))).reduce((a, b) => a + b, 0);
  const of = async (which: RegExp): Promise<number> => code + (await most(which, ".wasm")) + (await most(which, ".js"));
  return { gpu: await of(runtimes.gpu), cpu: await of(runtimes.cpu) };
}
