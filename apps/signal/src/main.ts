/** Starts the coordinator from the environment; see {@link Settings}. */
import { demoModels } from "@potluck/demo-model";
import { join } from "node:path";
import { systemClock } from "./clock.ts";
import { createCoordinator } from "./coordinator.ts";
import { findRoot } from "./find-root.ts";
import { choosePlaces, whatIsMissing } from "./models/choose-places.ts";
import { placesIn, readCatalog } from "./models/read-catalog.ts";
import { readSettings, type Settings, SettingsError } from "./settings.ts";
import { createLog } from "./watch/create-log.ts";

/** Downloads that run at shutdown get this long; the whole process ends within 5 s. */
const graceMs = 3000;

try {
  await start();
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
}

async function start(): Promise<void> {
  const root = findRoot(import.meta.url, process.env["POTLUCK_ROOT"]) ?? process.cwd();
  const settings = readSettings(process.env, root);
  const log = createLog(settings.logLevel);
  const added = await placesIn(settings.dataDir);
  const shipped = demoModels(join(root, "packages", "demo-model"));
  const places = [...added, ...shipped];
  const models = await readCatalog(choosePlaces(settings.models, added, shipped), log, {
    drafts: settings.drafts,
    places,
  });
  const ids = models.map((model) => model.swarm.id);
  const missing = whatIsMissing(settings.models, ids, places);
  if (models.length === 0) throw new SettingsError(missing ?? "There is no model that can be served.");
  if (missing !== null) console.error(missing);
  const coordinator = await createCoordinator({
    models,
    webRoot: join(root, "apps", "web", "dist"),
    embedRoot: join(root, "apps", "embed", "dist"),
    dataDir: settings.dataDir,
    clock: systemClock,
    log,
    iceServers: settings.iceServers,
    allowedOrigins: settings.allowedOrigins,
    processMetrics: true,
  });
  await coordinator.listen(settings.port, settings.host).catch((error: unknown) => {
    throw new SettingsError(whyNotListening(error, settings));
  });
  log.info({ models: ids }, "listening");
  console.log(`Potluck is at ${coordinator.url}`);

  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, "shutting down");
    setTimeout(() => process.exit(1), graceMs + 1500).unref();
    coordinator.close(graceMs).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

function whyNotListening(error: unknown, { port, host }: Settings): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE")
    return `Port ${port} is taken. Stop what uses it, or choose another: PORT=${port + 1} npm start`;
  if (code === "EACCES")
    return `Port ${port} may not be used by this account. Choose one above 1023: PORT=8787 npm start`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return `HOST=${host} is no address of this machine. Unset HOST to use all of them.`;
  return `Can't listen on port ${port}: ${error instanceof Error ? error.message : String(error)}`;
}
