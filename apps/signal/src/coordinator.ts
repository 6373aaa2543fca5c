import { type IceServer, randomId } from "@potluck/protocol";
import { Swarm } from "@potluck/swarm";
import { createServer } from "node:http";
import type { AddressInfo, Socket as NetSocket } from "node:net";
import type { Logger } from "pino";
import type { Clock } from "./clock.ts";
import { type CoordinatorLimits, defaultCoordinatorLimits } from "./coordinator-limits.ts";
import { coordinatorRoutes } from "./http/coordinator-routes.ts";
import { handleHttp } from "./http/handle-http.ts";
import type { ServedModel } from "./models/served-model.ts";
import { createPartners } from "./partners/create-partners.ts";
import { readSecretKey, secretFor } from "./secret-key.ts";
import { attachSockets } from "./socket/attach-sockets.ts";
import { createMetrics } from "./watch/metrics.ts";

export interface CoordinatorOptions {
  readonly models: readonly ServedModel[];
  /** Folder of the built web app; null serves none. */
  readonly webRoot: string | null;
  /** Folder of the built script tag, loader and frame; null serves none. */
  readonly embedRoot?: string | null | undefined;
  /** For what must outlive a restart. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly iceServers?: readonly IceServer[] | undefined;
  /** Further origins of the operator's own whose pages may connect. */
  readonly allowedOrigins?: readonly string[] | undefined;
  readonly limits?: Partial<CoordinatorLimits> | undefined;
  /** Also tell this process's memory and CPU; once a process. */
  readonly processMetrics?: boolean | undefined;
}

export interface Coordinator {
  /** Resolves once it answers. Rejects as `net.Server.listen` fails, for example with code EADDRINUSE. Port 0 takes a free one. */
  listen(port: number, host?: string): Promise<void>;
  /** Its address on this machine. Throws before it listens. */
  readonly url: string;
  /** Tells every tab, closes every socket, and cuts what is still open after `graceMs`. Closing twice is one closing. */
  close(graceMs: number): Promise<void>;
}

/** One coordinator with all that belongs to it. Throws when the data folder can't be used. */
export async function createCoordinator(options: CoordinatorOptions): Promise<Coordinator> {
  const { clock, log, models } = options;
  const limits = { ...defaultCoordinatorLimits, ...options.limits };
  const key = await readSecretKey(options.dataDir);
  const swarm = new Swarm({
    models: models.map((model) => model.swarm),
    randomId,
    secretFor: (tab) => secretFor(key, tab),
    limits,
  });
  const partners = await createPartners({
    dataDir: options.dataDir,
    key,
    swarm,
    clock,
    log,
    graceMs: limits.askerGraceMs,
  });
  const metrics = createMetrics({
    counts: () => swarm.counts(),
    guests: () => partners.guests.connected,
    isProcess: options.processMetrics ?? false,
  });
  let closing: Promise<void> | null = null;
  const isClosing = (): boolean => closing !== null;
  const http = createServer(
    handleHttp({
      ...(await coordinatorRoutes({
        models,
        webRoot: options.webRoot,
        embedRoot: options.embedRoot ?? null,
        dataDir: options.dataDir,
        swarm,
        partners,
        metrics,
        clock,
        log,
        isClosing,
      })),
      log,
    }),
  );
  // Upgraded ones included, which the server itself loses sight of.
  const open = new Set<NetSocket>();
  http.on("connection", (connection) => {
    open.add(connection);
    connection.once("close", () => open.delete(connection));
  });
  const sockets = attachSockets({
    http,
    swarm,
    guests: partners.guests,
    clock,
    limits,
    iceServers: options.iceServers ?? [],
    allowedOrigins: options.allowedOrigins ?? [],
    metrics,
    log,
  });
  const stopTicking = clock.every(limits.tickMs, () => sockets.tick());

  return {
    listen(port, host) {
      return new Promise((resolve, reject) => {
        http.once("error", reject);
        http.listen({ port, host }, () => {
          http.off("error", reject);
          http.on("error", (error) => log.error({ err: error }, "server error"));
          resolve();
        });
      });
    },
    get url() {
      const address = http.address();
      if (address === null) throw new Error("the coordinator does not listen yet");
      return `http://localhost:${(address as AddressInfo).port}`;
    },
    close(graceMs) {
      closing ??= new Promise((resolve) => {
        stopTicking();
        const leave = (): void => void partners.close().then(resolve, resolve);
        if (!http.listening) return leave();
        const stopListening = (): void => {
          if (http.listening) http.close();
          http.closeIdleConnections();
        };
        const cut = setTimeout(() => {
          stopListening();
          for (const connection of open) connection.destroy();
        }, graceMs);
        http.once("close", () => {
          clearTimeout(cut);
          leave();
        });
        // A tab that polls fetches its notice with its next request, so the door stays open until all have left.
        sockets
          .close("The coordinator is shutting down. Running answers go on; this page comes back by itself.")
          .then(stopListening, stopListening);
      });
      return closing;
    },
  };
}
