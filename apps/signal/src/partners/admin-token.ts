import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PartnerError } from "./partner-error.ts";

/**
 * What the admin's pages ask for, from `admin.token` in the data folder; made on the first start. Throws when the folder
 * can't be written, and a {@link PartnerError} when the token is too short to be one.
 */
export async function readAdminToken(dataDir: string): Promise<string> {
  const path = join(dataDir, "admin.token");
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(path, `${randomBytes(32).toString("base64url")}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const token = (await readFile(path, "utf8")).trim();
  if (token.length >= 32) return token;
  throw new PartnerError(`${path} is damaged. Delete it; the next start makes a new token.`);
}

/** Whether the two are the same, told in the same time whatever they are. */
export function isToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
