import type { Consent, SiteKey, TabId } from "@potluck/protocol";
import { expect, test } from "vitest";
import { createKeep, type Keep } from "./keep.ts";

const site = "pk_0123456789abcdef01234567" as SiteKey;
const hour = 3_600_000;
const origin = "https://partner.example";
const given = { tokens: 1, bytes: 2, seconds: 3 };
const consent = (expiresMs: number): Consent => ({
  status: "granted",
  token: "token",
  tab: "a".repeat(32) as TabId,
  secret: "secret",
  expiresMs,
});

function makeKeep(
  broken: "never" | "reading" | "writing" = "never",
): Keep & { after(ms: number): void; next(key?: SiteKey): Keep } {
  const items = new Map<string, string>();
  let nowMs = 1e12;
  const fail = (): never => {
    throw new Error("forbidden");
  };
  const open = (key: SiteKey = site): Keep =>
    createKeep({
      site: key,
      storage: {
        getItem: broken === "reading" ? fail : (name) => items.get(name) ?? null,
        setItem: broken === "never" ? (name, text) => void items.set(name, text) : fail,
        removeItem: (name) => void items.delete(name),
      },
      wallMs: () => nowMs,
      listen: () => undefined,
    });
  return { ...open(), after: (ms) => void (nowMs += ms), next: open };
}

test("EB9 the site's next page finds the consent with what was given, until it has run out", () => {
  const keep = makeKeep();
  keep.agree(consent(1e12 + 24 * hour), origin);
  keep.give(given);
  keep.after(23 * hour);
  expect(keep.next().read(origin)).toEqual({
    kind: "agreed",
    consent: consent(1e12 + 24 * hour),
    given,
    isPaused: false,
  });
  keep.after(hour);
  expect(keep.next().read(origin)).toEqual({ kind: "nothing" });
});

test("EB9 a consent is for the origin that it was given for", () => {
  const keep = makeKeep();
  keep.agree(consent(2e12), origin);
  expect(keep.read("https://www.partner.example")).toEqual({ kind: "nothing" });
});

test("EB8 EB10 a no lasts 30 days, a Stop and a wrong number one, and each takes the consent away", () => {
  for (const [why, days] of [
    ["declined", 30],
    ["mistaken", 1],
    ["stopped", 1],
  ] as const) {
    const keep = makeKeep();
    keep.agree(consent(2e12), origin);
    keep.quiet(why);
    keep.give(given);
    keep.after(days * 24 * hour - 1);
    expect(keep.next().read(origin)).toEqual({ kind: "quiet", why });
    keep.after(1);
    expect(keep.next().read(origin)).toEqual({ kind: "nothing" });
  }
});

test("EB10 a no counts for every key that a page could ask by, a consent and its sums for its own", () => {
  const second = "pk_aaaaaaaaaaaaaaaaaaaaaaaa" as SiteKey;
  const keep = makeKeep();
  keep.agree(consent(2e12), origin);
  const other = keep.next(second);
  other.give(given);
  other.forget();
  expect(other.read(origin)).toEqual({ kind: "nothing" });
  expect(keep.read(origin)).toMatchObject({ kind: "agreed", given: { tokens: 0 } });
  keep.quiet("declined");
  expect(keep.next(second).read(origin)).toEqual({ kind: "quiet", why: "declined" });
});

test.each(["reading", "writing"] as const)("EB9 where %s is forbidden the page remembers for itself", (broken) => {
  const keep = makeKeep(broken);
  expect(keep.read(origin)).toEqual({ kind: "nothing" });
  keep.agree(consent(2e12), origin);
  expect(keep.read(origin).kind).toBe("agreed");
  keep.quiet("declined");
  expect(keep.read(origin)).toEqual({ kind: "quiet", why: "declined" });
});
