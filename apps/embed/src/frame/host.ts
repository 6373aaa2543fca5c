import type { FromFrame, ToFrame } from "@potluck/protocol";
import * as v from "valibot";

type Of<T, Type> = T extends { readonly type: Type } ? T : never;
export type Hello = Of<ToFrame, "hello">;
type Message = Exclude<ToFrame, Hello>;
/** Without the mark that every message carries. */
export type News = FromFrame extends infer Each ? (Each extends unknown ? Omit<Each, "potluck"> : never) : never;

const potluck = v.literal(1);
const toFrameSchema: v.GenericSchema<unknown, ToFrame> = v.variant("type", [
  v.object({
    potluck,
    type: v.literal("hello"),
    position: v.picklist(["inline", "corner"]),
    theme: v.picklist(["light", "dark", "auto"]),
    language: v.pipe(v.string(), v.maxLength(64)),
  }),
  v.object({ potluck, type: v.literal("open") }),
  v.object({ potluck, type: v.literal("pause") }),
  v.object({ potluck, type: v.literal("frames"), suffers: v.boolean() }),
  v.object({ potluck, type: v.literal("bye") }),
]);

export interface HostParts {
  /** The page around: `window.parent`. */
  readonly around: Pick<Window, "postMessage">;
  readonly listen: (heard: (event: Pick<MessageEvent, "source" | "origin" | "data">) => void) => void;
  /** Whose pages may be around; null where the site was refused and there is nothing but the reason to tell. */
  readonly origins: readonly string[] | null;
  /** The first word of the page around, and whatever it changes later. */
  readonly onHello: (hello: Hello, origin: string) => void;
  readonly onMessage: (message: Message) => void;
}

/** The page around the frame. */
export interface Host {
  /** Nothing is told before the page has said hello, since nobody knows yet whose it is. */
  tell(news: News): void;
}

/** Listens to the page around, and to nobody else (EB2). Says "ready" to whoever embeds the frame, which tells them nothing. */
export function createHost({ around, listen, origins, onHello, onMessage }: HostParts): Host {
  let origin: string | null = null;

  listen((event) => {
    if (event.source !== around || (origins !== null && !origins.includes(event.origin))) return;
    const parsed = v.safeParse(toFrameSchema, event.data);
    if (!parsed.success || (origin !== null && origin !== event.origin)) return;
    const message = parsed.output;
    if (message.type === "hello") {
      origin = event.origin;
      onHello(message, origin);
    } else if (origin !== null) onMessage(message);
  });

  const post = (message: FromFrame, target: string): void => around.postMessage(message, target);
  post({ potluck: 1, type: "ready" }, "*");
  return {
    tell(news) {
      if (origin !== null) post({ potluck: 1, ...news }, origin);
    },
  };
}
