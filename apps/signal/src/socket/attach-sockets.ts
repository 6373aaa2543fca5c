import {
  type DownName,
  type DownPayload,
  type IceServer,
  maxEventBytes,
  type Refusal,
  refuse,
  type TabId,
  up,
  type UpName,
} from "@potluck/protocol";
import type { Effect, Swarm } from "@potluck/swarm";
import type { Server as HttpServer } from "node:http";
import type { Logger } from "pino";
import { Server, type Socket } from "socket.io";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import type { CoordinatorLimits } from "../coordinator-limits.ts";
import type { Guests } from "../partners/guests.ts";
import { shortId } from "../watch/create-log.ts";
import type { Metrics } from "../watch/metrics.ts";
import { AddressBuckets } from "./address-buckets.ts";
import { answerEvent, type CheckedEvent, type Greeting } from "./answer-event.ts";
import { isAllowedOrigin } from "./allowed-origin.ts";
import { createWatchers } from "./watchers.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface SocketOptions {
  readonly http: HttpServer;
  readonly swarm: Swarm;
  readonly guests: Guests;
  readonly clock: Clock;
  readonly limits: CoordinatorLimits;
  readonly iceServers: readonly IceServer[];
  readonly allowedOrigins: readonly string[];
  readonly metrics: Metrics;
  readonly log: Logger;
}

export interface Sockets {
  /** Drops what is overdue: silent tabs, sockets without a hello, guests whose consent is over. Called by the clock. */
  tick(): void;
  /** Tells every tab, accepts nothing new and closes every socket. Resolves when the last one is closed. */
  close(message: string): Promise<void>;
}

/** What is kept of one socket. */
interface Connection {
  readonly socket: Socket;
  readonly sinceMs: number;
  readonly bucket: TokenBucket;
  greeting: Greeting;
}

