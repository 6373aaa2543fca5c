import { readFile, rename } from "node:fs/promises";
import type { Logger } from "pino";
import * as v from "valibot";
import { writeAtomically } from "./write-atomically.ts";

/** A small state of ours that outlives a restart: in memory, and in a file when {@link save} was called after a change. */
export class KeptFile<T> {
  readonly #path: string;
  readonly #log: Logger;
  #isChanged = false;
  #saving: Promise<void> = Promise.resolve();
  #value: T;

  private constructor(path: string, log: Logger, value: T) {
    this.#path = path;
    this.#log = log;
    this.#value = value;
  }

  /** A file that can't be understood is put aside under another name, and the state begins as `empty`. */
  static async open<T>(path: string, schema: v.GenericSchema<unknown, T>, empty: T, log: Logger): Promise<KeptFile<T>> {
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (text === null) return new KeptFile(path, log, empty);
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
    if (parsed.success) return new KeptFile(path, log, parsed.output);
    await rename(path, `${path}.damaged`);
    log.error({ file: path, fault: parsed.issues[0].message }, "damaged, put aside as .damaged");
    return new KeptFile(path, log, empty);
  }

  get value(): T {
    return this.#value;
  }

  set value(next: T) {
    this.#value = next;
    this.#isChanged = true;
  }

  /** Writes what changed since the last time. A disk that is full is logged and tried again the next time. */
  save(): Promise<void> {
    this.#saving = this.#saving.then(async () => {
      if (!this.#isChanged) return;
      this.#isChanged = false;
      try {
        await writeAtomically(this.#path, `${JSON.stringify(this.#value)}\n`);
      } catch (error) {
        this.#isChanged = true;
        this.#log.error({ err: error, file: this.#path }, "not saved");
      }
    });
    return this.#saving;
  }
}
