import { parseJsonFile } from "../files/check-file.ts";
import { TextError } from "../text-error.ts";
import type { TextFiles } from "../text-model.ts";
import { type Digest, type LoadedTextFile, verifyTextFile } from "./text-file.ts";

const readText = (file: LoadedTextFile): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file.bytes);
  } catch (cause) {
    throw new TextError("bad-file", `${file.path} is not UTF-8. Report the model to whoever published it.`, { cause });
  }
};

/** Verified, parsed files by role. Throws {@link TextError} `corrupt` or `bad-file`. */
export const readTextFiles = async (files: readonly LoadedTextFile[], digest: Digest): Promise<TextFiles> => {
  await Promise.all(files.map((file) => verifyTextFile(file, digest)));
  const byRole = new Map(files.map((file) => [file.role, file]));
  const json = (role: string): unknown => {
    const file = byRole.get(role);
    return file === undefined ? undefined : parseJsonFile(file.path, readText(file));
  };
  const template = byRole.get("chat-template");
  if (!byRole.has("tokenizer")) {
    throw new TextError("bad-file", "The manifest names no tokenizer.json. Write the model's manifest again.");
  }
  return {
    tokenizer: json("tokenizer"),
    // Some exports have none; everything in it is optional.
    tokenizerConfig: json("tokenizer-config") ?? {},
    specialTokensMap: json("special-tokens-map"),
    generationConfig: json("generation-config"),
    config: json("config"),
    chatTemplate: template === undefined ? undefined : readText(template),
  };
};
