import { beforeEach, expect, test, vi } from "vitest";
import { page as browser } from "vitest/browser";
import { openPage, type PartnerPage, site } from "./partner-page.ts";

const tag = `data-site="${site}"`;
const element = (rest = ""): string => `<potluck-donate site="${site}" ${rest}></potluck-donate>`;
/** A tag without a site: the page has its own element. */
const define = "data-none";

// What is outside of the window is out of sight.
beforeEach(() => browser.viewport(1000, 700));

test("EB2 a page has four calls, none of which starts, and can't replace them", async () => {
  const page = await openPage();
  page.addTag(tag);
  const { Potluck } = page.window;
  expect(Object.keys(Potluck).toSorted()).toEqual(["destroy", "on", "open", "pause"]);
  expect(Object.isFrozen(Potluck)).toBe(true);
  expect(Reflect.set(page.window, "Potluck", {})).toBe(false);
  // Said before the frame listens, so kept.
  Potluck.open();
  const { frame, iframe } = await page.greeted();
  Potluck.pause();
  await vi.waitFor(() => expect(frame.heard.map(({ type }) => type)).toEqual(["hello", "open", "pause"]));
  expect(iframe.getAttribute("sandbox")).toBe(
    "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox",
  );
  expect(iframe.referrerPolicy).toBe("origin");
});

test("EB2 the loader tells the page what its own frame says, and nothing that somebody else says", async () => {
  const page = await openPage();
  page.addTag(`${tag} data-theme="dark" data-language="de" data-backend="wasm"`);
  const heard = page.listen();
  const { frame, iframe } = await page.greeted();
  expect(frame.heard).toEqual([{ potluck: 1, type: "hello", position: "corner", theme: "dark", language: "de" }]);
  expect([...new URL(iframe.src).searchParams]).toEqual([
    ["site", site],
    ["backend", "wasm"],
  ]);
  page.window.postMessage({ potluck: 1, type: "state", detail: { state: "lending" } }, "*");
  frame.say({ type: "consent", detail: { given: true } });
  await vi.waitFor(() => expect(heard).toEqual([["consent", { given: true }]]));
});

test("EB2 a listener that comes late hears the last event, one that throws stops nobody, one that left hears nothing", async () => {
  const page = await openPage();
  page.addTag(tag);
  const thrown: unknown[] = [];
  page.window.addEventListener("error", (event) => {
    event.preventDefault();
    thrown.push(event.message);
  });
  const { frame } = await page.greeted();
  page.window.Potluck.on("state", () => {
    throw new Error("partner's own");
  });
  const left: unknown[] = [];
  page.window.Potluck.on("state", (detail) => left.push(detail))();
  const heard = page.listen();
  frame.say({ type: "state", detail: { state: "lending" } });
  await vi.waitFor(() => expect(heard).toEqual([["state", { state: "lending" }]]));
  expect(page.listen()).toEqual([["state", { state: "lending" }]]);
  await vi.waitFor(() => expect(thrown).toEqual(["Uncaught Error: partner's own"]));
  expect(left).toEqual([]);
});

test("EB3 tags and elements of any number make one frame, which outlives the body", async () => {
  const page = await openPage({ body: element() });
  page.addTag(tag);
  page.addTag(tag);
  page.addTag(`data-site="pk_ffffffffffffffffffffffff" data-position="inline"`, "h1");
  const { frame, iframe } = await page.greeted();
  page.document.body.insertAdjacentHTML("beforeend", element());
  expect(page.frames()).toHaveLength(1);
  // The element's own place goes with it; a script's in the corner does not.
  page.document.body.replaceWith(page.document.createElement("body"));
  await vi.waitFor(() => expect(iframe.isConnected).toBe(false));
  const next = await page.greeted();
  expect(next.frame === frame).toBe(false);
  page.document.body.replaceWith(page.document.createElement("body"));
  page.addTag(tag);
  page.window.Potluck.pause();
  await vi.waitFor(() => expect(next.frame.heard.map(({ type }) => type)).toEqual(["hello", "pause"]));
  expect(page.frames()).toHaveLength(1);
});

