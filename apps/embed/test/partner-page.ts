import type { FromFrame, ToFrame } from "@potluck/protocol";
import { expect, onTestFinished, vi } from "vitest";

type Message<All> = All extends unknown ? Omit<All, "potluck"> : never;
type FrameWindow = Window & { heard: ToFrame[]; say(message: Message<FromFrame>): void };
interface Potluck {
  on(name: string, listener: (detail: unknown) => void): () => void;
  open(): void;
  pause(): void;
  destroy(): void;
}
type PageWindow = Window & typeof globalThis & { Potluck: Potluck; run(): void };

export interface PartnerPage {
  readonly window: PageWindow;
  readonly document: Document;
  readonly shiftSum: () => number;
  /** The loader's frames that are in the page. */
  frames(): HTMLIFrameElement[];
  /** The frame's window, once it said that it is ready. */
  frame(): Promise<FrameWindow>;
  /** Puts one more tag into the page, as a single-page app does. */
  addTag(attributes: string, parent?: string): void;
}

const tag = (attributes: string): string => `<script type="text/plain" ${attributes}></script>`;
/** Fills the partner's tag: a site as they look. */
export const site = `data-site="pk_0123456789abcdef01234567"`;

/** A partner's page, 800 × 600, with an article and what `body` adds; `attributes` are those of its tag. */
export async function openPage(options: {
  readonly attributes?: string;
  readonly body?: string;
  readonly head?: string;
}): Promise<PartnerPage> {
  const holder = document.createElement("iframe");
  holder.style.cssText = "width: 800px; height: 600px; border: 0";
  holder.srcdoc = `<!doctype html><html><head>${options.head ?? ""}</head><body style="margin: 0"><article><p>News.</p></article>
    ${options.body ?? ""}${options.attributes === undefined ? "" : tag(options.attributes)}
    <script type="module" src="${new URL("run-loader.ts", import.meta.url).href}"></script></body></html>`;
  document.body.append(holder);
  onTestFinished(() => holder.remove());
  await vi.waitFor(() => expect(holder.contentWindow).toHaveProperty("run"));
  const window = holder.contentWindow as PageWindow;
  const { document: page } = window;
  let shifted = 0;
  const observer = new window.PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shifted += (entry as PerformanceEntry & { value: number }).value;
  });
  observer.observe({ type: "layout-shift", buffered: true });
  const frames = (): HTMLIFrameElement[] => [...page.querySelectorAll("iframe")];
  return {
    window,
    document: page,
    shiftSum: () => shifted,
    frames,
    frame: () =>
      vi.waitFor(() => {
        const inner = frames()[0]?.contentWindow as FrameWindow | undefined;
        expect(inner?.heard[0]).toMatchObject({ type: "hello" });
        return inner as FrameWindow;
      }),
    addTag: (attributes, parent = "body") => {
      page.querySelector(parent)?.insertAdjacentHTML("beforeend", tag(attributes));
      window.run();
    },
  };
}
