import * as v from "valibot";
import { TextError } from "../text-error.ts";

/** One tokenizer file as a manifest names it. Structurally the manifest's `TokenizerFile`. */
export interface TextFileRef {
  readonly role: string;
  /** Relative to the base of the model's source. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface LoadedTextFile extends TextFileRef {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** No tokenizer comes near it; a manifest that asks for more is broken. */
const largestFileBytes = 256 * 1024 * 1024;

export const textFileRefSchema: v.GenericSchema<unknown, TextFileRef> = v.object({
  role: v.string(),
  path: v.pipe(v.string(), v.minLength(1)),
  sizeBytes: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(largestFileBytes)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u, "must be 64 lower-case hex digits")),
});

/** SHA-256 of bytes, 32 bytes. */
export type Digest = (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>;

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Throws {@link TextError} `corrupt`, naming the file, unless the bytes are those that the manifest states. */
export const verifyTextFile = async (file: LoadedTextFile, digest: Digest): Promise<void> => {
  const advice = "Reload the page; if it happens again, the model's files have changed and need a new manifest.";
  if (file.bytes.length !== file.sizeBytes) {
    const sizes = `${file.bytes.length} bytes instead of ${file.sizeBytes}`;
    throw new TextError("corrupt", `${file.path} has ${sizes} and is not used. ${advice}`);
  }
  if (hex(await digest(file.bytes)) !== file.sha256) {
    throw new TextError("corrupt", `${file.path} is not the file that its hash names and is not used. ${advice}`);
  }
};
