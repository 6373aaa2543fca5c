/** The asker's side of one session: sends turns and prompt chunks to the first hop, takes tokens from the last. */
import type { Clock } from "@potluck/link";
import {
  type EndReason,
  type FailureReason,
  type LapTimes,
  prefillChunkTokens,
  type Route,
  type Sampling,
  type SessionFrames,
  type TabId,
} from "@potluck/protocol";
import type { DropCounter } from "../counters.ts";
import type { Peers } from "../peers.ts";
import { AnswerFailed } from "./answer-failed.ts";
import { createMailbox, type Mailbox } from "./mailbox.ts";

export interface AnswerRequest {
  /** The whole prompt, `[n]` ids; what it shares with the session's KV is not computed again. */
  readonly promptIds: readonly number[];
  readonly maxNewTokens: number;
  readonly sampling: Sampling;
  readonly stopTokens: readonly number[];
}

export interface AnswerToken {
  readonly id: number;
  readonly position: number;
  readonly end: EndReason | null;
  readonly lap: LapTimes;
}

export interface AskerDeadlines {
  /** Longest wait for the first token, in ms, plus `perPromptTokenMs` for each token of the prompt. */
  readonly firstTokenMs: number;
  readonly perPromptTokenMs: number;
  /** Longest wait for each further token, in ms. */
  readonly nextTokenMs: number;
}

/**
 * A software GPU makes one token a second and links take up to 15 s to open; whoever waits longer than this waits for a hop
 * that hangs.
 */
export const defaultDeadlines: AskerDeadlines = { firstTokenMs: 60_000, perPromptTokenMs: 1_000, nextTokenMs: 60_000 };

export interface AskerSessionOptions {
  readonly route: Route;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly drops: DropCounter;
  readonly deadlines?: AskerDeadlines;
}

export interface AskerSession {
  readonly route: Route;
  /** Positions of the prompt that the hops hold already, so they need not be computed. */
  reusable(promptIds: readonly number[]): number;
  /**
   * One answer, token by token; the last has `end`. Aborting the signal, or leaving the loop early, ends the session on every
   * hop (PL8). Throws {@link AnswerFailed}; the session is then over.
   */
  answer(request: AnswerRequest, signal: AbortSignal): AsyncGenerator<AnswerToken, void>;
  receive(from: TabId, frame: SessionFrames): void;
  peerGone(tab: TabId): void;
  /** The coordinator's word that the hops' KV is gone. */
  dismissed(reason: FailureReason): void;
  /** A longer reservation for the next turn. */
  extend(route: Route): void;
  readonly over: boolean;
  /** Frees the session on every hop. */
  end(why: "stopped" | "closed"): void;
}

type Phase =
  | { readonly kind: "idle" }
  | {
      readonly kind: "answering";
      readonly turn: number;
      readonly mailbox: Mailbox<AnswerToken>;
      readonly nextPosition: number;
    }
  | { readonly kind: "over" };

