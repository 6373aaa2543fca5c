import type { PauseReason } from "@potluck/donor";
import type { EmbedState, EmbedStats, RefusalReason } from "@potluck/protocol";
import type { Check } from "./check.ts";

/** What the visitor's device does for others. */
export type Work =
  /** The code comes, the coordinator is asked, a place is found. */
  | { readonly kind: "starting" }
  | { readonly kind: "loading"; readonly doneBytes: number; readonly totalBytes: number }
  /** Another window of this browser, on whatever site of ours, holds all that this one could take. */
  | { readonly kind: "waiting" }
  | { readonly kind: "ready" }
  | { readonly kind: "serving" }
  | { readonly kind: "paused"; readonly why: PauseReason["why"] };

/** What went wrong, told to the visitor in their language. */
export type Trouble =
  | { readonly kind: "refusal"; readonly reason: RefusalReason }
  /** The coordinator did not answer. */
  | { readonly kind: "unreachable" }
  /** The donor's code did not come. */
  | { readonly kind: "code" }
  /** In words already. */
  | { readonly kind: "problem"; readonly what: string; readonly advice: string };

/** What the question says beside its question. `again`: the page was asked for a fresh one, and the visitor is asked once more. */
export type Note = { readonly kind: "early" } | { readonly kind: "again" } | Trouble;

/** The frame, from the page's first word to its last. */
export type Life =
  /** Not for this site: nothing is ever shown. */
  | { readonly kind: "refused" }
  /** Nothing is shown. `mistaken`: the wrong number was pressed, maybe by one who saw nothing. */
  | { readonly kind: "hidden"; readonly why: "declined" | "mistaken" | "unsuited" | "stopped" }
  /** A badge that invites. `byVisitor`: only a press on it opens the question. */
  | { readonly kind: "inviting"; readonly byVisitor: boolean }
  | { readonly kind: "asking"; readonly note: Note | null }
  /** The visitor said yes, and is to show that they see what they say it to. */
  | { readonly kind: "checking"; readonly check: Check }
  /** The visitor said yes and saw it, the coordinator is told. */
  | { readonly kind: "agreeing" }
  /** EB11: agreed; nothing begins before the badge was seen. */
  | { readonly kind: "unseen" }
  /** EB9: another window of this site lends. */
  | { readonly kind: "waiting-turn" }
  | { readonly kind: "lending"; readonly work: Work }
  | { readonly kind: "stopping" }
  | { readonly kind: "stopped"; readonly given: EmbedStats }
  /** Ended by itself. */
  | { readonly kind: "failed"; readonly trouble: Trouble };

export type LifeEvent =
  /** The page around wants the question shown. */
  | { readonly type: "open" }
  /** The visitor opens the question. */
  | { readonly type: "details" }
  /** The visitor puts the question away without an answer. */
  | { readonly type: "close" }
  | { readonly type: "no" }
  /** A yes that came too early to count, or a number pressed while the question was not in sight. */
  | { readonly type: "early" }
  /** A yes after enough sight, and what is checked then. */
  | { readonly type: "yes"; readonly check: Check }
  /** The number that was wanted was pressed. */
  | { readonly type: "right" }
  /** Another one was, here or in another window of the site. */
  | { readonly type: "wrong" }
  /** The coordinator says yes to it, here or in another window of the site. */
  | { readonly type: "granted" }
  /** The badge was seen. */
  | { readonly type: "seen" }
  | { readonly type: "turn" }
  | { readonly type: "work"; readonly work: Work }
  | { readonly type: "trouble"; readonly trouble: Trouble }
  | { readonly type: "stop" }
  | { readonly type: "stopped"; readonly given: EmbedStats }
  /** Another window of this site stopped for all. */
  | { readonly type: "withdrawn" }
  /** What is told at the end was read. */
  | { readonly type: "dismiss" };

/** What an event makes of it. One that does not fit changes nothing: a late answer, a press on what has gone. */
export function nextLife(life: Life, event: LifeEvent): Life {
  switch (life.kind) {
    case "refused":
      return life;
    case "hidden":
      if (event.type === "wrong") return { kind: "hidden", why: "mistaken" };
      // EB8: a page could have the same blind hand try again.
      if (life.why === "mistaken") return life;
      // EB10, EB13: whoever was not asked is shown the badge, and opens the question themselves.
      return event.type === "open" ? { kind: "inviting", byVisitor: true } : life;
    case "inviting":
      if (event.type === "details" || (event.type === "open" && !life.byVisitor)) return { kind: "asking", note: null };
      if (event.type === "granted") return { kind: "unseen" };
      return refuse(life, event);
    case "asking":
      if (event.type === "granted") return { kind: "unseen" };
      if (event.type === "yes") return { kind: "checking", check: event.check };
      return putAway(life, event);
    case "checking":
      if (event.type === "granted") return { kind: "unseen" };
      if (event.type === "right") return { kind: "agreeing" };
      return putAway(life, event);
    case "agreeing":
      if (event.type === "granted") return { kind: "unseen" };
      return event.type === "trouble" ? { kind: "asking", note: event.trouble } : life;
    case "unseen":
      return event.type === "seen" ? { kind: "waiting-turn" } : atWork(life, event);
    case "waiting-turn":
      if (event.type === "turn") return { kind: "lending", work: { kind: "starting" } };
      return atWork(life, event);
    case "lending":
      return event.type === "work" ? { kind: "lending", work: event.work } : atWork(life, event);
    case "stopping":
      return event.type === "stopped" ? { kind: "stopped", given: event.given } : life;
    case "stopped":
    case "failed":
      if (event.type === "details") return { kind: "asking", note: null };
      if (event.type === "granted") return { kind: "unseen" };
      return event.type === "dismiss" ? { kind: "hidden", why: "stopped" } : life;
    default:
      return life satisfies never;
  }
}

/** The question, before it was answered. */
function putAway(life: Life, event: LifeEvent): Life {
  if (event.type === "early") return { kind: "asking", note: { kind: "early" } };
  // The page can't open it over and over.
  return event.type === "close" ? { kind: "inviting", byVisitor: true } : refuse(life, event);
}

function refuse(life: Life, event: LifeEvent): Life {
  if (event.type === "wrong") return { kind: "hidden", why: "mistaken" };
  return event.type === "no" ? { kind: "hidden", why: "declined" } : life;
}

function atWork(life: Life, event: LifeEvent): Life {
  if (event.type === "stop") return { kind: "stopping" };
  if (event.type === "withdrawn") return { kind: "hidden", why: "stopped" };
  return event.type === "trouble" ? { kind: "failed", trouble: event.trouble } : life;
}

/** What the page around is told (EB16). */
export function embedState(life: Life): EmbedState {
  switch (life.kind) {
    case "refused":
      return "refused";
    case "hidden":
      if (life.why === "mistaken") return "declined";
      return life.why;
    case "inviting":
    case "asking":
    case "checking":
    case "agreeing":
      return "asking";
    case "unseen":
      return "starting";
    case "waiting-turn":
      return "paused";
    case "lending":
      return workState(life.work);
    // Not before the device is free.
    case "stopping":
      return "paused";
    case "stopped":
    case "failed":
      return "stopped";
    default:
      return life satisfies never;
  }
}

function workState(work: Work): EmbedState {
  switch (work.kind) {
    case "starting":
    case "loading":
    case "paused":
      return work.kind;
    case "waiting":
      return "paused";
    case "ready":
    case "serving":
      return "lending";
    default:
      return work satisfies never;
  }
}
