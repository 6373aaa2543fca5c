import type { Frame, Facts } from "../create-frame.ts";
import type { Hello, News } from "../host.ts";
import type { Unsuited } from "../suited.ts";
import type { WatchSight } from "../watch-sight.ts";
import type { Words } from "../words/load-words.ts";

type Size = Extract<News, { readonly type: "size" }>;

/** What everything on the screen is made of. */
export interface View {
  readonly frame: Frame;
  readonly facts: Facts;
  /** Of the page around, to be shown. */
  readonly host: string;
  readonly position: Hello["position"];
  readonly t: Words;
  readonly processor: "gpu" | "cpu";
  readonly unsuited: Unsuited | null;
  /** Null where this browser can't tell what is in sight (EB8). */
  readonly watchSight: WatchSight | null;
  readonly size: (size: Omit<Size, "type">) => void;
  readonly now: () => number;
}
