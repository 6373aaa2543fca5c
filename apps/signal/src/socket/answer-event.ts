import {
  type IceServer,
  PROTOCOL_VERSION,
  type RefusalReason,
  refuse,
  type Refusal,
  type TabId,
  type UpAnswer,
  type UpName,
  type UpPayload,
} from "@potluck/protocol";
import type { Outcome, Swarm } from "@potluck/swarm";
import type { Guests } from "../partners/guests.ts";

/** What the socket has said so far. */
export type Greeting = { readonly kind: "silent" } | { readonly kind: "greeted"; readonly tab: TabId };

export interface AnswerContext {
  readonly swarm: Swarm;
  readonly guests: Pick<Guests, "judge" | "arrived">;
  /** Ms since 1970: consents expire by it. */
  readonly wallMs: () => number;
  readonly heartbeatMs: number;
  readonly iceServers: readonly IceServer[];
  /** No new tabs, segments or chats any more. */
  readonly isClosing: () => boolean;
  /** The socket is this tab's from now on; an older socket of it is closed. */
  readonly bind: (tab: TabId) => void;
  /** Whether the socket gets the picture of the swarm, and its changes. */
  readonly watch: (on: boolean) => void;
  /** False when the tab has no socket now. */
  readonly relay: (from: TabId, to: TabId, data: string) => boolean;
}

/** A checked event, its name and payload belonging together. */
export type CheckedEvent = { readonly [N in UpName]: { readonly name: N; readonly payload: UpPayload<N> } }[UpName];

/** What follows from one checked event: SG1, SG4 and SG21 are decided here, all else in the swarm. */
export function answerEvent(
  ctx: AnswerContext,
  greeting: Greeting,
  event: CheckedEvent,
  nowMs: number,
): Outcome<UpAnswer<UpName>> {
  const { swarm } = ctx;
  if (event.name === "hello") {
    if (greeting.kind === "greeted") return refused("malformed", "This connection has said hello already.");
    const { protocol, resume } = event.payload;
    if (protocol !== PROTOCOL_VERSION) return refused("version-mismatch", mismatch(protocol));
    if (ctx.isClosing()) return closing();
    const consent = ctx.guests.judge(event.payload, ctx.wallMs());
    if (consent !== null && "status" in consent) return { answer: consent, effects: [] };
    const { answer, effects } = swarm.join(resume, nowMs, consent?.site ?? null);
    ctx.bind(answer.tab);
    if (consent !== null) ctx.guests.arrived(consent);
    return {
      answer: {
        status: "welcome",
        tab: answer.tab,
        secret: answer.secret,
        heartbeatMs: ctx.heartbeatMs,
        iceServers: ctx.iceServers,
      },
      effects,
    };
  }
  if (greeting.kind === "silent") return refused("not-admitted", "Say hello first.");
  const { tab } = greeting;
  swarm.heard(tab, nowMs);
  switch (event.name) {
    case "donate":
      if (ctx.isClosing()) return closing();
      if (event.payload.preview) return { answer: swarm.preview(tab, event.payload), effects: [] };
      return swarm.donate(tab, event.payload, nowMs);
    case "status":
      return swarm.status(tab, event.payload, nowMs);
    case "measured":
      return swarm.measured(tab, event.payload);
    case "answered":
      return swarm.answered(tab, event.payload, nowMs);
    case "watch":
      ctx.watch(event.payload.on);
      return { answer: { status: "taken" }, effects: [] };
    case "stop-donating":
      return swarm.stopDonating(tab, nowMs);
    case "request-route":
      if (ctx.isClosing()) return closing();
      return swarm.requestRoute(tab, event.payload, nowMs);
    case "cancel-route":
      return swarm.cancelRoute(tab, event.payload, nowMs);
    case "settle":
      return swarm.settle(tab, event.payload, nowMs);
    case "claim":
      return swarm.claim(tab, event.payload, nowMs);
    case "repair":
      if (ctx.isClosing()) return closing();
      return swarm.repair(tab, event.payload, nowMs);
    case "relay": {
      const { to, data } = event.payload;
      if (!swarm.sharesRoute(tab, to)) {
        return refused("no-shared-route", "Signals go only between tabs of one route, and you two share none now.");
      }
      if (!ctx.relay(tab, to, data)) return refused("no-shared-route", "That tab is not connected now.");
      return { answer: { status: "taken" }, effects: [] };
    }
    default:
      return event satisfies never;
  }
}

/** As the tab reads it: the protocol's own sentence is written for the page's side of a link. */
function mismatch(page: number): string {
  return page < PROTOCOL_VERSION
    ? `This page is older than the swarm (protocol ${page}, swarm ${PROTOCOL_VERSION}). Reload the page to update it.`
    : `The coordinator is older than this page (protocol ${PROTOCOL_VERSION}, this page ${page}). Ask its operator to update it.`;
}

function closing(): Outcome<Refusal> {
  return refused("shutting-down", "The coordinator is shutting down. Running answers go on; try again in a minute.");
}

function refused(reason: RefusalReason, message: string): Outcome<Refusal> {
  return { answer: refuse(reason, message), effects: [] };
}