test("EB3 taking the element or destroy() ends the work, and a later element or tag begins anew", async () => {
  const page = await openPage();
  page.addTag(define);
  page.document.body.insertAdjacentHTML("beforeend", element());
  const heard = page.listen();
  const first = await page.greeted();
  first.frame.say({ type: "state", detail: { state: "lending" } });
  await vi.waitFor(() => expect(heard).toHaveLength(1));
  page.document.querySelector("potluck-donate")?.remove();
  await vi.waitFor(() => expect(page.frames()).toEqual([]));
  expect(heard.at(-1)).toEqual(["state", { state: "stopped" }]);

  page.addTag(tag);
  const second = await page.greeted();
  page.window.Potluck.destroy();
  expect(getComputedStyle(second.iframe).visibility).toBe("hidden");
  await vi.waitFor(() => expect(second.frame.heard.at(-1)?.type).toBe("bye"));
  await vi.waitFor(() => expect(page.frames()).toEqual([]));
  expect(page.document.querySelector("potluck-donate")).toBeNull();

  page.addTag(tag);
  page.window.Potluck.destroy();
  page.addTag(tag);
  expect((await page.greeted()).frame.heard).toHaveLength(1);
});

test("EB3 an element that is moved in the page keeps its one frame, which is greeted anew", async () => {
  const page = await openPage({ body: `<p></p>${element('position="inline" style="display: block; height: 60px"')}` });
  page.addTag(define);
  const heard = page.listen();
  const { frame } = await page.greeted();
  frame.say({ type: "state", detail: { state: "lending" } });
  await vi.waitFor(() => expect(heard).toEqual([["state", { state: "lending" }]]));
  page.document.querySelector("p")?.append(page.document.querySelector("potluck-donate") ?? "");
  const again = await page.greeted();
  expect(again.frame === frame).toBe(false);
  expect(page.frames()).toHaveLength(1);
  expect(heard).toHaveLength(1);
});

/** Whether anything moved in the page so far. */
async function hasShifted(page: PartnerPage): Promise<boolean> {
  const shiftsMs: number[] = [];
  const observer = new page.window.PerformanceObserver((list) => {
    shiftsMs.push(...list.getEntries().map(({ startTime }) => startTime));
  });
  observer.observe({ type: "layout-shift", buffered: true });
  const untilMs = page.window.performance.now();
  // A shift of our own, after which the observer has told all before it.
  page.document.body.style.paddingTop = "90px";
  await vi.waitFor(() => expect(shiftsMs.some((atMs) => atMs >= untilMs)).toBe(true));
  observer.disconnect();
  page.document.body.style.paddingTop = "";
  return shiftsMs.some((atMs) => atMs < untilMs);
}

const size = (mode: "badge" | "panel", width: number, height: number) =>
  ({ type: "size", mode, width, height }) as const;
const rectOf = (element: Element): readonly number[] => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [left, top, width, height];
};

test("EB4 a corner's frame lies over the page, never larger than the window, against the page's own rules for frames", async () => {
  const page = await openPage({
    head: "<style>iframe { width: 30px !important; border: 3px solid; transition: all 9s }</style>",
  });
  page.addTag(tag);
  const { frame, iframe } = await page.greeted();
  expect(rectOf(iframe).slice(2)).toEqual([0, 0]);
  frame.say(size("badge", 240, 56));
  await vi.waitFor(() => expect(rectOf(iframe)).toEqual([800 - 12 - 240, 600 - 12 - 56, 240, 56]));
  frame.say(size("panel", 2000, 2000));
  await vi.waitFor(() => expect(rectOf(iframe).slice(2)).toEqual([776, 576]));
  frame.say({ type: "size", mode: "hidden", width: 0, height: 0 });
  await vi.waitFor(() => expect(getComputedStyle(iframe).visibility).toBe("hidden"));
  expect(await hasShifted(page)).toBe(false);
});

test("EB4 an inline frame fills the box kept for it, what is asked opens over the page, and a small box means the corner", async () => {
  // A transformed ancestor would hold what is fixed.
  const page = await openPage({
    body: `<div style="transform: translateX(0); overflow: hidden; width: 400px"><div id="kept" style="height: 60px"></div></div><p>More.</p>`,
  });
  page.addTag(`${tag} data-position="inline"`, "#kept");
  const kept = page.document.querySelector<HTMLElement>("#kept");
  if (kept === null) throw new Error("no box");
  const { frame, iframe } = await page.greeted();
  expect(frame.heard[0]).toMatchObject({ position: "inline" });
  frame.say(size("badge", 240, 56));
  await vi.waitFor(() => expect(rectOf(iframe)).toEqual(rectOf(kept)));
  frame.say(size("panel", 320, 400));
  await vi.waitFor(() => expect(rectOf(iframe)).toEqual([468, 188, 320, 400]));
  frame.say(size("badge", 240, 56));
  await vi.waitFor(() => expect(rectOf(iframe)).toEqual(rectOf(kept)));
  expect(await hasShifted(page)).toBe(false);
  kept.style.height = "40px";
  await vi.waitFor(() => expect(rectOf(iframe)).toEqual([548, 532, 240, 56]));
  // Moved by style alone: it was never loaded anew.
  expect(frame.heard).toHaveLength(1);
});

