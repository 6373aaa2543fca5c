/** `npm run bench`: speeds of real tabs on this machine, as ratios within one run, printed and kept in BENCHMARKS.md. */
import { Command, InvalidArgumentError, Option } from "commander";
import { measureGpu } from "./bench/gpu.ts";
import { launchBrowser } from "./bench/launch-browser.ts";
import { type Part, partNames, type PartName, parts } from "./bench/parts.ts";
import { createReport } from "./bench/report.ts";
import { shapes, type ShapeName } from "./bench/shape/shapes.ts";
import type { BackendName } from "./stage/index.ts";

interface Flags {
  readonly backend?: BackendName;
  readonly repeats: number;
  readonly answerTokens: number;
  readonly webgpuTokens: number;
  readonly only?: readonly PartName[];
  readonly gpu: boolean;
  readonly shape?: readonly ShapeName[];
  readonly dtype: "q4" | "q4f16";
  readonly full: boolean;
  readonly keep: boolean;
}

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("Give a whole number.");
  return value;
};
const names = (text: string): readonly PartName[] =>
  text.split(",").map((name) => {
    const known = partNames.find((part) => part === name.trim());
    if (known === undefined) throw new InvalidArgumentError(`Parts are ${partNames.join(", ")}.`);
    return known;
  });

const shapeNames = (text: string): readonly ShapeName[] =>
  text.split(",").map((name) => {
    if (!(name in shapes)) throw new InvalidArgumentError(`Shapes are ${Object.keys(shapes).join(", ")}.`);
    return name as ShapeName;
  });

const flags = new Command("bench")
  .addOption(
    new Option("--backend <name>", "what the model runs on; wasm, or webgpu with --gpu").choices(["wasm", "webgpu"]),
  )
  .option("--only <parts>", `comma-separated, of ${partNames.join(", ")}`, names)
  .option("--repeats <n>", "runs of each figure; the median counts", count, 3)
  .option("--answer-tokens <n>", "length of the measured answers", count, 128)
  .option(
    "--webgpu-tokens <n>",
    "length of answers on a software WebGPU adapter beside wasm; 0 leaves it out",
    count,
    8,
  )
  .option("--gpu", "on a machine with a GPU: models of published shapes, made on the spot, and nothing else", false)
  .option("--shape <names>", `shapes of --gpu, comma-separated, of ${Object.keys(shapes).join(", ")}`, shapeNames)
  .addOption(new Option("--dtype <dtype>", "weights of --gpu").choices(["q4", "q4f16"]).default("q4f16"))
  .option("--full", "whole text mix at every delay", false)
  .option("--no-keep", "print only, leave BENCHMARKS.md as it is")
  .parse()
  .opts<Flags>();

const started = Date.now();
const progress = (line: string): void => {
  console.error(`${((Date.now() - started) / 1000).toFixed(0).padStart(5)} s  ${line}`);
};
const backend = flags.backend ?? (flags.gpu ? "webgpu" : "wasm");
const browser = await launchBrowser();
const report = await createReport({ browser: browser.version(), backend });
try {
  const gpu: Part = {
    title: "Models of published shapes",
    measure: (common) => measureGpu({ ...common, dtype: flags.dtype, shapes: flags.shape ?? ["1b", "8b"] }),
  };
  const wanted = flags.gpu ? [gpu] : (flags.only ?? partNames).map((name) => parts[name]);
  for (const part of wanted) {
    progress(`${part.title} …`);
    // One part that fails must not cost the others; what happened is kept in its place.
    const text = await part.measure({ ...flags, backend, browser, progress }).catch((error: unknown) => {
      process.exitCode = 1;
      return `Not measured: ${error instanceof Error ? error.message : String(error)}`;
    });
    console.log(`\n### ${part.title}\n\n${text}\n`);
    report.add(part.title, text);
    if (flags.keep) await report.keep();
  }
} finally {
  await browser.close();
}
progress("done");
// What a part that failed has left behind must not keep the process.
process.exit();
