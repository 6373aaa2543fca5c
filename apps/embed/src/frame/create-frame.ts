import type { OutsideSenses, Problem } from "@potluck/donor";
import type { Consent, EmbedStats, FrameFacts } from "@potluck/protocol";
import { createStore, type StoreApi } from "zustand/vanilla";
import { askConsent, type Fetch, withdrawConsent } from "./ask-consent.ts";
import { type BadgeGuard, createBadgeGuard } from "./badge-guard.ts";
import type { News } from "./host.ts";
import { type Below, dealCheck } from "./check.ts";
import { type Keep, nothingGiven } from "./keep.ts";
import type { LentWork, Lending } from "./lend-tab.ts";
import { type Life, type LifeEvent, nextLife, type Trouble } from "./life.ts";
import { type After, soon } from "./soon.ts";
import { createSight, type Press, type Sight } from "./sight.ts";
import type { Unsuited } from "./suited.ts";
import { tellLife } from "./tell-life.ts";
import { takeTurn } from "./turn.ts";

export type Facts = Extract<FrameFacts, { readonly status: "ready" }>;
/** Begins to work for others. */
export type Lend = (consent: Consent, outside: OutsideSenses) => Lending;

export interface FrameParts {
  readonly facts: Facts;
  /** Of the page around, as the browser told it. */
  readonly origin: string;
  readonly tell: (news: News) => void;
  readonly keep: Keep;
  readonly fetch: Fetch;
  /** Null where the browser has none. */
  readonly locks: Pick<LockManager, "request"> | null;
  /** Why this device is not asked unless its person wants to be. */
  readonly unsuited: Unsuited | null;
  /** Loads the donor's code; called after consent only (EB6). */
  readonly loadLending: () => Promise<Lend>;
  /** A problem in the visitor's language. */
  readonly describe: (problem: Problem) => Promise<{ readonly what: string; readonly advice: string }>;
  /** Loads the frame's page anew, since a ticket is good for one consent. */
  readonly renew: () => void;
  /** This page is such a reload: the visitor had said yes, or wants to. */
  readonly isRenewed: boolean;
  /** Monotonic, in ms. */
  readonly now: () => number;
  readonly after: After;
  /** For the check that follows a yes; no page may foresee it. */
  readonly below: Below;
  /** Whether the window can be seen. */
  readonly pageVisible: () => boolean;
}

/** The frame for its page: what is shown, and what a visitor or the page around can do. */
export interface Frame {
  readonly life: StoreApi<Life>;
  /** What has been seen of the question. */
  readonly sight: Sight;
  readonly guard: BadgeGuard;
  /** What the page around wants: it can only ask for less (EB2). */
  readonly around: { open(): void; pause(): void; suffers(suffers: boolean): void; bye(): void };
  details(): void;
  close(): void;
  no(): void;
  /** `chosen`: the visitor of a device that is not asked by itself says that it may be this one (EB13). */
  yes(press: Press, chosen: boolean): void;
  /** A number pressed in the check that follows a yes: the wanted one is consent, any other a no for a day (EB8). */
  pick(digit: number, press: Press): void;
  pause(): void;
  resume(): void;
  stop(): void;
  /** After an end: goes on with a consent that is still good, else asks. */
  again(): void;
  dismiss(): void;
}

/** Past this the donor's code does not come. */
const codeMs = 60_000;
const statsMs = 5_000;

