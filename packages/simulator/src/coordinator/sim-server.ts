import type { Clock } from "@potluck/link";
import {
  down,
  type DownName,
  refuse,
  type Route,
  type TabId,
  up,
  type UpAnswer,
  type UpName,
  type UpPayload,
} from "@potluck/protocol";
import { type Outcome, Swarm, type SwarmLimits, type SwarmModel } from "@potluck/swarm";
import * as v from "valibot";
import type { Random } from "../random/random.ts";

/** The coordinator's end of one tab's connection. */
export interface Socket {
  /** An event for the tab. */
  readonly emit: (name: DownName, payload: unknown) => void;
  /** The server closed the connection. */
  readonly drop: () => void;
}

export interface SimServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly models: readonly SwarmModel[];
  readonly limits: Partial<SwarmLimits>;
  /** Shown the swarm after each event. */
  readonly onChange: (swarm: Swarm) => void;
  /** Shown each route that the swarm gives out or is told of. */
  readonly onRoute: (route: Route) => void;
}

interface Connection {
  readonly socket: Socket;
  tab: TabId | null;
}

const heartbeatMs = 2000;
const tickMs = 500;

/**
 * The real swarm behind connections of memory. What `apps/signal` does with sockets is done here in the least words: checks,
 * relay, leave and away; a restart is a new swarm with the old key.
 */
export class SimServer {
  readonly #options: SimServerOptions;
  #swarm: Swarm | null = null;
  readonly #connections = new Map<Socket, Connection>();
  readonly #byTab = new Map<TabId, Connection>();

  constructor(options: SimServerOptions) {
    this.#options = options;
    this.start();
    this.#tick();
  }

  /** Null while it is down. */
  get swarm(): Swarm | null {
    return this.#swarm;
  }

  start(): void {
    const { models, limits, random } = this.#options;
    const secretFor = (tab: TabId): string => `secret of ${tab}`;
    this.#swarm ??= new Swarm({ models, limits, randomId: () => random.id(), secretFor });
  }

  /** The process dies; it remembers nothing. */
  stop(): void {
    this.#swarm = null;
    const sockets = [...this.#connections.keys()];
    this.#connections.clear();
    this.#byTab.clear();
    for (const socket of sockets) socket.drop();
  }

  /** False while it is down. */
  accept(socket: Socket): boolean {
    if (this.#swarm === null) return false;
    this.#connections.set(socket, { socket, tab: null });
    return true;
  }

  /** The tab's end is gone; `goodbye` when it said so itself. */
  closed(socket: Socket, goodbye: boolean): void {
    const connection = this.#connections.get(socket);
    this.#connections.delete(socket);
    if (connection === undefined || connection.tab === null || this.#byTab.get(connection.tab) !== connection) return;
    this.#byTab.delete(connection.tab);
    const now = this.#options.clock.now();
    const swarm = this.#swarm;
    if (swarm !== null) this.#carryOut(goodbye ? swarm.leave(connection.tab, now) : swarm.away(connection.tab, now));
  }

  /** Null when the connection is gone meanwhile. */
  receive<N extends UpName>(socket: Socket, name: N, payload: UpPayload<N>): UpAnswer<N> | null {
    const connection = this.#connections.get(socket);
    const swarm = this.#swarm;
    if (connection === undefined || swarm === null) return null;
    const checked = v.parse(up[name].payload, payload);
    const outcome = this.#answer(swarm, connection, name, checked);
    const answer = this.#carryOut(outcome);
    if (name === "claim" && answer !== null) this.#options.onRoute((checked as UpPayload<"claim">).route);
    return v.parse(up[name].answer, answer);
  }

  #answer(swarm: Swarm, connection: Connection, name: UpName, payload: unknown): Outcome<unknown> {
    const now = this.#options.clock.now();
    const as = <N extends UpName>(_name: N): UpPayload<N> => payload as UpPayload<N>;
    if (name === "hello") {
      const { answer, effects } = swarm.join(as(name).resume, now);
      const before = this.#byTab.get(answer.tab);
      this.#byTab.set(answer.tab, connection);
      connection.tab = answer.tab;
      if (before !== undefined && before !== connection) {
        this.#connections.delete(before.socket);
        before.socket.drop();
      }
      const { tab, secret } = answer;
      return { answer: { status: "welcome", tab, secret, heartbeatMs, iceServers: [] }, effects };
    }
    const { tab } = connection;
    if (tab === null) return { answer: refuse("not-admitted", "Say hello first."), effects: [] };
    swarm.heard(tab, now);
    switch (name) {
      case "donate":
        if (as(name).preview) return { answer: swarm.preview(tab, as(name)), effects: [] };
        return swarm.donate(tab, as(name), now);
      case "status":
        return swarm.status(tab, as(name), now);
      case "measured":
        return swarm.measured(tab, as(name));
      case "stop-donating":
        return swarm.stopDonating(tab, now);
      case "request-route":
        return swarm.requestRoute(tab, as(name), now);
      case "cancel-route":
        return swarm.cancelRoute(tab, as(name), now);
      case "settle":
        return swarm.settle(tab, as(name), now);
      case "answered":
        return swarm.answered(tab, as(name), now);
      case "watch":
        // Nobody looks in a simulation.
        return { answer: { status: "taken" }, effects: [] };
      case "claim":
        return swarm.claim(tab, as(name), now);
      case "repair":
        return swarm.repair(tab, as(name), now);
      case "relay": {
        const { to, data } = as(name);
        const target = this.#byTab.get(to);
        if (!swarm.sharesRoute(tab, to) || target === undefined) {
          return { answer: refuse("no-shared-route", "You two share no route now."), effects: [] };
        }
        target.socket.emit("relay", { from: tab, data });
        return { answer: { status: "taken" }, effects: [] };
      }
      default:
        return name satisfies never;
    }
  }

  #carryOut<Answer>({ answer, effects }: Outcome<Answer>): Answer {
    for (const effect of effects) {
      if (effect.kind === "send") {
        if (effect.name === "admit") this.#options.onRoute(effect.payload.route);
        const target = this.#byTab.get(effect.to);
        target?.socket.emit(effect.name, v.parse(down[effect.name], effect.payload));
      } else {
        const dropped = this.#byTab.get(effect.tab);
        if (dropped === undefined) continue;
        this.#byTab.delete(effect.tab);
        this.#connections.delete(dropped.socket);
        dropped.socket.drop();
      }
    }
    if (this.#swarm !== null) this.#options.onChange(this.#swarm);
    return answer;
  }

  #tick(): void {
    this.#options.clock.after(tickMs, () => {
      if (this.#swarm !== null) this.#carryOut(this.#swarm.tick(this.#options.clock.now()));
      this.#tick();
    });
  }
}
