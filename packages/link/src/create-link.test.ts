import { PROTOCOL_VERSION, type SessionFrames } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import { createLink, type CreateLinkOptions } from "./create-link.ts";
import type { Link } from "./link.ts";
import { type MemoryTransport, memoryTransportPair, type MemoryTransportOptions } from "./memory/memory-transport.ts";
import { hidden, left, otherSession, right, stop, token } from "./testing/frames.ts";
import { ManualClock } from "./testing/manual-clock.ts";
import { sliceHeaderBytes, writeSliceHeader } from "./slice/slice.ts";
import { keptFrames } from "./wire/inbox.ts";

interface Bed {
  readonly clock: ManualClock;
  readonly near: MemoryTransport;
  readonly far: MemoryTransport;
  readonly a: Link;
  readonly b: Link;
}

async function openLinks(
  path: Omit<MemoryTransportOptions, "clock"> = {},
  options: Partial<CreateLinkOptions> = {},
): Promise<Bed> {
  const clock = new ManualClock();
  const [near, far] = memoryTransportPair({ clock, ...path });
  const both = Promise.all([
    createLink(near, { self: left, remote: right, clock, ...options }),
    createLink(far, { self: right, remote: left, clock }),
  ]);
  const [a, b] = await clock.until(both);
  return { clock, near, far, a, b };
}

function listen(link: Link): SessionFrames[] {
  const frames: SessionFrames[] = [];
  link.onFrame((frame) => frames.push(frame));
  return frames;
}

describe("handshake", () => {
  test("LK5 no hello within 10 s is a connect-timeout, and nothing stays behind", async () => {
    const clock = new ManualClock();
    const [near] = memoryTransportPair({ clock });
    const link = createLink(near, { self: left, remote: right, clock });
    link.catch(() => {});
    await clock.advance(9_999);
    expect(await Promise.race([link.catch(() => "rejected"), Promise.resolve("waiting")])).toBe("waiting");
    await clock.advance(1);
    await expect(link).rejects.toMatchObject({ name: "LinkClosed", reason: "connect-timeout" });
    await clock.advance(10);
    expect(clock.pending).toBe(0);
    expect(await near.closed).toBe("closed");
  });

  test("LK5 an aborted handshake rejects and closes the transport", async () => {
    const clock = new ManualClock();
    for (const when of ["before", "during"] as const) {
      const [near] = memoryTransportPair({ clock });
      const abort = new AbortController();
      if (when === "before") abort.abort();
      const link = createLink(near, { self: left, remote: right, clock, signal: abort.signal });
      abort.abort();
      await expect(link).rejects.toMatchObject({ reason: "closed-here" });
      expect(await near.closed).toBe("closed");
    }
    await clock.advance(1);
    expect(clock.pending).toBe(0);
  });

  test("LK5 a far side that leaves in the handshake, or a path that breaks, is told apart", async () => {
    const clock = new ManualClock();
    const [near, far] = memoryTransportPair({ clock });
    const left1 = createLink(near, { self: left, remote: right, clock });
    far.close();
    await expect(clock.until(left1)).rejects.toMatchObject({ reason: "closed-there" });
    const [near2] = memoryTransportPair({ clock });
    const left2 = createLink(near2, { self: left, remote: right, clock });
    near2.fail();
    await expect(clock.until(left2)).rejects.toMatchObject({ reason: "transport-error" });
  });
});

