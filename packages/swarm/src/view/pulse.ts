import type { ModelId } from "@potluck/protocol";
import type { Session } from "../state/session.ts";

/** Of how many of a model's last answers the median length is taken, and how few are too few. */
const keptLengths = 32;
const leastLengths = 4;
const minuteSeconds = 60;
/** Over how long tokens are averaged. */
const speedSeconds = 10;
/** No chat is believed more than this: ten times what one of our hops gives. */
const mostTokensPerSecond = 1000;

interface Second {
  ended: number;
  tokens: number;
}

interface ModelPulse {
  /** By whole second; older than a minute is dropped. */
  readonly seconds: Map<number, Second>;
  /** Of the last answers, in ms, the newest last. */
  readonly lengthsMs: number[];
}

interface Told {
  readonly request: Session["request"];
  readonly tokens: number;
  readonly atMs: number;
}

/** How answers come and go, model by model. Token counts are what askers tell, within what a chat could be. */
export class Pulse {
  readonly #models = new Map<ModelId, ModelPulse>();
  readonly #told = new WeakMap<Session, Told>();

  /** The asker has this many tokens of the session's answer. Returns how many of them are believed. */
  tokens(session: Session, tokens: number, nowMs: number): number {
    const before = this.#told.get(session);
    const same = before !== undefined && before.request === session.request;
    const had = same ? before.tokens : 0;
    const sinceMs = same ? before.atMs : session.state.sinceMs;
    const most = (mostTokensPerSecond * Math.max(0, nowMs - sinceMs)) / 1000;
    const more = Math.min(tokens - had, Math.floor(most), session.contextTokens - had);
    if (more <= 0) return had;
    this.#told.set(session, { request: session.request, tokens: had + more, atMs: nowMs });
    this.#second(session.model.id, nowMs).tokens += more;
    return had + more;
  }

  /** An answer that gave at least one token is over. */
  ended(session: Session, nowMs: number): void {
    this.#told.delete(session);
    this.#second(session.model.id, nowMs).ended += 1;
    const { lengthsMs } = this.#of(session.model.id);
    lengthsMs.push(nowMs - session.state.sinceMs);
    if (lengthsMs.length > keptLengths) lengthsMs.shift();
  }

  /** Answers that ended in the last minute. */
  answersPerMinute(model: ModelId, nowMs: number): number {
    return this.#sum(model, nowMs, minuteSeconds, (second) => second.ended);
  }

  tokensPerSecond(model: ModelId, nowMs: number): number {
    return this.#sum(model, nowMs, speedSeconds, (second) => second.tokens) / speedSeconds;
  }

  /** How long an answer takes, in ms: the median of the last ones; null before enough were seen. */
  usualMs(model: ModelId): number | null {
    const sorted = (this.#models.get(model)?.lengthsMs ?? []).toSorted((a, b) => a - b);
    if (sorted.length < leastLengths) return null;
    const middle = sorted.length / 2;
    return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
  }

  #of(model: ModelId): ModelPulse {
    let pulse = this.#models.get(model);
    if (pulse === undefined) this.#models.set(model, (pulse = { seconds: new Map(), lengthsMs: [] }));
    return pulse;
  }

  #second(model: ModelId, nowMs: number): Second {
    const { seconds } = this.#of(model);
    const at = Math.floor(nowMs / 1000);
    let second = seconds.get(at);
    if (second === undefined) {
      for (const old of seconds.keys()) if (old <= at - minuteSeconds) seconds.delete(old);
      seconds.set(at, (second = { ended: 0, tokens: 0 }));
    }
    return second;
  }

  /** Over the last whole `length` seconds, the one that runs included. */
  #sum(model: ModelId, nowMs: number, length: number, of: (second: Second) => number): number {
    const now = Math.floor(nowMs / 1000);
    let sum = 0;
    for (const [at, second] of this.#models.get(model)?.seconds ?? []) if (at > now - length) sum += of(second);
    return sum;
  }
}
