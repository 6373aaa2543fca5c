/** Where guesses come from, how often each source is right, and how many a lap should carry. One chat on its first hop. */
import type { SampleRequest } from "@potluck/engine";
import type { Clock } from "@potluck/link";
import type { SessionId } from "@potluck/protocol";
import type { DraftModel } from "./draft-model.ts";
import { LapMeter, type Lap } from "./lap-meter.ts";
import { type LapPlan, planLap } from "./lap-plan.ts";
import { lookUp } from "./lookup.ts";
import { PayOff } from "./pay-off.ts";

/** A lookup is as good as the match is long, so each length class has a record of its own. */
type Source = "lookup-short" | "lookup-long" | "model";

export interface Guess {
  readonly ids: readonly number[];
  readonly source: Source;
  readonly laps: number;
}

/** Guesses that rows were run for, and those that were right. */
export interface GuessTally {
  drafted: number;
  accepted: number;
}

export interface GuesserOptions {
  readonly session: SessionId;
  readonly clock: Clock;
  /** Counts for all chats of the shard. */
  readonly tally: GuessTally;
  /** The small model, once it is there. */
  readonly model: () => DraftModel | null;
}

export interface GuessRequest {
  /** All ids so far, those that are guesses themselves included. */
  readonly ids: readonly number[];
  /** No more than this many. */
  readonly room: number;
  readonly hops: number;
  readonly contextTokens: number;
  readonly sample: (position: number) => SampleRequest;
}

/** Of a source that was never asked. The demo's draft model is right 92 times in 100. */
const priors: Readonly<Record<Source, number>> = { "lookup-short": 0.4, "lookup-long": 0.75, model: 0.8 };
/** From this many found tokens on a match counts as long. */
const longMatch = 4;
/** Weight of the newest guess, at least; the first ones count for more. */
const newest = 0.06;
/** What is believed of a source at first counts as so many guesses. */
const priorGuesses = 4;
/** SD9: rows that wait for more than this share of their time are in a crowd. */
const crowded = 0.25;
/** SD7: where guessing does not pay it is tried again after so many plain laps. */
const tryAgainLaps = 48;
/** What a trial carries: two rows cost as much as one on many devices. */
const trialGuesses = 2;
/** More guesses than this are never made at once. */
const longestLap = 24;
/** A model that takes longer for a lap's guesses is worth none. */
const modelDeadlineMs = 2000;

export class Guesser {
  readonly #options: GuesserOptions;
  #meter = new LapMeter();
  readonly #right: Record<Source, number> = { ...priors };
  readonly #judged: Record<Source, number> = { "lookup-short": 0, "lookup-long": 0, model: 0 };
  readonly #payOff = new PayOff();
  #guessMs = 0;
  /** The model that holds something of this chat. */
  #asked: DraftModel | null = null;
  /** It once took too long. */
  #isTooSlow = false;
  #plainLaps = 0;

  constructor(options: GuesserOptions) {
    this.#options = options;
  }

  measured(lap: Lap): void {
    this.#meter.add(lap);
  }

  /** Another route: what laps cost is measured anew; how often guesses are right does not change. */
  rerouted(): void {
    this.#meter = new LapMeter();
    this.#payOff.pause();
  }

  /** Another turn. */
  begins(): void {
    this.#payOff.pause();
  }

  /** A prompt, as far as it was read: the small model may read it meanwhile. */
  reads(ids: readonly number[], contextTokens: number): void {
    this.#asked = this.#options.model();
    void this.#asked?.follow(this.#options.session, ids, contextTokens);
  }

  /** Rows are run for so many guesses. */
  tried(count: number): void {
    this.#options.tally.drafted += count;
  }

  /** So many tokens came, from a lap with guesses or a plain one. */
  came(tokens: number, guessed: boolean): void {
    this.#payOff.came(tokens, guessed, this.#options.clock.now());
  }

  /** Whether a guess of that source was right. */
  judged(source: Source | null, right: boolean): void {
    if (source === null) return;
    this.#judged[source] += 1;
    const weight = Math.max(newest, 1 / (priorGuesses + this.#judged[source]));
    this.#right[source] += weight * ((right ? 1 : 0) - this.#right[source]);
    if (right) this.#options.tally.accepted += 1;
  }

  /** Guesses that follow `ids`, or null where a plain lap is better. */
  async guess(request: GuessRequest): Promise<Guess | null> {
    const { ids, room, hops } = request;
    // One plain lap first: without its times nothing can be planned.
    if (room < 1 || !this.#meter.knows) return null;
    if (this.#meter.waitShare > crowded) return this.#plain();
    const plain = 1000 / Math.max(0.01, this.#meter.travelMs + this.#meter.computeMs(1));
    if (!this.#payOff.pays(plain)) return this.#plain();
    const found = lookUp(ids, Math.min(room, longestLap));
    const lookup: Source | null = found === null ? null : found.match >= longMatch ? "lookup-long" : "lookup-short";
    const model = this.#isTooSlow ? null : this.#options.model();
    const plans: { source: Source; plan: LapPlan }[] = [];
    if (lookup !== null) plans.push({ source: lookup, plan: this.#plan(lookup, 0, hops) });
    if (model !== null) plans.push({ source: "model", plan: this.#plan("model", this.#guessMs, hops) });
    const best = plans.toSorted((a, b) => b.plan.tokensPerSecond - a.plan.tokensPerSecond)[0];
    if (best === undefined) return this.#plain();
    let { guesses, laps } = best.plan;
    if (guesses === 0) {
      if (this.#plainLaps < tryAgainLaps) return this.#plain();
      guesses = trialGuesses;
      laps = 1;
    }
    this.#plainLaps = 0;
    const count = Math.min(guesses, room);
    const made = best.source === "model" ? await this.#ask(model, request, count) : found?.ids.slice(0, count);
    if (made === undefined || made === null || made.length === 0) return this.#plain();
    return { ids: made, source: best.source, laps };
  }

  close(): void {
    this.#asked?.close(this.#options.session);
    this.#asked = null;
  }

  #plain(): null {
    this.#plainLaps += 1;
    return null;
  }

  #plan(source: Source, guessMs: number, hops: number): LapPlan {
    const { travelMs } = this.#meter;
    const computeMs = (rows: number): number => this.#meter.computeMs(rows);
    return planLap({ acceptance: this.#right[source], guessMs, travelMs, computeMs, hops });
  }

  async #ask(model: DraftModel | null, request: GuessRequest, count: number): Promise<readonly number[] | null> {
    if (model === null) return null;
    const { ids, contextTokens, sample } = request;
    const { clock, session } = this.#options;
    this.#asked = model;
    const startedMs = clock.now();
    let cancel = (): void => undefined;
    const late = new Promise<"late">((resolve) => {
      cancel = clock.after(modelDeadlineMs, () => resolve("late"));
    });
    const asked = model.draft(session, ids, count, { contextTokens, sample: sample(ids.length) });
    const made = await Promise.race([asked, late]);
    cancel();
    if (made === "late") {
      this.#isTooSlow = true;
      return null;
    }
    if (made === null) return null;
    const eachMs = (clock.now() - startedMs) / count;
    this.#guessMs = this.#guessMs === 0 ? eachMs : this.#guessMs + 0.25 * (eachMs - this.#guessMs);
    return made;
  }
}
