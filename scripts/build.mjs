/** Builds the web app, the script tag and the coordinator, each only when something that goes into it has changed. `--force` builds anyway. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { install } from "./install.mjs";
import { packRuntime } from "./pack-runtime.mjs";
import { isStartedDirectly, root } from "./root.mjs";
import { bin, runCommand } from "./run-command.mjs";

const isSource = (name) => !/\.test\.tsx?$/.test(name);
const skippedFolders = new Set(["node_modules", "dist", ".tsc", "test", "recipe", "__screenshots__"]);

const filesIn = (path) => {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : filesIn(join(path, entry.name));
    return isSource(entry.name) ? [join(path, entry.name)] : [];
  });
};

/** Reading all sources takes some milliseconds, and unlike times of change it is right after a fresh checkout. Model files count by size. */
const fingerprint = (inputs) => {
  const hash = createHash("sha256");
  for (const file of inputs.flatMap((input) => filesIn(join(root, input))).sort()) {
    const { size } = statSync(file);
    hash.update(`${relative(root, file)}\0${size}\0`);
    if (size < 1_000_000) hash.update(readFileSync(file));
  }
  return hash.digest("hex");
};

const shared = ["packages", "package.json", "package-lock.json", "tsconfig.base.json"];
const targets = [
  {
    name: "web app",
    inputs: [...shared, "apps/web", "vite.config.ts"],
    output: "apps/web/dist/index.html",
    runs: [["build", "--logLevel", "warn"]],
    packs: "apps/web/dist/assets",
  },
  {
    name: "script tag",
    inputs: [...shared, "apps/embed"],
    output: "apps/embed/dist/frame.html",
    // A classic script can't be built along with a page's modules.
    runs: ["vite.config.ts", "vite.loader.config.ts"].map((file) => [
      "build",
      "--config",
      `apps/embed/${file}`,
      "--logLevel",
      "warn",
    ]),
    packs: "apps/embed/dist/assets",
  },
  {
    name: "coordinator",
    inputs: [...shared, "apps/signal"],
    output: "apps/signal/dist/main.js",
    runs: [["build", "--config", "apps/signal/vite.config.ts", "--logLevel", "warn"]],
  },
];

const stampFolder = join(root, "node_modules", ".cache", "potluck");
const stampFile = (target) => join(stampFolder, `${target.name.replace(" ", "-")}.stamp`);
const lastStamp = (target) => (existsSync(stampFile(target)) ? readFileSync(stampFile(target), "utf8") : "");

/** Throws with the builder's output when something can't be built. */
export const build = async ({ force = false } = {}) => {
  for (const target of targets) {
    const stamp = fingerprint(target.inputs);
    if (!force && existsSync(join(root, target.output)) && lastStamp(target) === stamp) continue;
    console.log(`Building the ${target.name} …`);
    const startedMs = performance.now();
    for (const args of target.runs) {
      const result = await runCommand(bin("vite"), args, { quiet: true, timeoutMs: 10 * 60_000 });
      if (!result.ok) throw new Error(`The ${target.name} can't be built.\n${result.output}`);
      if (result.output.trim() !== "") console.log(result.output.trim());
    }
    if (!existsSync(join(root, target.output))) throw new Error(`Building made no ${target.output}.`);
    mkdirSync(stampFolder, { recursive: true });
    if (target.packs !== undefined) packRuntime(join(root, target.packs), join(stampFolder, "packed"));
    writeFileSync(stampFile(target), stamp);
    console.log(`Built the ${target.name} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s.`);
  }
};

if (isStartedDirectly(import.meta.url)) {
  try {
    await install();
    await build({ force: process.argv.includes("--force") });
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