describe("heartbeat", () => {
  test("LK6 a path that dies without a word is found after four silent pings", async () => {
    const { clock, near, a, b } = await openLinks({ oneWayMs: 10 });
    await clock.advance(5_000);
    const reasons = Promise.all([a.closed, b.closed]);
    near.cut();
    const from = clock.now();
    expect(await clock.until(reasons)).toEqual(["ping-timeout", "ping-timeout"]);
    expect(clock.now() - from).toBeLessThanOrEqual(2_000);
    expect(clock.pending).toBe(0);
  });

  test("LK6 a path that dies in one direction is a loss on both sides, not a goodbye", async () => {
    const { clock, near, a, b } = await openLinks({ oneWayMs: 10 });
    await clock.advance(5_000);
    const from = clock.now();
    near.cutOneWay();
    expect(await clock.until(Promise.all([a.closed, b.closed]))).toEqual(["ping-timeout", "ping-timeout"]);
    expect(clock.now() - from).toBeLessThanOrEqual(2_010);
    await clock.advance(10);
    expect(clock.pending).toBe(0);
  });

  test("LK14 silence is counted from the last message, and ends with the next", async () => {
    const { clock, near, a, b } = await openLinks();
    await clock.advance(1_100);
    expect([a.silentMs, b.silentMs]).toEqual([100, 100]);
    near.cutOneWay();
    await clock.advance(1_000);
    expect([a.silentMs, b.silentMs]).toEqual([100, 1_100]);
    await clock.until(b.closed);
    const atEnd = b.silentMs;
    expect(atEnd).toBe(2_000);
    await clock.advance(5_000);
    expect(b.silentMs).toBe(atEnd);
  });

  test("LK14 a page that slept takes nobody for silent longer than a ping", async () => {
    const clock = new ManualClock();
    let sleptMs = 0;
    const sleeper = { now: () => clock.now() + sleptMs, after: clock.after.bind(clock) };
    const [near, far] = memoryTransportPair({ clock });
    const both = [
      createLink(near, { self: left, remote: right, clock: sleeper }),
      createLink(far, { self: right, remote: left, clock }),
    ] as const;
    const [a, b] = await clock.until(Promise.all(both));
    await clock.advance(600);
    sleptMs = 60_000;
    expect([a.silentMs, b.silentMs]).toEqual([500, 100]);
  });

  test("LK6 the round trip is that of the path, smoothed, and survives the link", async () => {
    const { clock, a } = await openLinks({ oneWayMs: 25 });
    expect(a.roundTripMs).toBeNull();
    await clock.advance(3_000);
    expect(a.roundTripMs).toBe(50);
    a.close();
    expect(a.roundTripMs).toBe(50);
  });

  test("LK6 a slow path full of one side's frames is alive", async () => {
    const { clock, a, b } = await openLinks({ bytesPerSecond: 100_000 });
    const frames = listen(b);
    for (let i = 0; i < 3; i++) void a.send(hidden(i, 1_000_000));
    await clock.advance(32_000);
    expect(frames.length).toBe(3);
    expect([a, b].map((link) => link.roundTripMs !== null)).toEqual([true, true]);
  });
});

describe("queue", () => {
  test("LK8 a token passes another session's prefill and waits for the frame in progress only", async () => {
    const { clock, a, b } = await openLinks({ bytesPerSecond: 1_000_000 });
    const frames = listen(b);
    for (let i = 0; i < 8; i++) void a.send(hidden(i, 500_000));
    void a.send(token(99, otherSession));
    void a.send(stop(otherSession));
    await clock.advance(10_000);
    expect(frames.map((frame) => (frame.kind === "hidden" ? frame.position : frame.kind))).toEqual([
      0,
      "token",
      "control",
      1,
      2,
      3,
      4,
      5,
      6,
      7,
    ]);
  });

  test("LK7 a sender waits above the high mark until the low mark, and a rejected one need not be caught", async () => {
    const { clock, near, a } = await openLinks({ bytesPerSecond: 1_000_000 });
    const outcomes: string[] = [];
    const note = (name: string, sent: Promise<void>): Promise<void> =>
      sent.then(
        () => void outcomes.push(name),
        (error: Error) => void outcomes.push(`${name} ${error.name}`),
      );
    void note("first", a.send(hidden(0, 900_000)));
    void note("second", a.send(hidden(1, 900_000)));
    await clock.advance(0);
    expect(outcomes).toEqual(["first"]);
    await clock.advance(1_500);
    expect(outcomes).toEqual(["first"]);
    await clock.advance(200);
    expect(outcomes).toEqual(["first", "second"]);
    expect(near.bufferedBytes).toBeGreaterThan(0);
    void a.send(hidden(2, 2_000_000));
    void note("third", a.send(token(3)));
    a.close();
    await clock.advance(0);
    expect(outcomes.at(-1)).toBe("third LinkClosed");
  });

  test("LK7 the transport itself never holds more than a fraction of a second", async () => {
    const { clock, near, a } = await openLinks({ bytesPerSecond: 1_000_000 });
    let most = 0;
    for (let i = 0; i < 4; i++) void a.send(hidden(i, 1_000_000));
    for (let i = 0; i < 400; i++) {
      most = Math.max(most, near.bufferedBytes);
      await clock.advance(10);
    }
    expect(most).toBeGreaterThan(190 * 1024);
    expect(most).toBeLessThan(200 * 1024);
  });

  test("LK1 what is sent is what the frame held when it was sent", async () => {
    const { clock, a, b } = await openLinks({ bytesPerSecond: 1_000_000 });
    const frames = listen(b);
    const frame = hidden(0, 400_000);
    const expected = frame.data.slice();
    void a.send(frame);
    frame.data.fill(0);
    await clock.advance(1_000);
    const [arrived] = frames;
    expect(arrived?.kind === "hidden" && Buffer.compare(arrived.data, expected)).toBe(0);
  });
});

