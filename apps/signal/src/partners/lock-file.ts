import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { PartnerError } from "./partner-error.ts";

/** Who holds a lock for longer has crashed: what it guards takes some milliseconds. */
const staleMs = 10_000;
const patienceMs = 15_000;
const retryMs = 25;

/** Runs the task while no other process runs one with the same lock file. Throws a {@link PartnerError} after 15 s in vain. */
export async function withLock<T>(path: string, task: () => Promise<T>): Promise<T> {
  const mine = randomBytes(8).toString("hex");
  const lateMs = performance.now() + patienceMs;
  while (!(await take(path, mine))) {
    if (performance.now() > lateMs) {
      throw new PartnerError(`Something else keeps changing the partners. If nothing does, delete ${path}.`);
    }
    if (!(await breakStale(path))) await delay(retryMs);
  }
  try {
    return await task();
  } finally {
    if ((await readFile(path, "utf8").catch(() => "")) === mine) await rm(path, { force: true });
  }
}

async function take(path: string, mine: string): Promise<boolean> {
  try {
    await writeFile(path, mine, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

/** Whether the lock was left by a crash and is gone now. */
async function breakStale(path: string): Promise<boolean> {
  const seen = await stat(path).catch(() => null);
  if (seen === null) return true;
  if (Date.now() - seen.mtimeMs <= staleMs) return false;
  const aside = `${path}.${randomBytes(6).toString("hex")}.stale`;
  try {
    await rename(path, aside);
  } catch {
    return true;
  }
  // Another may have broken it first and taken it: then what was moved is alive, and goes back.
  const moved = await stat(aside);
  if (moved.ino !== seen.ino || moved.mtimeMs !== seen.mtimeMs) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return true;
}
