/**
 * What a partner's page and our frame in it say to each other with `postMessage`. Each is an object with `potluck: 1`. Types
 * only: the loader has no room for schemas, the frame checks with one of its own, and whatever a page says can only ask for
 * less (EB2).
 */

/** To the frame. */
export type ToFrame = { readonly potluck: 1 } & (
  | {
      readonly type: "hello";
      readonly position: "inline" | "corner";
      readonly theme: "light" | "dark" | "auto";
      /** A tag such as `de`; empty for the browser's own. */
      readonly language: string;
    }
  /** Show what the visitor is asked; nothing more. */
  | { readonly type: "open" }
  | { readonly type: "pause" }
  /** Whether the page's own frames come late. */
  | { readonly type: "frames"; readonly suffers: boolean }
  /** The page takes the frame away: stop at once. */
  | { readonly type: "bye" }
);

/** From the frame. */
export type FromFrame = { readonly potluck: 1 } &
  /** The frame listens. To whoever embeds it, so it says nothing. */
  (
    | { readonly type: "ready" }
    /** How much room it wants, in CSS pixels. `panel` lies over the page, `badge` in its place, `hidden` nowhere. */
    | {
        readonly type: "size";
        readonly mode: "hidden" | "badge" | "panel";
        readonly width: number;
        readonly height: number;
      }
    /** Whether the page's frames are to be watched. */
    | { readonly type: "probe"; readonly on: boolean }
    | { readonly type: "state"; readonly detail: { readonly state: EmbedState } }
    | { readonly type: "consent"; readonly detail: { readonly given: boolean } }
    | { readonly type: "stats"; readonly detail: EmbedStats }
    | { readonly type: "error"; readonly detail: EmbedError }
  );

/**
 * `asking`: an invitation is shown. `unsuited`: a device that is not asked by itself (EB13). `declined`: not to be asked again
 * for 30 days, or for one (EB8).
 */
export type EmbedState =
  | "asking"
  | "unsuited"
  | "declined"
  | "starting"
  | "loading"
  | "lending"
  | "paused"
  | "stopped"
  | "refused";

/** Since the visitor agreed. */
export interface EmbedStats {
  readonly tokens: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** `reason`: a refusal's, or `blocked` where no frame came, or `problem`. */
export interface EmbedError {
  readonly reason: string;
  readonly message: string;
}