export function createAskerSession(options: AskerSessionOptions): AskerSession {
  const { peers, clock, drops, deadlines = defaultDeadlines } = options;
  let route = options.route;
  let phase: Phase = { kind: "idle" };
  /** Ids whose KV every hop holds, position by position. */
  let held: number[] = [];
  let turns = 0;

  const first = (): TabId => route.hops[0]?.tab ?? peers.self;
  const last = (): TabId => route.hops.at(-1)?.tab ?? peers.self;

  const send = async (frame: SessionFrames): Promise<void> => {
    const link = await peers.link(first());
    await link.send(frame);
  };

  const fail = (reason: FailureReason, hop: number, detail: string): void => {
    if (phase.kind === "over") return;
    const answering = phase.kind === "answering" ? phase.mailbox : null;
    end("closed");
    answering?.fail(new AnswerFailed(reason, hop, detail));
  };

  const end = (why: "stopped" | "closed"): void => {
    if (phase.kind === "over") return;
    const turn = phase.kind === "answering" ? phase.turn : 0;
    phase = { kind: "over" };
    held = [];
    // A first hop that can't be told has lost its link to us, and frees the session for that.
    send({ kind: "control", session: route.session, epoch: route.epoch, turn, message: { type: "end", why } }).catch(
      () => undefined,
    );
  };

  const reusable = (promptIds: readonly number[]): number => {
    let shared = 0;
    while (shared < held.length && shared < promptIds.length - 1 && held[shared] === promptIds[shared]) shared += 1;
    return shared;
  };

  const sendPrompt = async (request: AnswerRequest, base: number, turn: number): Promise<void> => {
    const { promptIds, sampling, maxNewTokens, stopTokens } = request;
    const head = { session: route.session, epoch: route.epoch, turn: turn & 0xffff };
    const penalised = sampling.repetitionPenalty === 1 ? [] : [...new Set(promptIds)].slice(-4096);
    const message = {
      type: "turn",
      turn,
      base,
      promptTokens: promptIds.length,
      maxNewTokens,
      contextTokens: route.contextTokens,
      sampling,
      penalised,
      stopTokens,
    } as const;
    await send({ kind: "control", ...head, message });
    for (let at = base; at < promptIds.length; at += prefillChunkTokens) {
      const ids = Int32Array.from(promptIds.slice(at, at + prefillChunkTokens));
      await send({ kind: "tokens", ...head, position: at, ids, sample: at + ids.length === promptIds.length });
    }
  };

  return {
    get route() {
      return route;
    },
    get over() {
      return phase.kind === "over";
    },
    reusable,
    extend(longer) {
      route = longer;
    },
    end,
    dismissed(reason) {
      fail(reason, 0, "the coordinator ended the session");
    },
    peerGone(tab) {
      if (phase.kind !== "over" && (tab === first() || tab === last())) {
        fail("link-lost", tab === first() ? 0 : route.hops.length - 1, "the link to a hop closed");
      }
    },
    receive(from, frame) {
      if (phase.kind === "over") return drops.count("ended-session");
      if (frame.epoch !== route.epoch) return drops.count("stale-epoch");
      if (frame.kind === "control" && frame.message.type === "failed") {
        if (from !== first() && from !== last()) return drops.count("wrong-sender");
        return fail(frame.message.reason, frame.message.hop, frame.message.detail);
      }
      if (frame.kind !== "token") return drops.count("wrong-kind");
      if (from !== last()) return drops.count("wrong-sender");
      if (phase.kind !== "answering" || frame.turn !== (phase.turn & 0xffff)) return drops.count("stale-turn");
      if (frame.position < phase.nextPosition) return drops.count("replayed");
      if (frame.position > phase.nextPosition) {
        return fail("bad-frame", route.hops.length - 1, `token ${frame.position} came before ${phase.nextPosition}`);
      }
      const { id, position, end: endReason, lap } = frame;
      // The sampled token itself is run, and so held, only when the first hop starts the next lap with it.
      if (endReason === null) held.push(id);
      phase.mailbox.put({ id, position, end: endReason, lap });
      phase = endReason === null ? { ...phase, nextPosition: position + 1 } : { kind: "idle" };
    },
    async *answer(request, signal) {
      if (phase.kind !== "idle") throw new AnswerFailed("kv-missing", 0, `the session is ${phase.kind}`);
      const base = reusable(request.promptIds);
      const turn = turns++;
      const mailbox = createMailbox<AnswerToken>(clock);
      phase = { kind: "answering", turn, mailbox, nextPosition: request.promptIds.length };
      held = [...request.promptIds];
      const onAbort = (): void => mailbox.fail(new AnswerFailed("hop-left", 0, "stopped by the asker"));
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        if (signal.aborted) return;
        sendPrompt(request, base, turn).catch((error: unknown) => fail("link-lost", 0, String(error).slice(0, 400)));
        let waitMs = deadlines.firstTokenMs + deadlines.perPromptTokenMs * (request.promptIds.length - base);
        for (;;) {
          const token = await mailbox.take(waitMs);
          if (signal.aborted) return;
          if (token === null) throw new AnswerFailed("step-deadline", 0, `no token for ${waitMs} ms`);
          yield token;
          if (token.end !== null) return;
          waitMs = deadlines.nextTokenMs;
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        signal.removeEventListener("abort", onAbort);
        // Only an answer that came to its end leaves a session worth keeping.
        if (phase.kind === "answering") end("stopped");
      }
    },
  };
}
