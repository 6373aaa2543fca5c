/**
 * `npm run demo:partner`: a partner's page at an origin of its own, with the script tag on it, beside a coordinator, which is
 * started unless one answers at `PORT` already. `POTLUCK_DATA` is its data folder, where the demo's partner is registered.
 */
import { dataDirOf, findRoot, PartnerRegistry } from "@potluck/signal/partners";
import { startCoordinator } from "./stage/coordinator.ts";
import { type PartnerPage, scriptTag, startPartnerPage } from "./stage/partner-page.ts";

const partnerPort = 8788;
const partnerOrigin = `http://127.0.0.1:${partnerPort}`;
const partnerName = "The Harbour Notebook (demo)";
const answerWithinMs = 2000;

const root = findRoot(import.meta.url, process.env["POTLUCK_ROOT"]) ?? process.cwd();
const port = Number(process.env["PORT"] ?? 8787);
const swarmUrl = `http://localhost:${port}`;

const isRunning = async (): Promise<boolean> => {
  try {
    return (await fetch(`${swarmUrl}/healthz`, { signal: AbortSignal.timeout(answerWithinMs) })).ok;
  } catch {
    return false;
  }
};

const siteKey = async (dataDir: string): Promise<string> => {
  const registry = await PartnerRegistry.open(dataDir);
  const known = registry.all().find(({ origins, revokedMs }) => revokedMs === null && origins.includes(partnerOrigin));
  const draft = { name: partnerName, origins: [partnerOrigin], maxTabs: 100, isListed: true };
  return (known ?? (await registry.add(draft, Date.now()))).key;
};

const servePage = async (site: string): Promise<PartnerPage> => {
  try {
    return await startPartnerPage({ swarmUrl, site, port: partnerPort });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new Error(`Port ${partnerPort} is taken, perhaps by another demo. Stop what uses it.`, { cause: error });
  }
};

try {
  const dataDir = dataDirOf(process.env, root);
  const site = await siteKey(dataDir);
  const page = await servePage(site);
  const coordinator = (await isRunning()) ? null : await startCoordinator({ port, dataDir });
  console.log(`
The partner's page   ${page.url}
The swarm            ${swarmUrl}${coordinator === null ? "   (was running already)" : ""}

1. Open ${swarmUrl}/donate in two windows and press Start in each: give 14 MB in the first
   and 9 MB in the second. One layer of the model is now nobody's.
2. Open the partner's page in a third window and say yes in the badge at its corner.
   The visitor's tab takes that layer.
3. Chat at ${swarmUrl}: the answer goes through the partner's page.
4. See what came of it at ${swarmUrl}/partners

The tag on the page: ${scriptTag(swarmUrl, site)}
Ctrl-C ends ${coordinator === null ? "the partner's page" : "both"}.
`);
  const end = async (): Promise<void> => {
    await page.close();
    await coordinator?.stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void end());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
