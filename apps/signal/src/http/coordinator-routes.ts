import type { Swarm } from "@potluck/swarm";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { ServedModel } from "../models/served-model.ts";
import type { Partners } from "../partners/create-partners.ts";
import type { Metrics } from "../watch/metrics.ts";
import { adminRoutes } from "./admin-routes.ts";
import { appRoutes } from "./app-routes.ts";
import { consentRoutes } from "./consent-routes.ts";
import { embedRoutes } from "./embed-routes.ts";
import type { HttpOptions } from "./handle-http.ts";
import { modelRoutes } from "./model-routes.ts";
import { partnerRoutes } from "./partner-routes.ts";
import { reportRoutes } from "./report-routes.ts";
import { inlineScriptsOf, securityHeaders } from "./security-headers.ts";

export interface CoordinatorRoutes {
  readonly models: readonly ServedModel[];
  readonly webRoot: string | null;
  readonly embedRoot: string | null;
  readonly dataDir: string;
  readonly swarm: Swarm;
  readonly partners: Partners;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Logger;
  readonly isClosing: () => boolean;
}

/** All that the coordinator answers over HTTP, and the headers that its answers have. */
export async function coordinatorRoutes(options: CoordinatorRoutes): Promise<Omit<HttpOptions, "log">> {
  const { models, webRoot, embedRoot, dataDir, swarm, partners, metrics, clock, log, isClosing } = options;
  const index = webRoot === null ? "" : await readFile(join(webRoot, "index.html"), "utf8").catch(() => "");
  // Drafts first: one that is served by itself too is there with the same files.
  const served = [
    ...models.flatMap(({ draft }) => (draft === undefined ? [] : [draft])),
    ...models.map(({ swarm: { id }, files, sourceOrigin }) => ({ id, files, sourceOrigin })),
  ];
  const sources = served.flatMap(({ sourceOrigin }) => (sourceOrigin === null ? [] : [sourceOrigin]));
  const previewGuest = (budgetBytes: number): number | null => swarm.previewGuest(budgetBytes);
  const startedMs = clock.nowMs();
  const health = (): { isUp: boolean; body: object } => {
    const status = isClosing() ? "shutting-down" : "ok";
    const uptimeSeconds = Math.floor((clock.nowMs() - startedMs) / 1000);
    return { isUp: !isClosing(), body: { status, uptimeSeconds, ...swarm.counts() } };
  };
  return {
    headers: securityHeaders({ inlineScripts: inlineScriptsOf(index), sources }),
    routes: [
      ...reportRoutes({ health, swarm: () => swarm.view(clock.nowMs()), metrics: () => metrics.expose() }),
      ...partnerRoutes({ partners, swarm }),
      ...adminRoutes({ partners, swarm, clock, log }),
      ...consentRoutes({ partners, clock, metrics, isClosing }),
      ...(await embedRoutes({ embedRoot, keptRoot: join(dataDir, "loaders"), sources, partners, previewGuest, clock })),
      ...modelRoutes(served),
      ...appRoutes(webRoot),
    ],
  };
}
