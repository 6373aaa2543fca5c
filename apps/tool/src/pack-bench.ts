/** `npm run bench:pack`: all that `npm run bench -- --gpu` needs, in one archive, for a machine without a network. */
import { Command } from "commander";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const wanted = [
  "package.json",
  "tsconfig.base.json",
  "BENCHMARKS.md",
  "apps/tool",
  "apps/signal/dist",
  "apps/signal/package.json",
  "apps/web/dist",
  "packages",
  ...["@potluck", "@playwright", "@bufbuild", "@esbuild", "@huggingface"].map((scope) => `node_modules/${scope}`),
  ...["tsx", "esbuild", "get-tsconfig", "resolve-pkg-maps", "commander", "playwright", "playwright-core"].map(
    (name) => `node_modules/${name}`,
  ),
  ...["onnx-buf", "onnxruntime-web", "onnxruntime-common", "valibot", "zustand", "flatbuffers", "long", "platform"].map(
    (name) => `node_modules/${name}`,
  ),
];
/** What only browsers of other kinds, developers or the model's maker need. */
const unwanted = [
  ".tsc",
  "recipe",
  "*.map",
  "*.d.ts",
  "*.test.ts",
  "*.cjs.map",
  "*.jsep.*",
  "ort.all*",
  "ort.webgl*",
  "*swarm-demo-*.md",
  "transformers.node.min.*",
  "transformers.js",
  "playwright-core/lib/vite",
  "transformers/src",
  "transformers/types",
];

/** These builds come with the built pages, or from the peer's own release. */
const ownRuntime = ["asyncify", "jspi"].map((build) => `node_modules/onnxruntime-web/dist/*.${build}.*`);

const { out } = new Command("bench:pack")
  .description("pack the built bench; unpack it anywhere and run `node --import tsx apps/tool/src/bench.ts --gpu`")
  .option("-o, --out <file>", "where to write", ".gpu/bench/bench.tar.xz")
  .parse()
  .opts<{ out: string }>();

if (!existsSync(new URL("../../web/dist/index.html", import.meta.url))) {
  console.error("Nothing is built. Run `npm run build` first.");
  process.exitCode = 1;
} else {
  const file = resolve(out);
  await mkdir(dirname(file), { recursive: true });
  const excludes = unwanted.map((pattern) => `--exclude=${pattern}`);
  const own = ownRuntime.map((pattern) => `--exclude=${pattern}`);
  const there = wanted.filter((path) => existsSync(`${root}${path}`));
  await promisify(execFile)("tar", ["-cJf", file, "--anchored", ...own, "--no-anchored", ...excludes, ...there], {
    cwd: root,
    env: { ...process.env, XZ_OPT: "-T0" },
  });
  console.log(`${out} is written.`);
}
