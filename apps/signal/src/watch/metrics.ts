import type { RefusalReason } from "@potluck/protocol";
import type { SwarmCounts } from "@potluck/swarm";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";

/** The coordinator's numbers, in a registry of its own. Labels come from closed lists only, so that nobody can make them grow. */
export interface Metrics {
  event(name: string, outcome: string): void;
  refusal(reason: RefusalReason): void;
  consent(): void;
  relayed(bytes: number): void;
  expose(): Promise<{ readonly type: string; readonly text: string }>;
}

export interface MetricsOptions {
  readonly counts: () => SwarmCounts;
  /** Tabs of partners' visitors, of those with a socket. */
  readonly guests: () => number;
  /** Also tell memory, CPU and event loop of this process; once a process. */
  readonly isProcess: boolean;
}

export function createMetrics({ counts, guests, isProcess }: MetricsOptions): Metrics {
  const register = new Registry();
  const registers = [register];
  const gauge = (name: string, help: string, labels: string[], read: (c: SwarmCounts, set: Gauge["set"]) => void) =>
    new Gauge({
      name: `potluck_${name}`,
      help,
      registers,
      labelNames: labels,
      collect() {
        read(counts(), this.set.bind(this));
      },
    });
  gauge("tabs", "Tabs with a socket that said hello.", [], (c, set) => set(c.tabs));
  gauge("tabs_away", "Tabs whose socket closed and that may come back.", [], (c, set) => set(c.away));
  gauge("standbys", "Tabs that stand by for some chat.", [], (c, set) => set(c.standbys));
  gauge("donors", "Tabs that hold a segment or load it.", ["state"], (c, set) => {
    set({ state: "loading" }, c.loading);
    set({ state: "ready" }, c.ready);
  });
  gauge("sessions", "Chats with KV on hops.", ["state"], (c, set) => {
    set({ state: "active" }, c.active);
    set({ state: "idle" }, c.idle);
  });
  gauge("queued", "Requests that wait for a route.", [], (c, set) => set(c.queued));
  gauge("guests", "Tabs that a partner's visitor lends, with a socket.", [], (_, set) => set(guests()));
  const events = new Counter({
    name: "potluck_events_total",
    help: "Events from tabs, by name and what came of them.",
    labelNames: ["event", "outcome"],
    registers,
  });
  const refusals = new Counter({
    name: "potluck_refusals_total",
    help: "Refused events and consents, by reason.",
    labelNames: ["reason"],
    registers,
  });
  const consents = new Counter({
    name: "potluck_consents_total",
    help: "Visitors of partners who agreed to lend their tab.",
    registers,
  });
  const relayed = new Counter({
    name: "potluck_relayed_bytes_total",
    help: "WebRTC signals passed between tabs, in bytes.",
    registers,
  });
  if (isProcess) collectDefaultMetrics({ register });
  return {
    event: (event, outcome) => events.inc({ event, outcome }),
    refusal: (reason) => refusals.inc({ reason }),
    consent: () => consents.inc(),
    relayed: (bytes) => relayed.inc(bytes),
    expose: async () => ({ type: register.contentType, text: await register.metrics() }),
  };
}
