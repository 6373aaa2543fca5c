import type { SiteKey } from "@potluck/protocol";
import { guestTabOf } from "../partners/guest-tab.ts";
import { seal } from "../partners/seal.ts";
import { readSecretKey, secretFor } from "../secret-key.ts";

/** A consent that the coordinator of this data folder gave, with the tab and its secret, and that ran out at `expiresMs` (ms since 1970). */
export async function consentUntil(
  dataDir: string,
  site: SiteKey,
  origin: string,
  expiresMs: number,
): Promise<{ readonly token: string; readonly tab: string; readonly secret: string }> {
  const key = await readSecretKey(dataDir);
  const tab = guestTabOf(key, "a ticket");
  return { token: seal(key, "consent", { site, origin, tab, expiresMs }), tab, secret: secretFor(key, tab) };
}
