import type { FromFrame, ToFrame } from "@potluck/protocol";
import { expect, onTestFinished, vi } from "vitest";

type Message<All> = All extends unknown ? Omit<All, "potluck"> : never;
/** Of fake-frame.html. */
export type FrameWindow = Window & { readonly heard: ToFrame[]; say(message: Message<FromFrame>): void };

interface Potluck {
  on(name: string, listener: (detail: unknown) => void): () => void;
  open(): void;
  pause(): void;
  destroy(): void;
}
type PageWindow = Window & typeof globalThis & { readonly Potluck: Potluck; run(): void };

/** A partner's page in a frame of the test's, with the loader's source in it and fake-frame.html as the frame. */
export interface PartnerPage {
  readonly window: PageWindow;
  readonly document: Document;
  /** The loader's frames that are in the page. */
  frames(): HTMLIFrameElement[];
  /** The one frame, once it was greeted. */
  greeted(): Promise<{ readonly iframe: HTMLIFrameElement; readonly frame: FrameWindow }>;
  /** Puts one more tag at the end of an element, as a single-page app does. */
  addTag(attributes: string, parent?: string): void;
  /** Events that the page heard, from now on. */
  listen(): [name: string, detail: unknown][];
}

/** Attributes of a tag or an element with a site. */
export const site = "pk_0123456789abcdef01234567";
const tag = (attributes: string): string => `<script type="text/plain" ${attributes}></script>`;

export async function openPage(options: { body?: string; head?: string } = {}): Promise<PartnerPage> {
  const holder = document.createElement("iframe");
  holder.width = "800";
  holder.height = "600";
  const loader = new URL("run-loader.ts", import.meta.url).href;
  holder.srcdoc = `<!doctype html><html><head>${options.head ?? ""}</head><body><h1>News</h1>${options.body ?? ""}
    <script type="module" src="${loader}"></script></body></html>`;
  document.body.append(holder);
  onTestFinished(() => holder.remove());
  await vi.waitFor(() => expect(holder.contentWindow).toHaveProperty("run"));
  const window = holder.contentWindow as PageWindow;
  const { document: page } = window;
  const frames = (): HTMLIFrameElement[] => [...page.querySelectorAll("iframe")];
  return {
    window,
    document: page,
    frames,
    greeted: () =>
      vi.waitFor(() => {
        const [iframe] = frames();
        const frame = iframe?.contentWindow as FrameWindow | undefined;
        if (iframe === undefined || frame?.heard?.[0]?.type !== "hello") throw new Error("not greeted yet");
        return { iframe, frame };
      }),
    addTag: (attributes, parent = "body") => {
      page.querySelector(parent)?.insertAdjacentHTML("beforeend", tag(attributes));
      window.run();
    },
    listen: () => {
      const heard: [string, unknown][] = [];
      for (const name of ["state", "consent", "stats", "error"])
        window.Potluck.on(name, (detail) => heard.push([name, detail]));
      return heard;
    },
  };
}
