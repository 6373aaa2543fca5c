import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";

/** Writes the file whole or not at all: who reads it meanwhile, or after a power cut, has the old text or the new. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const handle = await open(temporary, "wx", 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
