import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, preview, type Rolldown } from "vite";

export interface BuiltPage {
  /** Where it is served. */
  readonly url: string;
  /** The JavaScript of its first load, gzipped. */
  readonly firstLoadBytes: number;
  readonly close: () => Promise<void>;
}

const configFile = fileURLToPath(new URL("../../../../../vite.config.ts", import.meta.url));

/** Builds the web app as it is published, with scripted answers (`?fake=`) besides, into a temporary folder, and serves it. */
export async function buildPage(): Promise<BuiltPage> {
  const outDir = await mkdtemp(join(tmpdir(), "potluck-page-"));
  const built = await build({ configFile, mode: "bench", logLevel: "error", build: { outDir } });
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((each) => ("output" in each ? each.output : []));
  const chunks = outputs.filter((each) => each.type === "chunk");
  const server = await preview({
    configFile,
    mode: "bench",
    build: { outDir },
    preview: { port: 0, host: "127.0.0.1" },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === "string") throw new Error("the built page is not served");
  return {
    url: `http://127.0.0.1:${address.port}`,
    firstLoadBytes: firstLoad(chunks).reduce((total, { code }) => total + gzipSync(code).length, 0),
    close: async () => {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}

/** The entry of `index.html`, and what it imports before anything runs. */
function firstLoad(chunks: readonly Rolldown.OutputChunk[]): Rolldown.OutputChunk[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const needed = new Set<Rolldown.OutputChunk>();
  const add = (chunk: Rolldown.OutputChunk | undefined): void => {
    if (chunk === undefined || needed.has(chunk)) return;
    needed.add(chunk);
    for (const name of chunk.imports) add(byName.get(name));
  };
  for (const chunk of chunks) if (chunk.isEntry && chunk.facadeModuleId?.endsWith(".html") === true) add(chunk);
  return [...needed];
}
