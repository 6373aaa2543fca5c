import { createHmac, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The key that proves tabs' ids, from the data folder; made on the first start. It outlives a restart, so that tabs keep
 * their ids and their links. Throws when the folder can't be written.
 */
export async function readSecretKey(dataDir: string): Promise<Buffer> {
  const path = join(dataDir, "coordinator.key");
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(path, randomBytes(32).toString("hex"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const key = Buffer.from((await readFile(path, "utf8")).trim(), "hex");
  if (key.length !== 32) throw new Error(`${path} is damaged. Delete it; tabs then get new ids.`);
  return key;
}

/** What proves that a tab has this id. */
export function secretFor(key: Buffer, tab: string): string {
  return createHmac("sha256", key).update(`tab ${tab}`).digest("hex");
}
