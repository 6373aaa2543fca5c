// The one place of the frame that takes the browser's globals.
import { isSoftware } from "@potluck/engine/is-software";
import "./ui/frame.css";
import type { FrameFacts } from "@potluck/protocol";
import { languageTags, pickLanguage } from "@potluck/words";
import { render } from "preact";
import { createBelow } from "./check.ts";
import { createFrame, type Facts, type Frame } from "./create-frame.ts";
import { describeProblem } from "./words/describe-problem.ts";
import { createRenewal } from "./renewal.ts";
import { type Blocked, readFacts, whyBlocked } from "./facts.ts";
import { createHost, type Hello, type Host } from "./host.ts";
import { createKeep } from "./keep.ts";
import { type DeviceHints, whyUnsuited } from "./suited.ts";
import { Alone } from "./ui/alone.tsx";
import { App } from "./ui/app.tsx";
import type { View } from "./ui/view.ts";
import { canTellSight, watchSight } from "./watch-sight.ts";
import { after, soon } from "./soon.ts";
import { loadWords } from "./words/load-words.ts";

/** Longer than this nobody waits for a driver, or for words. */
const patienceMs = 4000;
const root = document.querySelector("#root") ?? document.body;
const listen = (heard: (event: MessageEvent) => void): void => addEventListener("message", heard);

if (window.parent === window) void showAlone();
else
  start(
    whyBlocked(window as { readonly credentialless?: unknown }) ??
      readFacts(document.querySelector("#potluck-frame")?.textContent),
  );

async function showAlone(): Promise<void> {
  const { t, language } = await loadWords(pickLanguage(navigator.languages), patienceMs);
  document.documentElement.lang = language;
  render(<Alone t={t} />, root);
}

function start(facts: FrameFacts | Blocked): void {
  let frame: Frame | null = null;
  let isOpening = false;
  /** Said before the words had come. */
  let wantsOpen = false;
  const host: Host = createHost({
    around: window.parent,
    listen,
    origins: facts.status === "ready" ? facts.origins : null,
    onHello(hello, origin) {
      document.documentElement.dataset["position"] = hello.position;
      if (hello.theme === "auto") delete document.documentElement.dataset["theme"];
      else document.documentElement.dataset["theme"] = hello.theme;
      if (facts.status === "refused") {
        host.tell({ type: "size", mode: "hidden", width: 0, height: 0 });
        host.tell({ type: "error", detail: { reason: facts.reason, message: facts.message } });
        host.tell({ type: "state", detail: { state: "refused" } });
      } else if (!isOpening) {
        isOpening = true;
        void open(facts, hello, origin, host).then((opened) => {
          frame = opened;
          if (wantsOpen) frame.around.open();
        });
      }
    },
    onMessage(message) {
      if (message.type === "open" && frame === null) wantsOpen = true;
      if (frame === null) return;
      switch (message.type) {
        case "open":
        case "pause":
        case "bye":
          return frame.around[message.type]();
        case "frames":
          return frame.around.suffers(message.suffers);
        default:
          return message satisfies never;
      }
    },
  });
}

async function open(facts: Facts, hello: Hello, origin: string, host: Host): Promise<Frame> {
  const wanted = hello.language === "" ? navigator.languages : [hello.language, ...navigator.languages];
  const { t, language } = await loadWords(pickLanguage(wanted.filter(isSpoken)), patienceMs);
  document.documentElement.lang = language;
  document.title = t("title");
  const hasGpu = await hasGpuHere();
  const unsuited = whyUnsuited(navigator as DeviceHints, {
    coarsePointer: matchMedia("(pointer: coarse)").matches,
    shortSide: Math.min(screen.width, screen.height),
  });
  const now = (): number => performance.now();
  const renewal = createRenewal(
    storageIfAllowed(() => sessionStorage),
    window,
  );
  const isRenewed = renewal.take();
  const backend = backendOf(new URLSearchParams(location.search).get("backend"));

  const frame = createFrame({
    facts,
    origin,
    tell: (news) => host.tell(news),
    keep: createKeep({
      site: facts.site,
      storage: storageIfAllowed(() => localStorage),
      wallMs: Date.now,
      listen: (written) => addEventListener("storage", ({ key }) => written(key)),
    }),
    fetch: (path, init) => globalThis.fetch(path, init),
    // Missing on pages without TLS, whatever the types say.
    locks: (navigator as Partial<Navigator>).locks ?? null,
    unsuited,
    async loadLending() {
      const { lend } = await import("./lending.ts");
      return (consent, outside) => lend({ coordinatorUrl: location.origin, backend, consent, outside });
    },
    describe: (problem) => describeProblem(problem, language),
    renew() {
      renewal.mark();
      loadAnew();
    },
    isRenewed,
    now,
    after,
    below: createBelow((bytes) => crypto.getRandomValues(bytes)),
    pageVisible: () => document.visibilityState === "visible",
  });
  const view: View = {
    frame,
    facts,
    host: new URL(origin).host,
    position: hello.position,
    t,
    processor: backend === "webgpu" || (hasGpu && backend !== "wasm") ? "gpu" : "cpu",
    unsuited,
    watchSight: canTellSight() ? watchSight : null,
    size: (size) => host.tell({ type: "size", ...size }),
    now,
  };
  const show = (): void => {
    const life = frame.life.getState();
    if (life.kind === "hidden") host.tell({ type: "size", mode: "hidden", width: 0, height: 0 });
    render(<App view={view} life={life} />, root);
  };
  frame.life.subscribe(show);
  show();
  return frame;
}

const isSpoken = (tag: string): boolean =>
  languageTags.some((language) => tag.toLowerCase().split("-")[0] === language);

/** A reload names this page as where it came from, and the coordinator gives tickets to frames in the site's pages alone. */
function loadAnew(): void {
  const link = document.createElement("a");
  link.href = location.href;
  link.referrerPolicy = "no-referrer";
  link.click();
}

/** Whether there is a GPU to lend; asking for the adapter starts nothing on it. */
async function hasGpuHere(): Promise<boolean> {
  const { gpu } = navigator as { readonly gpu?: GPU };
  const adapter = gpu?.requestAdapter({ powerPreference: "low-power" }).catch(() => null);
  const found = await soon(adapter ?? Promise.resolve(null), patienceMs);
  // The engine would rather have the CPU itself.
  return found !== null && !isSoftware(found.info);
}

function backendOf(text: string | null): "auto" | "webgpu" | "wasm" {
  return text === "webgpu" || text === "wasm" ? text : "auto";
}

/** Browsers that block site data throw on the mere look. */
function storageIfAllowed(look: () => Storage): Storage | null {
  try {
    return look();
  } catch {
    return null;
  }
}
