import { describe, expect, test } from "vitest";
import { createLink } from "../create-link.ts";
import type { Link } from "../link.ts";
import { hidden, left, right, token } from "../testing/frames.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { stripedTwin, type StripedTwin } from "../testing/striped-twin.ts";
import { windowMessages } from "./reorder.ts";
import { encodeStripeMessage, maxStripes } from "./stripe-message.ts";

interface Bed extends StripedTwin {
  readonly clock: ManualClock;
  /** What the second end got: the first bytes of messages, which number them. */
  readonly got: number[];
}

/** Five associations that stand. */
async function openBed(oneWayMs: number, lossPercent = 0): Promise<Bed> {
  const clock = new ManualClock();
  const twin = stripedTwin({ clock, oneWayMs, lossPercent, seed: 7 });
  const got: number[] = [];
  twin.ends[0].onMessage(() => {});
  twin.ends[1].onMessage((message) => got.push(new DataView(message.buffer, message.byteOffset).getUint32(0)));
  twin.ends[0].widen(maxStripes);
  await clock.advance(1_000);
  expect(twin.ends.map(({ stripes }) => stripes)).toEqual([maxStripes, maxStripes]);
  return { ...twin, clock, got };
}

function numbered(n: number, bytes: number): Uint8Array {
  const message = new Uint8Array(bytes);
  new DataView(message.buffer).setUint32(0, n);
  return message;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

async function links(oneWayMs: number): Promise<{ clock: ManualClock; twin: StripedTwin; a: Link; b: Link }> {
  const clock = new ManualClock();
  const twin = stripedTwin({ clock, oneWayMs });
  const [near, far] = twin.ends;
  const [a, b] = await clock.until(
    Promise.all([
      createLink(near, { self: left, remote: right, clock }),
      createLink(far, { self: right, remote: left, clock }),
    ]),
  );
  return { clock, twin, a, b };
}

describe("several associations", () => {
  test("LK15 a long path gets a second association, and all five for frames larger than a slice", async () => {
    const { clock, twin, a, b } = await links(20);
    b.onFrame(() => {});
    await clock.advance(3_000);
    expect(twin.ends.map(({ stripes }) => stripes)).toEqual([2, 2]);
    await a.send(hidden(0, 10_000));
    await clock.advance(3_000);
    expect(twin.ends.map(({ stripes }) => stripes)).toEqual([maxStripes, maxStripes]);
    expect([a.stats.faults, b.stats.faults]).toEqual([{}, {}]);
  });

  test("LK15 a short path keeps the one", async () => {
    const { clock, twin, a } = await links(5);
    await a.send(hidden(0, 100_000));
    await clock.advance(5_000);
    expect(twin.ends.map(({ stripes }) => stripes)).toEqual([1, 1]);
  });

  test("LK15 only the initiator's offers and five associations at most count", async () => {
    const { clock, ends, associations } = await openBed(20);
    for (const index of [0, maxStripes, 200])
      associations[0]?.[0].send(encodeStripeMessage({ kind: "signal", index, data: "offer" }));
    associations[0]?.[1].send(encodeStripeMessage({ kind: "widen", total: 200 }));
    await clock.advance(1_000);
    expect(ends.map(({ stripes }) => stripes)).toEqual([maxStripes, maxStripes]);
    expect(associations).toHaveLength(maxStripes);
  });

  test("LK16 messages of all sizes arrive in order, each once, while packets are lost", async () => {
    const { clock, ends, got } = await openBed(20, 5);
    for (const n of upTo(600)) {
      ends[0].send(numbered(n, n % 3 === 0 ? 4_596 : 20 + n));
      if (n % 7 === 0) await clock.advance(3);
    }
    await clock.advance(5_000);
    expect(got).toEqual(upTo(600));
  });

  test("LK16 a small message goes out twice: a loss on one association does not hold it up", async () => {
    const { clock, ends, associations, got } = await openBed(20);
    associations[1]?.[0].cutOneWay();
    for (const n of upTo(maxStripes)) ends[0].send(numbered(n, 100));
    await clock.advance(20);
    expect(got).toEqual(upTo(maxStripes));
  });

  test.each(["reported", "silent"] as const)("LK17 an association whose end is %s loses nothing", async (how) => {
    const { clock, ends, associations, got } = await openBed(20);
    for (const n of upTo(100)) {
      ends[0].send(numbered(n, 4_500));
      if (n === 40 || n === 60) await clock.advance(5);
      const dying = associations[n === 50 ? 2 : 4];
      if (n !== 50 && n !== 70) continue;
      if (how === "silent") dying?.[0].cut();
      else dying?.[0].fail();
    }
    await clock.advance(1_000);
    expect(got).toEqual(upTo(100));
    expect(ends.map(({ stripes }) => stripes)).toEqual(how === "silent" ? [5, 5] : [3, 3]);
  });

  test.each(["both ways", "one way"] as const)(
    "LK17 a bulk transfer goes on when an association stalls %s and the window fills",
    async (how) => {
      const { clock, ends, associations, got } = await openBed(20);
      const total = 2 * windowMessages;
      if (how === "one way") associations[2]?.[0].cutOneWay();
      else associations[2]?.[0].cut();
      let sent = 0;
      let wasFull = false;
      for (let ms = 0; ms < 5_000 && got.length < total; ms++) {
        // As a link does it: more only while little waits.
        while (sent < total && ends[0].bufferedBytes <= 64 * 1024) ends[0].send(numbered(sent++, 4_500));
        wasFull ||= ends[0].bufferedBytes === Number.POSITIVE_INFINITY;
        await clock.advance(1);
      }
      expect(wasFull).toBe(true);
      expect(got).toEqual(upTo(total));
    },
  );

  test("LK17 the end of the first association is the end of all", async () => {
    const { clock, ends, associations } = await openBed(20);
    associations[0]?.[0].fail();
    expect(await clock.until(Promise.all(ends.map(({ closed }) => closed)))).toEqual(["error", "error"]);
    expect(
      await clock.until(Promise.all(associations.flatMap((pair) => pair.map(({ closed }) => closed)))),
    ).toHaveLength(2 * maxStripes);
    await clock.advance(1_000);
    expect(clock.pending).toBe(0);
  });

  test("LK18 a number or a count past the window, or a bare message on a further association, ends the transport", async () => {
    const hostile = [
      encodeStripeMessage({ kind: "numbered", number: windowMessages + 1, message: numbered(0, 8) }),
      encodeStripeMessage({ kind: "sent", next: windowMessages + 2 }),
      numbered(0, 8),
    ];
    for (const bytes of hostile) {
      const { clock, ends, associations, got } = await openBed(5);
      associations[3]?.[0].send(bytes);
      expect(await clock.until(ends[1].closed)).toBe("error");
      expect(got).toEqual([]);
    }
  });

  test("LK18 a sender waits when the far side does not say what has arrived, and goes on when it does", async () => {
    const { clock, ends, got } = await openBed(20);
    let drained = 0;
    ends[0].onDrain(10_000, () => (drained += 1));
    for (const n of upTo(windowMessages - 1)) ends[0].send(numbered(n, 10));
    expect(ends[0].bufferedBytes).toBeLessThan(Number.POSITIVE_INFINITY);
    ends[0].send(numbered(windowMessages - 1, 10));
    expect(ends[0].bufferedBytes).toBe(Number.POSITIVE_INFINITY);
    await clock.advance(20);
    expect(ends[0].bufferedBytes).toBe(Number.POSITIVE_INFINITY);
    drained = 0;
    await clock.advance(20);
    expect(ends[0].bufferedBytes).toBe(0);
    expect(drained).toBeGreaterThan(0);
    expect(got).toEqual(upTo(windowMessages));
  });

  test("LK18 what nobody misses is not sent again, whoever asks", async () => {
    const { clock, ends, associations, got } = await openBed(20);
    for (const n of upTo(3)) ends[0].send(numbered(n, 2_000));
    for (let i = 0; i < 10; i++)
      associations[0]?.[1].send(encodeStripeMessage({ kind: "missing", numbers: [9, 500, 70_000, 2 ** 24 - 1] }));
    await clock.advance(1_000);
    expect(got).toEqual(upTo(3));
  });

  test("LK1 a link over stripes that lose packets and die delivers all frames", async () => {
    const { clock, twin, a, b } = await links(20);
    const seen: number[] = [];
    b.onFrame((frame) => frame.kind !== "control" && seen.push(frame.position));
    await a.send(hidden(0, 10_000));
    await clock.advance(3_000);
    for (let n = 1; n < 60; n++) {
      void a.send(n % 2 === 0 ? token(n) : hidden(n, 70_000));
      if (n === 20) twin.associations[1]?.[0].fail();
      if (n === 30) twin.associations[2]?.[0].cut();
      await clock.advance(2);
    }
    await clock.advance(2_000);
    expect(seen).toEqual(upTo(60));
    expect(b.stats.faults).toEqual({});
  });
});
