import { ManualClock } from "@potluck/link";
import { describe, expect, test } from "vitest";
import { createTally } from "./create-tally.ts";
import { emptyDay, type LedgerDay, readDay } from "./ledger.ts";
import { memoryDays } from "./memory-days.ts";

const progress = { stage: "download", totalBytes: 100, bytesPerSecond: 0 } as const;
const hostWith = (tokens: number, answers: number) =>
  ({ stats: { forOthers: { tokens, answers } } }) as unknown as Parameters<ReturnType<typeof createTally>["look"]>[0];

function windows() {
  const kept = new Map<string, LedgerDay>();
  const days = memoryDays(kept);
  const clock = new ManualClock();
  const wall = { day: "2026-11-23" };
  const open = () => {
    const traffic = { sentBytes: 0, receivedBytes: 0 };
    const tally = createTally({
      days,
      clock,
      wallMs: () => clock.now(),
      traffic: () => traffic,
      dayOf: () => wall.day,
    });
    return { tally, traffic };
  };
  return { clock, kept, made: [open(), open()] as const, wall };
}

describe("tally", () => {
  test("DN39 downloads and link traffic count against the day, over all windows", async () => {
    const { clock, made } = windows();
    const [a, b] = made;
    a.tally.attend(true);
    b.tally.attend(true);
    const load = a.tally.load();
    load({ ...progress, doneBytes: 40, cachedBytes: 30 });
    load({ ...progress, doneBytes: 60, cachedBytes: 30 });
    b.traffic.sentBytes = 5;
    expect([a.tally.bytesToday(), b.tally.bytesToday()]).toEqual([30, 5]);
    await clock.advance(11_000);
    expect([a.tally.bytesToday(), b.tally.bytesToday()]).toEqual([35, 35]);
  });

  test("DN39 what was used before a reload still counts, and not after midnight", async () => {
    const { clock, kept, made, wall } = windows();
    kept.set("2026-11-23", { ...emptyDay, sentBytes: 7 });
    const tally = made[0].tally;
    tally.attend(true);
    await clock.advance(0);
    expect(tally.bytesToday()).toBe(7);
    wall.day = "2026-11-24";
    expect(tally.bytesToday()).toBe(0);
  });

  test("DN39 a window that donates nothing counts nothing", async () => {
    const { clock, kept, made } = windows();
    const { tally, traffic } = made[0];
    traffic.sentBytes = 100;
    tally.attend(true);
    traffic.sentBytes = 103;
    tally.attend(false);
    traffic.sentBytes = 500;
    tally.attend(true);
    tally.attend(false);
    await clock.advance(0);
    expect(kept.get("2026-11-23")).toMatchObject({ sentBytes: 3 });
    expect(clock.pending).toBe(0);
  });

  test("DN43 tokens, answers and seconds are counted once, and those who look on hear of them", async () => {
    const { clock, made } = windows();
    const [a, b] = made;
    const leave = b.tally.ledger.subscribe(() => undefined);
    a.tally.attend(true);
    const host = hostWith(10, 1);
    a.tally.look(host, true);
    await clock.advance(500);
    a.tally.look(host, true);
    a.tally.look(hostWith(4, 1), true);
    // Asleep for an hour: it did not serve.
    await clock.advance(3_600_000);
    a.tally.look(host, true);
    a.tally.look(host, false);
    a.tally.attend(false);
    await clock.advance(11_000);
    const day = { tokens: 14, answers: 2, seconds: 5.5, sentBytes: 0, receivedBytes: 0 };
    expect(a.tally.ledger.getState().get("2026-11-23")).toEqual(day);
    expect(b.tally.ledger.getState().get("2026-11-23")).toEqual(day);
    leave();
    await clock.advance(5000);
    expect(clock.pending).toBe(0);
  });

  test("DN43 a broken record costs that record alone", () => {
    expect(readDay({ ...emptyDay, tokens: 3 })).toMatchObject({ tokens: 3 });
    for (const broken of [null, "x", { tokens: 3 }, { ...emptyDay, seconds: -1 }, { ...emptyDay, tokens: Infinity }])
      expect(readDay(broken)).toEqual(emptyDay);
  });
});
