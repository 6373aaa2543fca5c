import { httpSource } from "@potluck/model";
import { buildManifest, type BuiltManifest } from "@potluck/model/read";
import * as ort from "onnxruntime-web/wasm";
import runtimeUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { commands } from "vitest/browser";
import { wasmBackend } from "../src/backend/wasm.ts";
import { computeKnownAnswers } from "../src/runner/compute-known-answers.ts";

/** Where the test server finds what is written here; outside of what git sees. */
const folder = "/node_modules/.cache/potluck-engine-test/";

/** Describes the demo model in this page and puts the manifest where the page's own server serves it. */
export async function serveDemoManifest(): Promise<{ url: string; built: BuiltManifest }> {
  ort.env.wasm.wasmPaths = { wasm: new URL(runtimeUrl, import.meta.url).href };
  ort.env.wasm.numThreads = 1;
  const backend = wasmBackend(ort, { now: () => performance.now() });
  const base = new URL("/packages/demo-model/models/swarm-demo-10m/", location.href).href;
  const built = await buildManifest(httpSource(base, { hub: false }), {
    dtype: "q4",
    repository: "swarm-demo-10m",
    revision: "local",
    base,
    knownAnswers: (draft, skeleton, source) => computeKnownAnswers({ backend, draft, skeleton, source }),
  });
  await write("manifest.json", new TextEncoder().encode(JSON.stringify(built.manifest)));
  await write(built.manifest.skeleton.path, built.skeleton);
  await write(built.manifest.knownAnswers.file.path, built.knownAnswers);
  return { url: new URL(`${folder}manifest.json`, location.href).href, built };
}

async function write(name: string, bytes: Uint8Array): Promise<void> {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  await commands.writeFile(`.${folder}${name}`, btoa(binary), "base64");
}
