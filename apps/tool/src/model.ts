import { GraphError, ManifestError } from "@potluck/model";
import { buildManifest, SourceError } from "@potluck/model/read";
import { Command } from "commander";
import { inspect } from "./model/inspect.ts";
import { computeKnownAnswers } from "./model/known-answers.ts";
import { sourceFolder } from "./model/link-source.ts";
import { type OpenedExport, openExport } from "./model/open-export.ts";
import { planTarget } from "./model/plan-target.ts";
import { UsageError } from "./model/usage-error.ts";
import { writeManifest } from "./model/write-manifest.ts";

interface ManifestFlags {
  readonly dtype: string;
  readonly out: string;
  readonly id?: string;
  readonly name?: string;
  readonly base?: string;
  readonly licence?: string;
  readonly revision?: string;
  readonly force?: true;
}

const program = new Command("model").description("Look at a published ONNX export, or describe it for Potluck.");

program
  .command("inspect")
  .description("print layers, bytes a layer, embedding and head, and the tensors at each cut; reads no weights")
  .argument("<place>", "a folder, a URL of one, or a hub page such as https://huggingface.co/org/name")
  .option("--dtype <dtype>", "the export's file suffix", "q4")
  .option("--revision <revision>", "branch, tag or commit on the hub")
  .action(async (place: string, flags: { readonly dtype: string; readonly revision?: string }) => {
    const opened = openExport(place, flags.revision);
    announce(opened);
    console.log(await inspect(opened.source, flags.dtype));
  });

program
  .command("manifest")
  .description("write manifest.json, skeleton.onnx and known-answers.bin; reads all weights once")
  .argument("<place>", "a folder, a URL of one, or a hub page such as https://huggingface.co/org/name")
  .requiredOption("--dtype <dtype>", "the export's file suffix, for example q4f16")
  .requiredOption("-o, --out <folder>", "where to write; must not exist yet, or be a manifest's folder with --force")
  .option("--id <id>", "id in the swarm; default: the last part of --out")
  .option("--name <name>", "what people read; default: the repository's name")
  .option("--base <url>", "URL of the files, seen from the manifest; default: the hub's, or source/ for a folder")
  .option("--licence <licence>", "SPDX id; default: what the model card says")
  .option("--revision <revision>", "branch, tag or commit on the hub; a commit keeps the manifest true")
  .option("--force", "replace an older manifest")
  .action(async (place: string, flags: ManifestFlags) => {
    const opened = openExport(place, flags.revision);
    const target = planTarget(flags, opened.folder);
    announce(opened);
    const built = await buildManifest(opened.source, {
      dtype: flags.dtype,
      repository: opened.repository,
      revision: opened.revision,
      base: flags.base ?? opened.base ?? `${sourceFolder}/`,
      knownAnswers: computeKnownAnswers,
      ...(target.id === undefined ? {} : { id: target.id }),
      ...(flags.name === undefined ? {} : { name: flags.name }),
      ...(flags.licence === undefined ? {} : { licence: flags.licence }),
    });
    await writeManifest(target.folder, built, target.source);
    console.log(
      `${built.manifest.id}: ${built.manifest.tensors.length} tensors, ${built.manifest.layers.length} layers, written to ${flags.out}`,
    );
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(inWords(error));
  process.exitCode = 1;
}

/** A server that does not answer is tried for a while: who waits should know for what. Not in the way of what is printed. */
function announce({ source }: OpenedExport): void {
  console.error(`Reading ${source.label} ...`);
}

/** What went wrong, without a stack where it is told in a sentence. */
function inWords(error: unknown): unknown {
  if (error instanceof UsageError) return error.message;
  if (error instanceof GraphError || error instanceof SourceError) {
    return `${error.name} (${error.fault}): ${error.message}`;
  }
  return error instanceof ManifestError ? `${error.name}: ${error.message}` : error;
}