describe("end", () => {
  test("LK9 closing leaves no timer, listener or unsettled promise", async () => {
    const abort = new AbortController();
    const { clock, a, b } = await openLinks({ oneWayMs: 5 }, { signal: abort.signal });
    abort.abort();
    expect(await clock.until(Promise.all([a.closed, b.closed]))).toEqual(["closed-here", "closed-there"]);
    a.close();
    b.close();
    await clock.advance(100);
    expect(clock.pending).toBe(0);
    expect(await a.closed).toBe("closed-here");
  });

  test("LK9 a broken path is a transport-error on both sides", async () => {
    const { clock, near, a, b } = await openLinks();
    near.fail();
    expect(await clock.until(Promise.all([a.closed, b.closed]))).toEqual(["transport-error", "transport-error"]);
    expect(clock.pending).toBe(0);
  });

  test("LK9 nothing is delivered after closing here", async () => {
    const { clock, a, b } = await openLinks({ oneWayMs: 5 });
    const frames = listen(a);
    void b.send(token(1));
    a.close();
    await clock.advance(100);
    expect(frames).toEqual([]);
  });
});

describe("early frames", () => {
  test("LK10 frames that come before a receiver are delivered in order, not from inside onFrame", async () => {
    const { clock, a, b } = await openLinks();
    for (let i = 0; i < keptFrames; i++) void a.send(token(i));
    await clock.advance(1);
    const frames = listen(b);
    expect(frames).toEqual([]);
    void a.send(token(keptFrames));
    await clock.advance(1);
    expect(frames.map((frame) => frame.kind === "token" && frame.position)).toEqual(
      Array.from({ length: keptFrames + 1 }, (_, i) => i),
    );
  });

  test("LK10 one more than 64 closes the link", async () => {
    const { clock, a, b } = await openLinks();
    for (let i = 0; i <= keptFrames; i++) void a.send(token(i));
    expect(await clock.until(b.closed)).toBe("misbehaving");
    expect(b.stats.faults).toEqual({ "nobody-listens": 1 });
  });

  test("LK10 frames sent just before the far side closed are still delivered", async () => {
    const { clock, a, b } = await openLinks();
    void a.send(stop());
    a.close();
    await clock.until(b.closed);
    const frames = listen(b);
    await clock.advance(0);
    expect(frames.map((frame) => frame.kind)).toEqual(["control"]);
  });
});

describe("misbehaviour", () => {
  test("LK4 a change of version in the middle, or a slice out of order, closes at once", async () => {
    const skipped = new Uint8Array(sliceHeaderBytes + 8);
    writeSliceHeader(skipped, PROTOCOL_VERSION, 1000, 8, 0);
    const messages = [Uint8Array.of(0xb7, 200), skipped];
    for (const message of messages) {
      const { clock, far, b, a } = await openLinks();
      far.send(message);
      expect(await clock.until(Promise.all([a.closed, b.closed]))).toEqual(["misbehaving", "closed-there"]);
      await clock.advance(1);
      expect(clock.pending).toBe(0);
    }
  });
});
