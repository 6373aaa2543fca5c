import { fileURLToPath } from "node:url";
import { build } from "vite";

const entry = fileURLToPath(new URL("page.ts", import.meta.url));

/** The page's end of a link as one script. */
export async function bundlePage(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "bench" } },
  });
  const outputs = Array.isArray(result) ? result : [result];
  for (const built of outputs) {
    if (!("output" in built)) continue;
    for (const file of built.output) if (file.type === "chunk") return file.code;
  }
  throw new Error("nothing was built");
}
