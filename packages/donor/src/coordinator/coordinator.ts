/** The coordinator as this tab sees it: typed calls with deadlines, parsed events, a heartbeat, a connection state. */
import type { Clock } from "@potluck/link";
import {
  down,
  type DownName,
  type DownPayload,
  type IceServer,
  PROTOCOL_VERSION,
  type Status,
  type TabId,
  up,
  type UpAnswer,
  type UpName,
  type UpPayload,
} from "@potluck/protocol";
import { io, type Socket } from "socket.io-client";
import * as v from "valibot";
import { createStore, type StoreApi } from "zustand/vanilla";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import type { Connection } from "../tab.ts";
import { isFinal } from "./is-final.ts";
import type { KeptIdentity, OwnIdentity } from "./kept-identity.ts";
import { reach } from "./reach.ts";
import { settled } from "./settled.ts";

export interface Identity {
  readonly tab: TabId;
  readonly iceServers: readonly IceServer[];
}

export interface Coordinator {
  readonly connection: StoreApi<Connection>;
  /** Null before the first welcome. Changes only when a restarted coordinator could not give the old id back. */
  readonly identity: StoreApi<Identity | null>;
  /**
   * For when a person waits: an offline tab tries to connect at once, not when its next try is due. Resolves when welcomed,
   * when that can't help, or after three seconds; never rejects.
   */
  reach(): Promise<void>;
  /** Throws a ProblemError `server-gone` when there is no answer within the deadline. Refusals are answers. */
  call<N extends UpName>(name: N, payload: UpPayload<N>): Promise<UpAnswer<N>>;
  on<N extends DownName>(name: N, receive: (payload: DownPayload<N>) => void): () => void;
  /** Called after every welcome: the first, and those after a lost connection. */
  onWelcome(receive: () => void): () => void;
  /** Sent at once, and again with every heartbeat. */
  report(status: Status): void;
  /** Events from the coordinator that did not fit their schema. */
  readonly malformed: () => number;
  /**
   * The tab goes. With a goodbye (unless told otherwise) the coordinator forgets it at once; without one, which what was
   * called before still precedes, its chats wait for it as for any tab whose connection is lost. The identity is kept for
   * the next page of this browser tab, or for {@link reopen}.
   */
  close(how?: { readonly goodbye: boolean }): void;
  /** Connects again after `close`, as the same tab if no other page has become it; not once its consent was refused. */
  reopen(): void;
}

/** Long enough for a phone on a bad network, short enough that nobody wonders whether the page hangs. */
const answerDeadlineMs = 10_000;
/** Long enough to connect and be welcomed, short enough for somebody who has just pressed a button. */
const reachDeadlineMs = 3000;

/** `consent` makes it a guest, with the identity that the consent names (DN46). */
export function connectCoordinator(url: string, clock: Clock, kept: KeptIdentity, consent?: string): Coordinator {
  const connection = createStore<Connection>(() => ({ kind: "connecting" }));
  const identity = createStore<Identity | null>(() => null);
  // Back-off with jitter, so that a restarted coordinator is not met by all tabs at once; at most 4 s, jittered to 6, so that
  // a tab is back about as soon as the person who watched the server come up looks at it.
  const socket: Socket = io(url, { reconnectionDelay: 500, reconnectionDelayMax: 4000, randomizationFactor: 0.5 });
  let own: OwnIdentity | null = kept.take();
  let isWelcome = false;
  /** This page has not been welcomed yet: what `own` names was the page before it. */
  let isNew = true;
  let status: Status = { donor: "none" };
  let cancelHeartbeat = (): void => undefined;
  let malformed = 0;
  const welcomed = new Set<() => void>();

  const call = async <N extends UpName>(name: N, payload: UpPayload<N>): Promise<UpAnswer<N>> => {
    // Whoever asks before the first connection stands has not lost one. Otherwise it goes out at once: a page that closes
    // does not get to what comes later.
    if (name !== "hello" && connection.getState().kind === "connecting")
      await settled(connection, clock, answerDeadlineMs);
    if (!socket.connected) throw new ProblemError(problems.serverGone());
    let raw: unknown;
    try {
      raw = await socket.timeout(answerDeadlineMs).emitWithAck(name, payload);
    } catch (cause) {
      throw new ProblemError(problems.serverGone(), { cause });
    }
    const answer = v.safeParse(up[name].answer, raw);
    if (!answer.success) {
      malformed += 1;
      throw new ProblemError(problems.internal(`the coordinator's answer to ${name} made no sense`));
    }
    return answer.output;
  };

  const beat = (heartbeatMs: number): void => {
    cancelHeartbeat();
    cancelHeartbeat = clock.after(heartbeatMs, () => {
      // A lost heartbeat shows as a lost connection soon enough.
      if (socket.connected) call("status", status).catch(() => undefined);
      beat(heartbeatMs);
    });
  };

  const greet = async (): Promise<void> => {
    const resume = own === null ? undefined : { ...own, anew: isNew };
    const answer = await call("hello", { protocol: PROTOCOL_VERSION, resume, consent });
    if (answer.status === "refused") {
      const problem = problems.refused(answer);
      if (isFinal(problem)) {
        cancelHeartbeat();
        socket.disconnect();
      }
      return connection.setState({ kind: "offline", problem }, true);
    }
    own = { tab: answer.tab, secret: answer.secret };
    isWelcome = true;
    isNew = false;
    identity.setState({ tab: answer.tab, iceServers: answer.iceServers }, true);
    connection.setState({ kind: "online" }, true);
    beat(answer.heartbeatMs);
    if (status.donor !== "none") call("status", status).catch(() => undefined);
    for (const receive of welcomed) receive();
  };

  const offline = (): void => {
    const { kind } = connection.getState();
    if (kind !== "offline") connection.setState({ kind: "offline", problem: problems.serverGone() }, true);
  };
  socket.on("connect", () => {
    greet().catch(offline);
  });
  socket.on("disconnect", offline);
  socket.on("connect_error", offline);

  return {
    connection,
    identity,
    reach: () =>
      reach(
        connection,
        () => {
          // `connect` alone does nothing while the next try is being waited for.
          if (!socket.connected) socket.disconnect().connect();
        },
        clock,
        reachDeadlineMs,
      ),
    call,
    on(name, receive) {
      const listener = (raw: unknown): void => {
        const parsed = v.safeParse(down[name], raw);
        if (parsed.success) receive(parsed.output as DownPayload<typeof name>);
        else malformed += 1;
      };
      socket.on<string>(name, listener);
      return () => socket.off<string>(name, listener);
    },
    onWelcome(receive) {
      welcomed.add(receive);
      return () => welcomed.delete(receive);
    },
    report(next) {
      status = next;
      if (socket.connected && isWelcome) call("status", status).catch(() => undefined);
    },
    malformed: () => malformed,
    close({ goodbye } = { goodbye: true }) {
      cancelHeartbeat();
      if (own !== null) kept.keep(own);
      if (goodbye) socket.disconnect();
      else {
        socket.io.reconnection(false);
        socket.io.engine.close();
      }
    },
    reopen() {
      const now = connection.getState();
      if (now.kind === "offline" && now.problem.code === "consent") return;
      own = kept.take();
      socket.io.reconnection(true);
      socket.connect();
    },
  };
}
