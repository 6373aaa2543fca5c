import { ProblemError } from "@potluck/donor";
import type { TabParts } from "@potluck/donor/assemble";
import {
  down,
  type DownName,
  PROTOCOL_VERSION,
  type Status,
  type TabId,
  type UpAnswer,
  type UpName,
  type UpPayload,
  type Welcome,
} from "@potluck/protocol";
import * as v from "valibot";
import { createStore } from "zustand/vanilla";
import type { TabClock } from "../clock/tab-clock.ts";
import type { Random } from "../random/random.ts";
import type { SimServer, Socket } from "./sim-server.ts";

type Coordinator = TabParts["coordinator"];
type Connection = ReturnType<Coordinator["connection"]["getState"]>;
type Identity = NonNullable<ReturnType<Coordinator["identity"]["getState"]>>;

/** What a browser keeps for a page over its reload. */
export interface PageMemory {
  welcome: Welcome | null;
}

export interface SimCoordinatorOptions {
  readonly server: SimServer;
  readonly clock: TabClock;
  /** The network's own clock, which goes on when the page stands still. */
  readonly world: { after(ms: number, fn: () => void): () => void };
  readonly random: Random;
  readonly memory: PageMemory;
  readonly onWelcome: (tab: TabId) => void;
  /** What the tab says of its speed is this many times the truth. */
  readonly speedLie: number;
  /** One way to the coordinator, in ms. */
  readonly oneWayMs: number;
}

export interface SimCoordinator extends Coordinator {
  /** The page is gone: `killed`, and the platform closes its socket; or the whole machine is `unplugged`, and nobody does. */
  vanish(how: "killed" | "unplugged"): void;
}

const answerDeadlineMs = 10_000;
const reachDeadlineMs = 3000;
const jitterMs = 5;

/** A socket's way to the server and the way back. Ordered, as streams are: what is sent later arrives later. */
interface Line {
  readonly socket: Socket;
  readonly there: (deliver: () => void) => void;
  readonly back: (deliver: () => void) => void;
  isOpen: boolean;
}

