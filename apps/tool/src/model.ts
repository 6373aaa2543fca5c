import { GraphError, ManifestError } from "@potluck/model";
import { buildManifest, SourceError } from "@potluck/model/read";
import { Command } from "commander";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "./model/inspect.ts";
import { computeKnownAnswers } from "./model/known-answers.ts";
import { openExport } from "./model/open-export.ts";
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
    console.log(await inspect(openExport(place, flags.revision).source, flags.dtype));
  });

program
  .command("manifest")
  .description("write manifest.json, skeleton.onnx and known-answers.bin; reads all weights once")
  .argument("<place>", "a folder, a URL of one, or a hub page such as https://huggingface.co/org/name")
  .requiredOption("--dtype <dtype>", "the export's file suffix, for example q4f16")
  .requiredOption("-o, --out <folder>", "where to write; must not exist yet, or be a manifest's folder with --force")
  .option("--id <id>", "id in the swarm; default: the repository's name and the dtype")
  .option("--name <name>", "what people read; default: the repository's name")
  .option("--base <url>", "URL of the files, seen from the manifest; default: the hub's, or source/ for a folder")
  .option("--licence <licence>", "SPDX id; default: what the model card says")
  .option("--revision <revision>", "branch, tag or commit on the hub; a commit keeps the manifest true")
  .option("--force", "replace an older manifest")
  .action(async (place: string, flags: ManifestFlags) => {
    if (existsSync(flags.out) && !(flags.force === true && existsSync(join(flags.out, "manifest.json")))) {
      throw new GraphError(
        "config",
        `${flags.out} exists already. Choose another folder, or replace a manifest with --force.`,
      );
    }
    const opened = openExport(place, flags.revision);
    const built = await buildManifest(opened.source, {
      dtype: flags.dtype,
      repository: opened.repository,
      revision: opened.revision,
      base: flags.base ?? opened.base ?? "source/",
      knownAnswers: computeKnownAnswers,
      ...(flags.id === undefined ? {} : { id: flags.id }),
      ...(flags.name === undefined ? {} : { name: flags.name }),
      ...(flags.licence === undefined ? {} : { licence: flags.licence }),
    });
    await writeManifest(flags.out, built);
    console.log(
      `${built.manifest.id}: ${built.manifest.tensors.length} tensors, ${built.manifest.layers.length} layers, written to ${flags.out}`,
    );
  });

try {
  await program.parseAsync();
} catch (error) {
  const isExpected = error instanceof GraphError || error instanceof SourceError || error instanceof ManifestError;
  console.error(
    isExpected ? `${error.name} (${"fault" in error ? error.fault : "manifest"}): ${error.message}` : error,
  );
  process.exitCode = 1;
}
