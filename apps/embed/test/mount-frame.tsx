import type { Consent, SiteKey, TabId } from "@potluck/protocol";
import type { Language } from "@potluck/words";
import { render } from "preact";
import { createStore, type StoreApi } from "zustand/vanilla";
import { createFrame, type Frame } from "../src/frame/create-frame.ts";
import type { News } from "../src/frame/host.ts";
import { createKeep } from "../src/frame/keep.ts";
import type { LentWork } from "../src/frame/lend-tab.ts";
import type { Unsuited } from "../src/frame/suited.ts";
import { App } from "../src/frame/ui/app.tsx";
import "../src/frame/ui/frame.css";
import type { View } from "../src/frame/ui/view.ts";
import { loadWords } from "../src/frame/words/load-words.ts";

export interface Mounted {
  readonly frame: Frame;
  readonly told: readonly News[];
  readonly work: StoreApi<LentWork>;
  /** What was done for and to the device. */
  readonly called: readonly string[];
  /** The last room that was asked for. */
  readonly size: () => Parameters<View["size"]>[0] | undefined;
}

interface Options {
  readonly language?: Language;
  readonly unsuited?: Unsuited | null;
  readonly processor?: View["processor"];
  /** Whether the browser can tell what is in sight; then all always is. */
  readonly seesAll?: boolean;
}

const site = "pk_0123456789abcdef01234567" as SiteKey;
const origin = "https://gardener.example";
const consent: Consent = { status: "granted", token: "k", tab: "0".repeat(32) as TabId, secret: "s", expiresMs: 4e12 };

/** The frame in this page, with a coordinator that grants and a device that only says what it would do. Its clock is told. */
export async function mountFrame(options: Options = {}): Promise<Mounted & { pass(ms: number): void }> {
  const { language = "en", unsuited = null, processor = "gpu", seesAll = true } = options;
  const { t } = await loadWords(language, 10_000);
  const told: News[] = [];
  const called: string[] = [];
  const sizes: Parameters<View["size"]>[0][] = [];
  const work = createStore<LentWork>()(() => ({ kind: "working", work: { kind: "starting" } }));
  let nowMs = 0;
  const now = (): number => nowMs;
  const facts = {
    status: "ready",
    site,
    name: "The Daily Gardener",
    origins: [origin],
    ticket: "t",
    loadBytes: 43.2e6,
    runtimeBytes: { gpu: 5e6, cpu: 3e6 },
  } as const;
  const frame = createFrame({
    facts,
    origin,
    tell: (news) => told.push(news),
    keep: createKeep({ site, storage: null, wallMs: () => 1e12, listen: () => undefined }),
    fetch: async (path) => {
      called.push(path);
      return Response.json(consent);
    },
    locks: null,
    unsuited,
    loadLending: async () => () => ({
      work,
      given: () => ({ tokens: 1234, bytes: 5, seconds: 67 }),
      pause: () => called.push("pause"),
      resume: () => called.push("resume"),
      stop: async () => void called.push("stop"),
    }),
    describe: async ({ what, advice }) => ({ what, advice }),
    renew: () => called.push("renew"),
    isRenewed: false,
    now,
    after: () => () => undefined,
    below: () => 0,
    pageVisible: () => true,
  });
  const view: View = {
    frame,
    facts,
    host: new URL(origin).host,
    position: "corner",
    t,
    processor,
    unsuited,
    watchSight: seesAll ? (_, see) => (see(true), { flush: () => undefined, end: () => undefined }) : null,
    size: (size) => sizes.push(size),
    now,
  };
  document.documentElement.lang = language;
  document.title = t("title");
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  const show = (): void => render(<App view={view} life={frame.life.getState()} />, root);
  frame.life.subscribe(show);
  show();
  return { frame, told, work, called, size: () => sizes.at(-1), pass: (ms) => void (nowMs += ms) };
}
