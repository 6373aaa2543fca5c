import { createStore, set } from "idb-keyval";
import { expect, test } from "vitest";
import { indexedDays } from "./indexed-days.ts";
import { emptyDay } from "./ledger.ts";

test("DN43 what two windows count at once adds up, and stays for the next page", async () => {
  const name = `ledger-${crypto.randomUUID()}`;
  const [a, b] = [indexedDays(name), indexedDays(name)];
  const one = { ...emptyDay, tokens: 1, sentBytes: 10 };
  await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? a : b).add("2026-11-23", one)));
  const kept = await indexedDays(name).all();
  expect(kept.get("2026-11-23")).toEqual({ ...emptyDay, tokens: 40, sentBytes: 400 });
});

test("DN43 a broken record costs that record alone", async () => {
  const name = `ledger-${crypto.randomUUID()}`;
  const days = indexedDays(name);
  await days.add("2026-11-22", { ...emptyDay, tokens: 5 });
  const store = createStore(name, "days");
  await set("2026-11-23", { tokens: "many" }, store);
  await set("some other thing", 7, store);
  expect([...(await days.all())]).toEqual([
    ["2026-11-22", { ...emptyDay, tokens: 5 }],
    ["2026-11-23", emptyDay],
  ]);
  expect(await days.add("2026-11-23", { ...emptyDay, answers: 1 })).toEqual({ ...emptyDay, answers: 1 });
});