test("EB4 an element without room of its own means the corner", async () => {
  const page = await openPage({ body: element('position="inline"') });
  page.addTag(define);
  const { frame } = await page.greeted();
  expect(frame.heard[0]).toMatchObject({ position: "corner" });
});

test("EB4 EB11 while something is computed the badge of a box out of sight stays in sight, before that it doesn't follow", async () => {
  const page = await openPage({
    body: `${element('position="inline" style="display: block; height: 60px"')}<div style="height: 3000px"></div>`,
  });
  page.addTag(define);
  const { frame, iframe } = await page.greeted();
  frame.say({ type: "state", detail: { state: "asking" } });
  frame.say(size("badge", 240, 56));
  await vi.waitFor(() => expect(iframe.offsetHeight).toBe(60));
  page.window.scrollTo(0, 1000);
  await vi.waitFor(() => expect(page.window.scrollY).toBe(1000));
  expect(getComputedStyle(iframe).position).toBe("absolute");
  frame.say({ type: "state", detail: { state: "lending" } });
  await vi.waitFor(() => expect(iframe.getBoundingClientRect().bottom).toBe(588));
  page.window.scrollTo(0, 0);
  await vi.waitFor(() => expect(getComputedStyle(iframe).position).toBe("absolute"));
  expect(await hasShifted(page)).toBe(false);
});

test("EB1 EB5 a strict policy with the documented directives lets it work; nothing is kept, nothing is printed", async () => {
  const { origin } = location;
  const policy = `default-src 'none'; script-src ${origin}; frame-src ${origin}; style-src 'self'`;
  const page = await openPage({ head: `<meta http-equiv="Content-Security-Policy" content="${policy}">` });
  const violations: string[] = [];
  page.document.addEventListener("securitypolicyviolation", ({ violatedDirective }) =>
    violations.push(violatedDirective),
  );
  const kept = (): string => JSON.stringify([page.document.cookie, localStorage.length, sessionStorage.length]);
  const before = kept();
  page.addTag(tag);
  const { frame, iframe } = await page.greeted();
  frame.say(size("badge", 240, 56));
  await vi.waitFor(() => expect(iframe.offsetWidth).toBe(240));
  expect(violations).toEqual([]);
  expect(kept()).toBe(before);
});

test("EB5 where a policy forbids the frame, nothing is shown and an event says so at once", async () => {
  const policy = `default-src 'none'; script-src ${location.origin}`;
  const page = await openPage({ head: `<meta http-equiv="Content-Security-Policy" content="${policy}">` });
  page.addTag(tag);
  const heard = page.listen();
  await vi.waitFor(() => expect(heard).toEqual([["error", { reason: "blocked", message: expect.any(String) }]]));
  await vi.waitFor(() => expect(page.frames()).toEqual([]));
});

test("EB5 where no frame answers for 15 s, it goes and an event says so", async () => {
  const page = await openPage();
  const later = page.window.setTimeout.bind(page.window);
  let deadline: TimerHandler | null = null;
  Object.assign(page.window, {
    setTimeout: (done: TimerHandler, afterMs?: number) => {
      if (afterMs !== 15_000) return later(done, afterMs);
      deadline = done;
      return 0;
    },
  });
  page.addTag(`data-site="mute"`);
  const heard = page.listen();
  await vi.waitFor(() => expect(deadline).not.toBeNull());
  expect(heard).toEqual([]);
  (deadline as unknown as () => void)();
  expect(heard).toEqual([["error", { reason: "blocked", message: expect.any(String) }]]);
  await vi.waitFor(() => expect(page.frames()).toEqual([]));
});

test("EB14 the page's frames are looked at from when the frame asks until it has enough", async () => {
  const page = await openPage();
  page.addTag(tag);
  const { frame } = await page.greeted();
  let drawn: FrameRequestCallback | null = null;
  Object.assign(page.window, {
    requestAnimationFrame: (next: FrameRequestCallback) => {
      drawn = next;
      return 1;
    },
    cancelAnimationFrame: () => {
      drawn = null;
    },
  });
  const draw = (nowMs: number): void => {
    const next = drawn as unknown as FrameRequestCallback;
    drawn = null;
    next(nowMs);
  };
  frame.say({ type: "probe", on: true });
  await vi.waitFor(() => expect(drawn).not.toBeNull());
  draw(0);
  draw(1000);
  await vi.waitFor(() => expect(frame.heard.at(-1)).toEqual({ potluck: 1, type: "frames", suffers: true }));
  frame.say({ type: "probe", on: true });
  await vi.waitFor(() => expect(drawn).not.toBeNull());
  frame.say({ type: "probe", on: false });
  await vi.waitFor(() => expect(drawn).toBeNull());
});