export function createFrame(parts: FrameParts): Frame {
  const { facts, origin, tell, keep, fetch, locks, after, now } = parts;
  const life = createStore<Life>()(() => firstLife(parts));
  const sight = createSight();
  const senses = new Set<() => void>();
  const changed = (): void => {
    for (const listener of senses) listener();
  };
  const guard = createBadgeGuard({ after, now, pageVisible: parts.pageVisible, onChange: changed });
  let suffers = false;
  let isTicketUsed = false;
  /** What runs, or waits for its turn; aborted when it ends. */
  let work: AbortController | null = null;
  let lending: Lending | null = null;
  let pausedByPage = false;
  let givenBefore: EmbedStats = nothingGiven;

  const dispatch = (event: LifeEvent): void => {
    const next = nextLife(life.getState(), event);
    if (next !== life.getState()) life.setState(next, true);
  };
  tellLife(life, tell);

  const given = (): EmbedStats => {
    const { tokens, bytes, seconds } = lending?.given() ?? nothingGiven;
    return {
      tokens: givenBefore.tokens + tokens,
      bytes: givenBefore.bytes + bytes,
      seconds: givenBefore.seconds + seconds,
    };
  };

  /** Ends what runs here; resolves when the device is free. */
  const end = async (): Promise<void> => {
    work?.abort();
    work = null;
    guard.rest();
    const ending = lending;
    lending = null;
    await ending?.stop();
  };

  const fail = async (trouble: Trouble, message: string): Promise<void> => {
    const reason = trouble.kind === "refusal" ? trouble.reason : "problem";
    // A site that is full for now takes the same yes later.
    if (trouble.kind === "refusal" && trouble.reason !== "site-full" && trouble.reason !== "rate-limited") {
      keep.forget();
      tell({ type: "consent", detail: { given: false } });
    }
    tell({ type: "error", detail: { reason, message } });
    dispatch({ type: "trouble", trouble });
    await end();
  };

  const follow = (lent: LentWork, signal: AbortSignal): void => {
    if (signal.aborted) return;
    switch (lent.kind) {
      case "working":
        return dispatch({ type: "work", work: lent.work });
      case "refused": {
        const reason = lent.reason ?? "consent-invalid";
        return void fail({ kind: "refusal", reason }, `The coordinator does not admit this tab: ${reason}.`);
      }
      case "failed":
        return void parts.describe(lent.problem).then((words) => {
          if (!signal.aborted) void fail({ kind: "problem", ...words }, lent.problem.what);
        });
      default:
        lent satisfies never;
    }
  };

  const begin = async (consent: Consent, signal: AbortSignal): Promise<void> => {
    dispatch({ type: "turn" });
    const lend = await soon(parts.loadLending(), codeMs, after).catch(() => null);
    if (signal.aborted) return;
    if (lend === null) return fail({ kind: "code" }, "The donor's code could not be loaded.");
    lending = lend(consent, {
      suffers: () => suffers,
      outOfSight: () => guard.outOfSight(),
      onChange: (listener) => void senses.add(listener),
    });
    const memory = keep.read(origin);
    // A page that shows the frame anew does not undo its visitor's Pause.
    if (pausedByPage || (memory.kind === "agreed" && memory.isPaused)) lending.pause();
    signal.addEventListener(
      "abort",
      lending.work.subscribe((lent) => follow(lent, signal)),
    );
    follow(lending.work.getState(), signal);
    const count = (): void => {
      const sum = given();
      keep.give(sum);
      tell({ type: "stats", detail: sum });
      cancel = after(statsMs, count);
    };
    let cancel = after(statsMs, count);
    signal.addEventListener("abort", () => cancel());
  };

  /** Waits until the badge is seen, and for this window's turn after that: an unseen one must not hold up the others. Then works. */
  const queue = async (): Promise<void> => {
    const { signal } = (work = new AbortController());
    await guard.seen(signal).catch(() => undefined);
    if (signal.aborted) return;
    dispatch({ type: "seen" });
    const giveBack = await takeTurn(locks, signal).catch(() => null);
    if (giveBack === null) return;
    if (signal.aborted) return giveBack();
    signal.addEventListener("abort", giveBack);
    const memory = keep.read(origin);
    if (memory.kind === "agreed") {
      givenBefore = memory.given;
      return begin(memory.consent, signal);
    }
    dispatch({ type: "withdrawn" });
    await end();
  };

  const agree = async (): Promise<void> => {
    const answer = await askConsent(fetch, facts.ticket, origin);
    if ("token" in answer) {
      isTicketUsed = true;
      keep.agree(answer, origin);
      tell({ type: "consent", detail: { given: true } });
      dispatch({ type: "granted" });
      return queue();
    }
    const isStale =
      answer.kind === "refusal" && (answer.reason === "ticket-expired" || answer.reason === "ticket-used");
    // Once only: a clock that is wrong would make it go on for ever.
    if (isStale && !parts.isRenewed) return parts.renew();
    tell({
      type: "error",
      detail: {
        reason: answer.kind === "refusal" ? answer.reason : "problem",
        message: "The coordinator did not take the consent.",
      },
    });
    dispatch({ type: "trouble", trouble: answer });
  };

  /** A wrong number was pressed today, maybe in a window whose word has not come yet. */
  const isBarred = (): boolean => {
    const memory = keep.read(origin);
    if (memory.kind !== "quiet" || memory.why !== "mistaken") return false;
    dispatch({ type: "wrong" });
    return true;
  };

  /** Another window of the site agreed, declined or stopped. */
  keep.onChange(() => {
    if (isBarred() && life.getState().kind === "hidden") return;
    const memory = keep.read(origin);
    const { kind } = life.getState();
    if (kind === "inviting" || kind === "asking" || kind === "checking") {
      if (memory.kind === "quiet") dispatch({ type: "no" });
      if (memory.kind !== "agreed") return;
      dispatch({ type: "granted" });
      void queue();
    } else if ((kind === "unseen" || kind === "waiting-turn" || kind === "lending") && memory.kind !== "agreed") {
      dispatch({ type: "withdrawn" });
      void end();
    }
  });

  const stop = async (): Promise<void> => {
    const memory = keep.read(origin);
    dispatch({ type: "stop" });
    if (life.getState().kind !== "stopping") return;
    const sum = given();
    keep.quiet("stopped");
    await end();
    // Only now: whoever is not admitted any more can't hand over what runs.
    if (memory.kind === "agreed") withdrawConsent(fetch, memory.consent.token);
    tell({ type: "stats", detail: sum });
    tell({ type: "consent", detail: { given: false } });
    dispatch({ type: "stopped", given: sum });
  };

  const ask = (): void => {
    if (isTicketUsed) parts.renew();
    else dispatch({ type: "details" });
  };

  if (life.getState().kind === "unseen") void queue();
  return {
    life,
    sight,
    guard,
    around: {
      open: () => dispatch({ type: "open" }),
      pause() {
        pausedByPage = true;
        lending?.pause();
      },
      suffers(next) {
        suffers = next;
        changed();
      },
      bye: () => void end(),
    },
    details: ask,
    close: () => dispatch({ type: "close" }),
    no() {
      dispatch({ type: "no" });
      if (life.getState().kind === "hidden") keep.quiet("declined");
    },
    yes(press, chosen) {
      if (life.getState().kind !== "asking" || (parts.unsuited !== null && !chosen) || isBarred()) return;
      const verdict = sight.press(press, now());
      if (verdict === "early") dispatch({ type: "early" });
      if (verdict !== "counts") return;
      // Back from the check, the focus has to rest on Yes anew.
      sight.focus(false, now());
      dispatch({ type: "yes", check: dealCheck(parts.below) });
    },
    pick(digit, { trusted }) {
      const state = life.getState();
      if (state.kind !== "checking" || !trusted || isBarred()) return;
      if (!sight.sees()) return dispatch({ type: "early" });
      if (digit === state.check.wanted) {
        dispatch({ type: "right" });
        void agree();
      } else {
        keep.quiet("mistaken");
        dispatch({ type: "wrong" });
      }
    },
    pause() {
      keep.pause(true);
      lending?.pause();
    },
    resume() {
      pausedByPage = false;
      keep.pause(false);
      lending?.resume();
    },
    stop: () => void stop(),
    again() {
      if (keep.read(origin).kind !== "agreed") return ask();
      dispatch({ type: "granted" });
      void queue();
    },
    dismiss: () => dispatch({ type: "dismiss" }),
  };
}

function firstLife({ keep, origin, unsuited, isRenewed }: FrameParts): Life {
  const memory = keep.read(origin);
  if (memory.kind === "agreed") return { kind: "unseen" };
  // A no would be forgotten with the page, and the page could ask for ever: only the visitor opens the question.
  if (isRenewed && keep.lasts()) return { kind: "asking", note: { kind: "again" } };
  if (memory.kind === "quiet") return { kind: "hidden", why: memory.why };
  return unsuited === null ? { kind: "inviting", byVisitor: !keep.lasts() } : { kind: "hidden", why: "unsuited" };
}