/** Socket.io in front of the swarm: checks, limits and counts every event, and carries out what follows from it. */
export function attachSockets(options: SocketOptions): Sockets {
  const { swarm, guests, clock, limits, metrics, log } = options;
  const io = new Server(options.http, {
    maxHttpBufferSize: maxEventBytes,
    serveClient: false,
    pingInterval: limits.pingMs,
    pingTimeout: 10_000,
    allowRequest: (req, decide) => {
      const isAllowed = isAllowedOrigin(req.headers.origin, req.headers.host, options.allowedOrigins);
      if (!isAllowed) metrics.event("connect", "foreign-origin");
      decide(null, isAllowed && !isClosing);
    },
  });
  const connections = new Set<Connection>();
  const byTab = new Map<TabId, Connection>();
  const addresses = new AddressBuckets(limits.addressRate);
  const watchers = createWatchers(io, () => swarm.view(clock.nowMs()));
  let isClosing = false;
  let emptied = (): void => undefined;

  const send = <N extends DownName>(to: TabId, name: N, payload: DownPayload<N>): boolean => {
    const target = byTab.get(to);
    target?.socket.emit(name, payload);
    return target !== undefined;
  };

  const carryOut = (effects: readonly Effect[]): void => {
    for (const effect of effects) {
      if (effect.kind === "send") send(effect.to, effect.name, effect.payload);
      else hangUp(byTab.get(effect.tab)?.socket);
    }
  };

  const bind = (connection: Connection, tab: TabId): void => {
    const before = byTab.get(tab);
    byTab.set(tab, connection);
    connection.greeting = { kind: "greeted", tab };
    // For good: it must not come back and take the tab from its successor.
    before?.socket.disconnect(true);
  };

  /** The refusal of an event that never reaches the swarm, or the event as its schema understood it. */
  const check = (connection: Connection, name: unknown, payload: unknown): CheckedEvent | Refusal => {
    const nowMs = clock.nowMs();
    const isWithin = connection.bucket.take(nowMs) && addresses.take(connection.socket.handshake.address, nowMs);
    if (!isWithin) return refuse("rate-limited", "Too many events at once. Wait a moment and try again.");
    if (typeof name !== "string" || !isUpName(name)) return refuse("malformed", "There is no such event.");
    const parsed = v.safeParse(up[name].payload, payload);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      return refuse("malformed", `The event ${name} is wrong at ${v.getDotPath(issue) ?? "its top"}.`);
    }
    return { name, payload: parsed.output } as CheckedEvent;
  };

  const receive = (connection: Connection, name: unknown, args: readonly unknown[]): void => {
    const last = args.at(-1);
    const reply = typeof last === "function" ? (answer: unknown): unknown => last(answer) : null;
    const label = typeof name === "string" && isUpName(name) ? name : "unknown";
    const checked = check(connection, name, args[0]);
    let answer: { readonly status: string } | Refusal;
    let effects: readonly Effect[] = [];
    if ("status" in checked) answer = checked;
    else {
      const context = {
        swarm,
        guests,
        wallMs: () => clock.wallMs(),
        heartbeatMs: limits.heartbeatMs,
        iceServers: options.iceServers,
        isClosing: () => isClosing,
        bind: (tab: TabId) => bind(connection, tab),
        watch: (on: boolean) => (on ? watchers.watch(connection.socket) : watchers.unwatch(connection.socket)),
        relay: (from: TabId, to: TabId, data: string) => {
          metrics.relayed(Buffer.byteLength(data));
          return send(to, "relay", { from, data });
        },
      };
      ({ answer, effects } = answerEvent(context, connection.greeting, checked, clock.nowMs()));
    }
    // Hops hear of a route before its asker does.
    carryOut(effects);
    metrics.event(label, answer.status);
    const tab = connection.greeting.kind === "greeted" ? shortId(connection.greeting.tab) : null;
    if (answer.status === "refused" && "reason" in answer) {
      metrics.refusal(answer.reason);
      log.debug({ event: label, reason: answer.reason, tab }, "event refused");
      if (reply === null && answer.reason !== "rate-limited") {
        connection.socket.emit("notice", { kind: "event-refused", message: answer.message });
      }
    } else if (label !== "status" && label !== "relay" && label !== "answered")
      log.debug({ event: label, outcome: answer.status, tab }, "event");
    reply?.(answer);
  };

  io.on("connection", (socket) => {
    const nowMs = clock.nowMs();
    const connection: Connection = {
      socket,
      sinceMs: nowMs,
      bucket: new TokenBucket(limits.tabRate, nowMs),
      greeting: { kind: "silent" },
    };
    connections.add(connection);
    socket.conn.on("heartbeat", () => {
      if (connection.greeting.kind === "greeted") swarm.heard(connection.greeting.tab, clock.nowMs());
    });
    // Every event ends here; socket.io's own dispatch, which would trust the name, never runs.
    socket.use(([name, ...args]) => {
      try {
        receive(connection, name, args);
      } catch (error) {
        metrics.event(isUpName(name) ? name : "unknown", "failed");
        log.error({ err: error, event: isUpName(name) ? name : "unknown" }, "event failed");
      }
    });
    socket.on("disconnect", (reason, description) => {
      connections.delete(connection);
      if (isClosing && connections.size === 0) emptied();
      const isTooLarge = reason === "transport error" && /payload size/i.test(textOf(description));
      if (isTooLarge) metrics.refusal("too-large");
      metrics.event("disconnect", isTooLarge ? "too-large" : reason.replaceAll(" ", "-"));
      if (connection.greeting.kind === "silent") return;
      const { tab } = connection.greeting;
      if (byTab.get(tab) !== connection) return;
      byTab.delete(tab);
      guests.gone(tab, clock.nowMs());
      log.debug({ tab: shortId(tab), reason }, "tab disconnected");
      if (isClosing) return;
      const isGoodbye = reason === "client namespace disconnect";
      carryOut((isGoodbye ? swarm.leave(tab, clock.nowMs()) : swarm.away(tab, clock.nowMs())).effects);
    });
  });

  return {
    tick() {
      const nowMs = clock.nowMs();
      for (const { tab, refusal } of guests.expel(nowMs, clock.wallMs())) {
        log.debug({ tab: shortId(tab), reason: refusal.reason }, "guest expelled");
        carryOut(swarm.leave(tab, nowMs).effects);
        hangUp(byTab.get(tab)?.socket);
      }
      carryOut(swarm.tick(nowMs).effects);
      watchers.tick(nowMs);
      addresses.prune(nowMs);
      for (const { socket, sinceMs, greeting } of connections) {
        if (greeting.kind === "silent" && nowMs - sinceMs > limits.helloMs) hangUp(socket);
      }
    },
    close(message) {
      isClosing = true;
      for (const { socket } of connections) {
        socket.emit("notice", { kind: "shutting-down", message });
        hangUp(socket);
      }
      return new Promise((resolve) => {
        if (connections.size === 0) resolve();
        else emptied = resolve;
      });
    },
  };
}

/** Ends the connection once what was sent is out. The client sees a lost connection and comes back by itself, which it would not after socket.io's own `disconnect`. */
function hangUp(socket: Socket | undefined): void {
  socket?.conn.close();
}

function isUpName(name: unknown): name is UpName {
  return typeof name === "string" && Object.hasOwn(up, name);
}

function textOf(description: unknown): string {
  if (description instanceof Error) return description.message;
  if (typeof description !== "object" || description === null) return "";
  const { description: inner, message } = description as { description?: unknown; message?: unknown };
  return `${String(message)} ${inner instanceof Error ? inner.message : ""}`;
}
