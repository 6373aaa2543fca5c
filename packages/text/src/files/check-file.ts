import * as v from "valibot";
import { TextError } from "../text-error.ts";

/**
 * Checks the parsed content of one of a model's files.
 * Throws {@link TextError} `bad-file`, naming the file and the first field that is wrong.
 */
export const checkFile = <T>(schema: v.GenericSchema<unknown, T>, file: string, content: unknown): T => {
  const result = v.safeParse(schema, content, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const field = v.getDotPath(issue) ?? "(the whole file)";
  throw new TextError(
    "bad-file",
    `${file}: field ${field}: ${issue.message}. Fetch the model's files again, or report the model to whoever published it.`,
  );
};

/** Parses the bytes of one of a model's files. Throws {@link TextError} `bad-file` where they are not JSON. */
export const parseJsonFile = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TextError("bad-file", `${file} is not JSON (${reason}). Fetch the model's files again.`, { cause });
  }
};
