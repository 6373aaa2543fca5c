import type { Consent, SiteKey, TabId } from "@potluck/protocol";
import { expect, test, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { createFrame, type Frame, type FrameParts } from "./create-frame.ts";
import type { News } from "./host.ts";
import { createKeep } from "./keep.ts";
import type { Lending, LentWork } from "./lend-tab.ts";
import { sightMs } from "./sight.ts";

const site = "pk_0123456789abcdef01234567" as SiteKey;
const origin = "https://partner.example";
const consent: Consent = {
  status: "granted",
  token: "token",
  tab: "0".repeat(32) as TabId,
  secret: "secret",
  expiresMs: 2e12,
};
const refusal = (reason: string) => ({ status: "refused", reason, message: "No." });

/** A browser with one storage and one lock for all frames of a site, and a coordinator that answers as told. */
function makeSite() {
  const items = new Map<string, string>();
  const windows: { readonly written: (name: string | null) => void }[] = [];
  const queue: (() => void)[] = [];
  let isHeld = false;
  const locks = {
    request: ((_: string, { signal }: LockOptions, granted: () => Promise<void>) =>
      new Promise<void>((resolve, reject) => {
        const go = (): void => {
          if (signal?.aborted === true) {
            next();
            return;
          }
          isHeld = true;
          void granted().finally(next).then(resolve);
        };
        const next = (): void => ((isHeld = false), queue.shift()?.());
        signal?.addEventListener("abort", () => reject(new Error("aborted")));
        if (isHeld) queue.push(go);
        else go();
      })) as unknown as LockManager["request"],
  };

  const open = (parts: Partial<FrameParts> = {}, answer: object = consent, showsBadge = true) => {
    const told: News[] = [];
    const called: string[] = [];
    const timers = new Set<() => void>();
    const work = createStore<LentWork>()(() => ({ kind: "working", work: { kind: "starting" } }));
    let nowMs = 0;
    const own = { written: (_name: string | null): void => undefined };
    windows.push({ written: (name) => own.written(name) });
    const others = (name: string): void =>
      queueMicrotask(() => {
        for (const window of windows) if (window !== mine) window.written(name);
      });
    const mine = windows.at(-1);
    const lending: Lending = {
      work,
      given: () => ({ tokens: 3, bytes: 5, seconds: 7 }),
      pause: () => called.push("pause"),
      resume: () => called.push("resume"),
      stop: async () => void called.push("free"),
    };
    const frame: Frame = createFrame({
      facts: {
        status: "ready",
        site,
        name: "Partner",
        origins: [origin],
        ticket: "ticket",
        loadBytes: 1e6,
        runtimeBytes: { gpu: 5e6, cpu: 3e6 },
      },
      origin,
      tell: (news) => told.push(news),
      keep: createKeep({
        site,
        storage: {
          getItem: (name) => items.get(name) ?? null,
          setItem: (name, text) => (items.set(name, text), others(name)),
          removeItem: (name) => (items.delete(name), others(name)),
        },
        wallMs: () => 1e12,
        listen: (written) => void (own.written = written),
      }),
      async fetch(path) {
        called.push(path);
        return new Response(JSON.stringify(answer));
      },
      locks,
      unsuited: null,
      loadLending: async () => {
        called.push("load");
        return (_consent, outside) => {
          outside.onChange(() => called.push(`suffers ${outside.suffers()}, out of sight ${outside.outOfSight()}`));
          return lending;
        };
      },
      describe: async ({ what, advice }) => ({ what, advice }),
      renew: () => called.push("renew"),
      isRenewed: false,
      now: () => nowMs,
      after: (_, call) => {
        timers.add(call);
        return () => void timers.delete(call);
      },
      below: () => 0,
      pageVisible: () => true,
      ...parts,
    });
    const show = (): void => {
      if (showsBadge && frame.life.getState().kind === "unseen") frame.guard.see(true);
    };
    frame.life.subscribe(show);
    show();
    const trusted = { trusted: true, byKeyboard: false };
    const yes = (byKeyboard = false, chosen = false): void => frame.yes({ trusted: true, byKeyboard }, chosen);
    const pick = (right = true): void => {
      const state = frame.life.getState();
      const wanted = state.kind === "checking" ? state.check.wanted : 0;
      frame.pick(right ? wanted : (wanted % 9) + 1, trusted);
    };
    const press = (byKeyboard = false, chosen = false): void => (yes(byKeyboard, chosen), pick());
    return {
      frame,
      told,
      called,
      work,
      yes,
      pick,
      press,
      /** Looks at the open question for so many ms. */
      look(ms = sightMs) {
        frame.sight.see(true, nowMs);
        nowMs += ms;
      },
      agree() {
        frame.details();
        this.look();
        press();
      },
      state: () => frame.life.getState().kind,
      tick(ms = 0) {
        nowMs += ms;
        const due = [...timers];
        timers.clear();
        for (const call of due) call();
      },
    };
  };
  return { open, items };
}
type Opened = ReturnType<ReturnType<typeof makeSite>["open"]>;
const untilState = (opened: Opened, kind: string): Promise<void> =>
  vi.waitFor(() => expect(opened.state()).toBe(kind), { interval: 1 });

test("EB6 nothing is loaded and nobody is told anything before a yes counts", async () => {
  const opened = makeSite().open();
  opened.frame.around.open();
  opened.press();
  opened.look(sightMs - 1);
  opened.press();
  expect([opened.state(), opened.called]).toEqual(["asking", []]);
});

test("EB2 whatever the page around says, alone and together, nothing starts", () => {
  const { frame, called, state } = makeSite().open();
  for (let i = 0; i < 3; i++) {
    frame.around.open();
    frame.around.suffers(false);
    frame.around.pause();
    frame.resume();
  }
  expect([state(), called]).toEqual(["asking", []]);
});

test("EB8 a yes alone is no consent: the number that the question names must be pressed, by a person", async () => {
  const opened = makeSite().open();
  opened.frame.details();
  opened.look();
  opened.yes();
  expect(opened.frame.life.getState()).toEqual({ kind: "checking", check: { wanted: 1, order: expect.anything() } });
  opened.frame.pick(1, { trusted: false, byKeyboard: false });
  expect([opened.state(), opened.called]).toEqual(["checking", []]);
  opened.pick();
  expect(opened.state()).toBe("agreeing");
  await untilState(opened, "lending");
});

test("EB8 a wrong number is a no for a day in every window, with no second try for the page", async () => {
  const site = makeSite();
  const other = site.open();
  const opened = site.open();
  opened.frame.details();
  opened.look();
  opened.yes();
  opened.pick(false);
  await untilState(other, "hidden");
  for (const { frame, state, told } of [opened, other, site.open()]) {
    frame.around.open();
    frame.details();
    expect([state(), told.at(-1)]).toEqual(["hidden", { type: "state", detail: { state: "declined" } }]);
  }
  expect(opened.called).toEqual([]);
});

test("EB8 many frames have one try between them, however fast they are pressed", () => {
  const site = makeSite();
  const frames = [site.open(), site.open(), site.open()];
  for (const opened of frames.slice(0, 2)) {
    opened.frame.details();
    opened.look();
    opened.yes();
  }
  const [wrong, right, late] = frames;
  wrong?.pick(false);
  right?.pick();
  late?.frame.details();
  late?.look();
  late?.yes();
  expect(frames.map(({ state, called }) => [state(), called])).toEqual(frames.map(() => ["hidden", []]));
});

test("EB8 a number pressed while the question is out of sight leads back to the question", () => {
  const opened = makeSite().open();
  opened.frame.details();
  opened.look();
  opened.yes();
  opened.frame.sight.see(false, 0);
  opened.pick();
  expect(opened.frame.life.getState()).toEqual({ kind: "asking", note: { kind: "early" } });
  opened.yes();
  expect([opened.state(), opened.called]).toEqual(["asking", []]);
});

test("EB9 a yes that counts leads to work, and the next page goes on without asking", async () => {
  const site = makeSite();
  const first = site.open();
  first.agree();
  await untilState(first, "lending");
  expect(first.called).toEqual(["/api/embed/consent", "load"]);
  first.frame.around.bye();
  const second = site.open();
  await untilState(second, "lending");
  expect(second.called).toEqual(["load"]);
});

test("EB9 a page that shows the frame anew does not undo its visitor's Pause; Resume does, for the next page too", async () => {
  const site = makeSite();
  const first = site.open();
  first.agree();
  await untilState(first, "lending");
  await vi.waitFor(() => expect(first.called).toContain("load"), { interval: 1 });
  first.frame.pause();
  first.frame.around.bye();
  const second = site.open();
  await vi.waitFor(() => expect(second.called).toEqual(["load", "pause"]), { interval: 1 });
  second.frame.resume();
  second.frame.around.bye();
  const third = site.open();
  third.tick();
  await vi.waitFor(() => expect(third.called).toContain("load"), { interval: 1 });
  await untilState(third, "lending");
  expect(third.called).toEqual(["load"]);
});

test("EB11 a kept consent works in no frame whose badge was never seen, nor holds up one that is", async () => {
  const site = makeSite();
  const first = site.open();
  first.agree();
  await untilState(first, "lending");
  first.frame.around.bye();
  const unseen = site.open({}, consent, false);
  unseen.tick();
  const seen = site.open();
  await untilState(seen, "lending");
  expect([unseen.state(), unseen.called]).toEqual(["unseen", []]);
  seen.frame.around.bye();
  unseen.frame.guard.see(true);
  await untilState(unseen, "lending");
  expect(unseen.called).toEqual(["load"]);
});

test("EB12 a Stop or a page's goodbye ends the wait for the badge to be seen", async () => {
  const site = makeSite();
  const first = site.open();
  first.agree();
  await untilState(first, "lending");
  const unseen = site.open({}, consent, false);
  unseen.frame.around.bye();
  unseen.frame.guard.see(true);
  const stopped = site.open({}, consent, false);
  stopped.frame.stop();
  await untilState(stopped, "stopped");
  stopped.frame.guard.see(true);
  await untilState(first, "hidden");
  expect([unseen.called, stopped.called]).toEqual([[], ["/api/embed/withdraw"]]);
});

test("EB9 of two windows one lends; the other says so, and takes over when it closes", async () => {
  const site = makeSite();
  const first = site.open();
  const second = site.open();
  first.agree();
  await untilState(first, "lending");
  await untilState(second, "waiting-turn");
  expect(second.called).toEqual([]);
  first.frame.around.bye();
  await untilState(second, "lending");
});

test("EB9 Stop in one window withdraws for all of them", async () => {
  const site = makeSite();
  const first = site.open();
  first.agree();
  await untilState(first, "lending");
  const second = site.open();
  second.frame.stop();
  await untilState(second, "stopped");
  await untilState(first, "hidden");
  expect(second.called).toEqual(["/api/embed/withdraw"]);
  expect(first.called.at(-1)).toBe("free");
  expect(site.open().state()).toBe("hidden");
});

test("EB12 Stop frees the device first, then the consent is withdrawn, and the thanks tell what was given", async () => {
  const opened = makeSite().open();
  opened.agree();
  await untilState(opened, "lending");
  opened.work.setState({ kind: "working", work: { kind: "serving" } }, true);
  opened.frame.stop();
  await untilState(opened, "stopped");
  expect(opened.called.slice(-2)).toEqual(["free", "/api/embed/withdraw"]);
  expect(opened.frame.life.getState()).toEqual({ kind: "stopped", given: { tokens: 3, bytes: 5, seconds: 7 } });
  opened.frame.dismiss();
  opened.frame.around.open();
  expect(opened.state()).toBe("inviting");
});

test("EB12 a Stop while the code is still coming starts nothing", async () => {
  let arrive: () => void = () => undefined;
  const began: string[] = [];
  const opened = makeSite().open({
    loadLending: () =>
      new Promise((resolve) => {
        arrive = () => resolve(() => (began.push("began"), {} as Lending));
      }),
  });
  opened.agree();
  await untilState(opened, "lending");
  opened.frame.stop();
  arrive();
  await untilState(opened, "stopped");
  expect(began).toEqual([]);
});

test("EB10 after a no the next page asks nothing; open() shows the badge, and only the visitor opens the question", () => {
  const site = makeSite();
  site.open().frame.no();
  const { frame, state } = site.open();
  expect(state()).toBe("hidden");
  frame.around.open();
  frame.around.open();
  expect(state()).toBe("inviting");
  frame.details();
  expect(state()).toBe("asking");
});

test.each([false, true])(
  "EB10 where no answer can be kept the page shows the badge only, and the visitor opens the question (renewed: %s)",
  (isRenewed) => {
    const keep = createKeep({ site, storage: null, wallMs: () => 1e12, listen: () => undefined });
    const { frame, state } = makeSite().open({ keep, isRenewed });
    frame.around.open();
    expect(state()).toBe("inviting");
    frame.details();
    expect(state()).toBe("asking");
  },
);

test("EB13 a phone is asked nothing, and a yes counts only with the word that it may be this one", async () => {
  const opened = makeSite().open({ unsuited: "phone" });
  expect(opened.state()).toBe("hidden");
  opened.frame.around.open();
  opened.frame.details();
  opened.look();
  opened.press();
  expect([opened.state(), opened.called]).toEqual(["asking", []]);
  opened.press(false, true);
  await untilState(opened, "lending");
});

test("EB9 a ticket that is too old is renewed once, and the visitor asked again", async () => {
  const site = makeSite();
  const stale = site.open({}, refusal("ticket-expired"));
  stale.agree();
  await vi.waitFor(() => expect(stale.called).toEqual(["/api/embed/consent", "renew"]));
  const renewed = site.open({ isRenewed: true }, refusal("ticket-expired"));
  expect(renewed.frame.life.getState()).toEqual({ kind: "asking", note: { kind: "again" } });
  renewed.look();
  renewed.press();
  await untilState(renewed, "asking");
  expect(renewed.frame.life.getState()).toEqual({
    kind: "asking",
    note: { kind: "refusal", reason: "ticket-expired" },
  });
  expect(renewed.called).toEqual(["/api/embed/consent"]);
});

test("EB9 whoever stopped and wants to lend again is asked with a fresh ticket", async () => {
  const opened = makeSite().open();
  opened.agree();
  await untilState(opened, "lending");
  opened.frame.stop();
  await untilState(opened, "stopped");
  opened.frame.again();
  expect(opened.called.at(-1)).toBe("renew");
});

test("EB16 a consent that is refused ends the work, is forgotten, and both sides hear why", async () => {
  const site = makeSite();
  const opened = site.open();
  opened.agree();
  await untilState(opened, "lending");
  opened.work.setState({ kind: "refused", reason: "site-revoked" }, true);
  await untilState(opened, "failed");
  expect(opened.frame.life.getState()).toEqual({
    kind: "failed",
    trouble: { kind: "refusal", reason: "site-revoked" },
  });
  expect(opened.told.flatMap((news) => (news.type === "error" ? [news.detail.reason] : []))).toEqual(["site-revoked"]);
  expect(opened.called.at(-1)).toBe("free");
  expect(site.items.size).toBe(0);
});

test("EB9 a site that is full for now keeps the yes for later", async () => {
  const opened = makeSite().open();
  opened.agree();
  await untilState(opened, "lending");
  opened.work.setState({ kind: "refused", reason: "site-full" }, true);
  await untilState(opened, "failed");
  opened.frame.again();
  expect(opened.state()).toBe("unseen");
});

test("EB16 the page around hears states, consent, sums and reasons, each once, and the probe's times", async () => {
  const { told, work, ...opened } = makeSite().open();
  opened.agree();
  await vi.waitFor(() => expect(opened.state()).toBe("lending"), { interval: 1 });
  await vi.waitFor(() => expect(opened.called).toContain("load"), { interval: 1 });
  work.setState({ kind: "working", work: { kind: "loading", doneBytes: 1, totalBytes: 2 } }, true);
  work.setState({ kind: "working", work: { kind: "loading", doneBytes: 2, totalBytes: 2 } }, true);
  work.setState({ kind: "working", work: { kind: "serving" } }, true);
  opened.tick();
  work.setState({ kind: "working", work: { kind: "paused", why: "page-suffers" } }, true);
  work.setState({ kind: "working", work: { kind: "paused", why: "save-data" } }, true);
  const words = told.map((news) =>
    news.type === "state" ? news.detail.state : news.type === "probe" ? `probe ${news.on}` : news.type,
  );
  expect(words).toEqual([
    "asking",
    "consent",
    "starting",
    "paused",
    "starting",
    "loading",
    "probe true",
    "lending",
    "stats",
    "paused",
    "probe false",
  ]);
  expect(told.find((news) => news.type === "stats")).toEqual({
    type: "stats",
    detail: { tokens: 3, bytes: 5, seconds: 7 },
  });
});

test("EB11 EB13 the work hears that the page around suffers and that the badge is out of sight", async () => {
  const opened = makeSite().open();
  opened.agree();
  await untilState(opened, "lending");
  await vi.waitFor(() => expect(opened.called).toContain("load"), { interval: 1 });
  await Promise.resolve();
  opened.frame.around.suffers(true);
  opened.frame.guard.see(false);
  opened.tick(5000);
  expect(opened.called.slice(-2)).toEqual(["suffers true, out of sight false", "suffers true, out of sight true"]);
});

test("EB2 a page that pauses before the work began has it begin paused", async () => {
  const opened = makeSite().open();
  opened.frame.around.pause();
  opened.agree();
  await vi.waitFor(() => expect(opened.called).toContain("pause"), { interval: 1 });
});

test("EB16 code that does not come within a minute is said, and can be tried again", async () => {
  const opened = makeSite().open({ loadLending: () => new Promise(() => undefined) });
  opened.agree();
  await untilState(opened, "lending");
  opened.tick();
  await untilState(opened, "failed");
  expect(opened.frame.life.getState()).toEqual({ kind: "failed", trouble: { kind: "code" } });
  opened.frame.again();
  expect(opened.state()).toBe("unseen");
});