/** The tab's side of the coordinator: as `connectCoordinator` in the donor, with a wire of memory for its socket. */
export function createSimCoordinator(options: SimCoordinatorOptions): SimCoordinator {
  const { server, clock, world, random, memory, oneWayMs } = options;
  const connection = createStore<Connection>(() => ({ kind: "connecting" }));
  const identity = createStore<Identity | null>(() => null);
  const listeners = new Map<DownName, Set<(payload: unknown) => void>>();
  const welcomed = new Set<() => void>();
  let line: Line | null = null;
  let attempts = 0;
  let closed = false;
  let status: Status = { donor: "none" };
  let cancelBeat = (): void => undefined;
  let cancelRetry = (): void => undefined;
  let problem: ProblemError | null = null;

  const gone = (): ProblemError =>
    (problem ??= new ProblemError({ code: "server-gone", what: "The coordinator is gone.", advice: "Wait." }));

  const offline = (): void => {
    if (connection.getState().kind !== "offline") {
      connection.setState({ kind: "offline", problem: gone().problem }, true);
    }
  };

  const lost = (of: Line): void => {
    of.isOpen = false;
    if (line !== of) return;
    line = null;
    offline();
    retry();
  };

  /** As socket.io does it: doubled from half a second to four, jittered by half. */
  const retry = (): void => {
    if (closed) return;
    const base = Math.min(4000, 500 * 2 ** Math.min(attempts, 8));
    attempts += 1;
    cancelRetry();
    cancelRetry = clock.after(base * random.between(0.5, 1.5), connect);
  };

  const connect = (): void => {
    cancelRetry();
    if (closed || line !== null) return;
    const there = stream();
    const inOrder = stream();
    const back = (deliver: () => void): void => inOrder(() => clock.whenRunning(deliver));
    const socket: Socket = {
      emit: (name, payload) => back(() => opened.isOpen && hear(name, payload)),
      drop: () => back(() => lost(opened)),
    };
    const opened: Line = { socket, there, back, isOpen: true };
    line = opened;
    there(() => {
      const accepted = server.accept(socket);
      back(() => {
        if (!accepted) return lost(opened);
        if (opened.isOpen) greet(opened).catch(offline);
      });
    });
  };

  const stream = (): ((deliver: () => void) => void) => {
    let lastAtMs = 0;
    return (deliver) => {
      const now = clock.now();
      lastAtMs = Math.max(lastAtMs, now + oneWayMs + random.between(0, jitterMs));
      world.after(lastAtMs - now, deliver);
    };
  };

  const hear = (name: DownName, payload: unknown): void => {
    const parsed = v.parse(down[name], payload);
    for (const receive of listeners.get(name) ?? []) receive(parsed);
  };

  const send = <N extends UpName>(to: Line, name: N, payload: UpPayload<N>): Promise<UpAnswer<N>> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(answerDeadlineMs, () => reject(gone()));
      // What goes over a wire is a copy.
      const copy = JSON.parse(JSON.stringify(payload)) as UpPayload<N>;
      to.there(() => {
        const answer = server.receive(to.socket, name, copy);
        if (answer === null) return;
        to.back(() => {
          cancel();
          if (to.isOpen) resolve(answer);
          else reject(gone());
        });
      });
    });

  const settled = (): Promise<void> =>
    new Promise((resolve) => {
      if (connection.getState().kind !== "connecting") return resolve();
      const cancel = clock.after(answerDeadlineMs, resolve);
      const unsubscribe = connection.subscribe(() => {
        cancel();
        unsubscribe();
        resolve();
      });
    });

  const call: Coordinator["call"] = async (name, payload) => {
    await settled();
    if (line === null || connection.getState().kind !== "online") throw gone();
    return send(line, name, payload);
  };

  const beat = (heartbeatMs: number): void => {
    cancelBeat();
    cancelBeat = clock.after(heartbeatMs, () => {
      if (connection.getState().kind === "online") call("status", status).catch(() => undefined);
      beat(heartbeatMs);
    });
  };

  const greet = async (to: Line): Promise<void> => {
    const { welcome } = memory;
    const resume = welcome === null ? undefined : { tab: welcome.tab, secret: welcome.secret };
    const answer = await send(to, "hello", { protocol: PROTOCOL_VERSION, resume });
    if (answer.status === "refused" || line !== to) return;
    attempts = 0;
    memory.welcome = answer;
    options.onWelcome(answer.tab);
    identity.setState({ tab: answer.tab, iceServers: answer.iceServers }, true);
    connection.setState({ kind: "online" }, true);
    beat(answer.heartbeatMs);
    if (status.donor !== "none") call("status", status).catch(() => undefined);
    for (const receive of welcomed) receive();
  };

  const hangUp = (how: "goodbye" | "lost" | "silent"): void => {
    closed = true;
    cancelBeat();
    cancelRetry();
    const was = line;
    line = null;
    if (was === null) return;
    was.isOpen = false;
    if (how !== "silent") was.there(() => server.closed(was.socket, how === "goodbye"));
  };

  connect();

  return {
    connection,
    identity,
    async reach() {
      if (connection.getState().kind !== "offline") return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          cancel();
          unsubscribe();
          resolve();
        };
        const cancel = clock.after(reachDeadlineMs, done);
        const unsubscribe = connection.subscribe(({ kind }) => kind === "online" && done());
        connect();
      });
    },
    call,
    on(name, receive) {
      const set = listeners.get(name) ?? new Set();
      const listener = receive as (payload: unknown) => void;
      set.add(listener);
      listeners.set(name, set);
      return () => set.delete(listener);
    },
    onWelcome(receive) {
      welcomed.add(receive);
      return () => welcomed.delete(receive);
    },
    report(next) {
      status = next.donor === "ready" ? { ...next, stepMs: next.stepMs * options.speedLie } : next;
      if (connection.getState().kind === "online") call("status", status).catch(() => undefined);
    },
    malformed: () => 0,
    close({ goodbye } = { goodbye: true }) {
      hangUp(goodbye ? "goodbye" : "lost");
    },
    reopen() {
      closed = false;
      connect();
    },
    vanish: (how) => hangUp(how === "killed" ? "lost" : "silent"),
  };
}
