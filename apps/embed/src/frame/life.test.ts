import { expect, test } from "vitest";
import { embedState, type Life, type LifeEvent, nextLife } from "./life.ts";

const live = (begin: Life, ...events: readonly LifeEvent[]): Life => events.reduce(nextLife, begin);
const invited: Life = { kind: "inviting", byVisitor: false };
const check = { wanted: 4, order: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
const given = { tokens: 7, bytes: 9, seconds: 3 };

test("EB2 the page around can open the question, and nothing that it says leads to work", () => {
  expect(live(invited, { type: "open" })).toEqual({ kind: "asking", note: null });
  expect(live(invited, { type: "open" }, { type: "open" }, { type: "open" }).kind).toBe("asking");
});

test("EB2 a question that the visitor put away is opened again by the visitor alone", () => {
  const away = live(invited, { type: "open" }, { type: "close" });
  expect(live(away, { type: "open" })).toEqual({ kind: "inviting", byVisitor: true });
  expect(live(away, { type: "details" }).kind).toBe("asking");
});

test.each(["declined", "unsuited", "stopped"] as const)(
  "EB10 EB13 of one who is %s the page can show the badge only, and the visitor opens the question",
  (why) => {
    const opened = live({ kind: "hidden", why }, { type: "open" }, { type: "open" });
    expect(opened).toEqual({ kind: "inviting", byVisitor: true });
    expect(live(opened, { type: "details" }).kind).toBe("asking");
  },
);

test("EB9 a yes leads to work when the coordinator grants it and the turn has come", () => {
  const agreed = live(invited, { type: "details" }, { type: "yes", check }, { type: "right" });
  expect(agreed.kind).toBe("agreeing");
  expect(live(agreed, { type: "turn" })).toBe(agreed);
  expect(live(agreed, { type: "granted" }, { type: "seen" }, { type: "turn" })).toEqual({
    kind: "lending",
    work: { kind: "starting" },
  });
});

test("EB2 EB8 a check that the visitor puts away is no answer, and begins with a new question", () => {
  const away = live(invited, { type: "details" }, { type: "yes", check }, { type: "close" });
  expect(away).toEqual({ kind: "inviting", byVisitor: true });
  expect(live(away, { type: "right" })).toBe(away);
});

test("EB8 an early yes leaves the question open and says so", () => {
  const early = live(invited, { type: "details" }, { type: "early" });
  expect(early).toEqual({ kind: "asking", note: { kind: "early" } });
  expect(live(early, { type: "turn" })).toBe(early);
});

test("EB12 after Stop no late word of the work brings it back", () => {
  const stopping = live({ kind: "lending", work: { kind: "serving" } }, { type: "stop" });
  expect(live(stopping, { type: "work", work: { kind: "ready" } }, { type: "turn" })).toBe(stopping);
  const stopped = live(stopping, { type: "stopped", given });
  expect(stopped).toEqual({ kind: "stopped", given });
  expect(live(stopped, { type: "open" })).toBe(stopped);
});

test("EB9 a Stop in another window ends the waiting for a turn, too", () => {
  expect(live({ kind: "waiting-turn" }, { type: "withdrawn" })).toEqual({ kind: "hidden", why: "stopped" });
});

test("EB16 the page around hears one of eight words", () => {
  const lives: readonly Life[] = [
    { kind: "refused" },
    { kind: "hidden", why: "declined" },
    { kind: "hidden", why: "unsuited" },
    { kind: "hidden", why: "mistaken" },
    { kind: "checking", check },
    { kind: "agreeing" },
    { kind: "unseen" },
    { kind: "waiting-turn" },
    { kind: "lending", work: { kind: "starting" } },
    { kind: "lending", work: { kind: "loading", doneBytes: 1, totalBytes: 2 } },
    { kind: "lending", work: { kind: "serving" } },
    { kind: "lending", work: { kind: "paused", why: "data-cap" } },
    { kind: "stopping" },
    { kind: "failed", trouble: { kind: "unreachable" } },
  ];
  expect(lives.map(embedState)).toEqual(
    "refused declined unsuited declined asking asking starting paused starting loading lending paused paused stopped".split(
      " ",
    ),
  );
});
