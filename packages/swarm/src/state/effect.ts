import type { DownEvents, DownName, TabId } from "@potluck/protocol";

/** An event for one tab. Effects are carried out in order. */
export type SendEffect = {
  readonly [N in Exclude<DownName, "relay" | "notice">]: {
    readonly kind: "send";
    readonly to: TabId;
    readonly name: N;
    readonly payload: DownEvents[N];
  };
}[Exclude<DownName, "relay" | "notice">];

/** What must be done in the world after a change of state. */
export type Effect =
  | SendEffect
  /** The tab went silent or is gone: close its socket if there is one. */
  | { readonly kind: "drop-socket"; readonly tab: TabId };

/** Where effects are collected while an event is worked on. */
export type Emit = (effect: Effect) => void;
