import type { SiteKey } from "@potluck/protocol";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as v from "valibot";
import { guestTabOf, isGuestTab } from "./guest-tab.ts";
import { seal, unseal } from "./seal.ts";
import { Tickets } from "./tickets.ts";

const key = Buffer.alloc(32, 7);
const schema = v.looseObject({});
const site = `pk_${"a".repeat(24)}` as SiteKey;

test.each(["ticket", "consent"] as const)(
  "SG20 SG21 a %s with any single byte changed, left out or added is not ours",
  (purpose) => {
    const content = { site, origin: "https://paper.example", tab: "0".repeat(32), expiresMs: 1 };
    const text = seal(key, purpose, content);
    expect(unseal(key, purpose, text, schema)).toEqual(content);
    const bytes = Buffer.from(text, "latin1");
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const changed = Buffer.from(bytes);
        changed[place] = (changed[place] ?? 0) ^ change;
        const shorter = Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)]);
        const longer = Buffer.concat([bytes.subarray(0, place), Buffer.of(change), bytes.subarray(place)]);
        const isSame = longer.equals(bytes);
        for (const forged of isSame ? [changed, shorter] : [changed, shorter, longer]) {
          expect(unseal(key, purpose, forged.toString("latin1"), schema)).toBeNull();
        }
      }),
      { numRuns: 1000 },
    );
  },
);

test("SG20 SG21 one kind is not the other, another coordinator's is not ours, and nonsense is nothing", () => {
  const ticket = seal(key, "ticket", {});
  expect(unseal(key, "consent", ticket, schema)).toBeNull();
  expect(unseal(Buffer.alloc(32, 8), "ticket", ticket, schema)).toBeNull();
  fc.assert(fc.property(fc.string(), (text) => unseal(key, "ticket", text, schema) === null));
});

test("SG20 however many tickets are used, the last of them are remembered", () => {
  const tickets = new Tickets(key, 2);
  const texts = [1, 2, 3].map(() => tickets.issue(site, 0));
  for (const text of texts) {
    const ticket = tickets.read(text, 0);
    if (!("status" in ticket)) tickets.use(ticket);
  }
  const reasons = texts.map((text) => tickets.read(text, 0)).map((one) => ("status" in one ? one.reason : null));
  expect(reasons).toEqual([null, "ticket-used", "ticket-used"]);
});

test("SG21 a guest's tab is known by its id, and nobody else's is one", () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(31), (ticket, place) => {
      const tab = guestTabOf(key, ticket);
      expect(isGuestTab(key, tab)).toBe(true);
      const digit = ((Number.parseInt(tab.charAt(place), 16) + 1) % 16).toString(16);
      expect(isGuestTab(key, (tab.slice(0, place) + digit + tab.slice(place + 1)) as typeof tab)).toBe(false);
    }),
  );
});
