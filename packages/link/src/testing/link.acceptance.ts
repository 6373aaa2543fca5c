import { encodeFrame, maxSliceBytes, PROTOCOL_VERSION, type SessionFrames } from "@potluck/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Clock } from "../clock.ts";
import { createLink, type CreateLinkOptions } from "../create-link.ts";
import { type Link, LinkClosed, type Transport } from "../link.ts";
import { faultLimit } from "../wire/frame-wire.ts";
import { stripeHeaderBytes } from "../stripes/stripe-message.ts";
import { hidden, left, right, session, stop, stranger, token } from "./frames.ts";
import { Puppet } from "./puppet.ts";

/** Where the suite runs: how to get two connected transports, and how time passes. */
export interface LinkTestBed {
  readonly clock: Clock;
  transports(): Promise<readonly [Transport, Transport]>;
  /** Waits for `promise` as time passes here. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** The transports say what they have not sent yet; wrtc in Node always says 0. */
  readonly tellsBuffered: boolean;
}

/** What every transport must do under a link. */
export function linkAcceptance(name: string, openBed: () => LinkTestBed): void {
  describe(`link over ${name}`, () => {
    test("LK1 frames of 2 bytes to 2 MiB arrive in order and equal, both ways at once", async () => {
      const { bed, a, b } = await openLinks(openBed());
      const sizes = [2, 10, 1024, 4518, 4520, 4522, 9168, 10_240, 102_400, 2 * 1024 * 1024, 2];
      const there = sizes.map((bytes, i) => hidden(i, bytes));
      const back = [...there.map((frame) => ({ ...frame, epoch: 9 })), stop(), token(3)];
      const arrivals = Promise.all([collect(b, there.length), collect(a, back.length)]);
      await bed.until(Promise.all([...there.map((frame) => a.send(frame)), ...back.map((frame) => b.send(frame))]));
      const [atB, atA] = await bed.until(arrivals);
      expect(atB.map(digest)).toEqual(there.map(digest));
      expect(atA.map(digest)).toEqual(back.map(digest));
      expect(b.stats).toMatchObject({ framesReceived: there.length, framesSent: back.length, faults: {} });
    });

    test("LK2 no message is larger than a slice may be, and the transport refuses one", async () => {
      const bed = openBed();
      const [near, far] = await openTransports(bed);
      const puppet = new Puppet(far);
      expect(Math.max(...puppet.slices(new Uint8Array(50_000)).map((slice) => slice.byteLength))).toBe(
        maxSliceBytes - stripeHeaderBytes,
      );
      expect(() => near.send(new Uint8Array(maxSliceBytes + 1))).toThrow(RangeError);
    });

    test("LK7 a sender that is faster than the path waits, and all its frames arrive", async () => {
      const { bed, a, b } = await openLinks(openBed());
      const frames = Array.from({ length: 6 }, (_, i) => hidden(i, 1024 * 1024));
      const arrived = collect(b, frames.length);
      let taken = 0;
      const sent = frames.map((frame) => a.send(frame).then(() => (taken += 1)));
      await Promise.resolve();
      if (bed.tellsBuffered) expect(taken).toBe(0);
      await bed.until(Promise.all(sent));
      expect(taken).toBe(frames.length);
      expect((await bed.until(arrived)).map((frame) => position(frame))).toEqual([0, 1, 2, 3, 4, 5]);
    });

    test("LK9 either side closes, both hear of it, and what was sent before arrives", async () => {
      for (const closer of ["a", "b"] as const) {
        const { bed, a, b } = await openLinks(openBed());
        const [near, far] = closer === "a" ? [a, b] : [b, a];
        const last = collect(far, 2);
        const waiting = [near.send(hidden(1, 40_000)), near.send(stop())];
        near.close();
        near.close();
        await Promise.allSettled(waiting);
        expect((await bed.until(last)).map((frame) => frame.kind)).toEqual(["hidden", "control"]);
        expect(await bed.until(Promise.all([near.closed, far.closed]))).toEqual(["closed-here", "closed-there"]);
        await expect(near.send(token(1))).rejects.toThrow(LinkClosed);
        await expect(far.send(token(1))).rejects.toMatchObject({ reason: "closed-there" });
      }
    });

    test("LK4 garbage is counted and dropped, the link goes on, and the hundredth fault closes it", async () => {
      const { bed, link, puppet } = await openAgainstPuppet(openBed());
      const good = encodeFrame(token(0));
      const garbage: [fault: string, send: () => void][] = [
        ["slice-truncated", () => puppet.raw(Uint8Array.of(0xb7))],
        ["slice-not-ours", () => puppet.raw(new Uint8Array(40))],
        ["unknown-kind", () => send(puppet, patched(good, 1, 99))],
        ["bad-length", () => send(puppet, patched(good, 40, 99))],
        ["truncated", () => send(puppet, good.subarray(0, 20))],
        ["second-hello", () => puppet.hello(right, left)],
        ["unknown-pong", () => puppet.send({ kind: "link", message: { type: "pong", n: 4000 } })],
      ];
      const arrived = collect(link, 1);
      for (const [, sendIt] of garbage) sendIt();
      puppet.send(token(5));
      expect((await bed.until(arrived)).map((frame) => position(frame))).toEqual([5]);
      expect(link.stats.faults).toEqual(Object.fromEntries(garbage.map(([fault]) => [fault, 1])));
      for (let i = garbage.length; i < faultLimit; i++) puppet.raw(new Uint8Array(40));
      expect(await bed.until(link.closed)).toBe("misbehaving");
      expect(link.stats.faults["slice-not-ours"]).toBe(1 + faultLimit - garbage.length);
    });

    test("LK4 a slice that overlaps the frame in progress closes the link at once", async () => {
      const { bed, link, puppet } = await openAgainstPuppet(openBed());
      const [first] = puppet.slices(encodeFrame(hidden(0, 20_000)));
      puppet.raw(first ?? new Uint8Array(0));
      puppet.raw(first ?? new Uint8Array(0));
      expect(await bed.until(link.closed)).toBe("misbehaving");
      expect(link.stats.faults).toEqual({ "slice-overlap": 1 });
    });

    test("LK4 a replayed slice of a finished frame is counted and delivers nothing again", async () => {
      const { bed, link, puppet } = await openAgainstPuppet(openBed());
      const [only] = puppet.slices(encodeFrame(token(1)));
      const arrived = collect(link, 2);
      for (let i = 0; i < 3; i++) puppet.raw(only ?? new Uint8Array(0));
      puppet.send(token(2));
      expect((await bed.until(arrived)).map((frame) => position(frame))).toEqual([1, 2]);
      expect(link.stats.faults).toEqual({ "slice-replayed": 2 });
    });

    test("LK4 a frame before the hello is misbehaviour", async () => {
      const bed = openBed();
      const [near, far] = await openTransports(bed);
      const link = createLink(near, { self: left, remote: right, clock: bed.clock });
      new Puppet(far).send(token(1));
      await expect(bed.until(link)).rejects.toMatchObject({ reason: "misbehaving" });
    });

    test("LK5 sides of different versions both close with a sentence that says who must reload", async () => {
      const [older, newer] = await refused({ version: PROTOCOL_VERSION }, { version: PROTOCOL_VERSION + 1 });
      expect([older.reason, newer.reason]).toEqual(["version-mismatch", "version-mismatch"]);
      expect(older.message).toContain("Reload the page");
    });

    test("LK5 a tab that is not the one expected is refused by both sides", async () => {
      for (const wrong of [{ self: stranger }, { remote: stranger }]) {
        const [first, second] = await refused({}, wrong);
        expect([first.reason, second.reason]).toEqual(["wrong-tab", "wrong-tab"]);
      }
    });

    test("LK6 a round trip is measured as soon as the link stands", async () => {
      const { bed, a, b } = await openLinks(openBed());
      const arrived = Promise.all([collect(b, 1), collect(a, 1)]);
      await Promise.all([a.send(token(1)), b.send(token(1))]);
      await bed.until(arrived);
      const another = Promise.all([collect(b, 1), collect(a, 1)]);
      await Promise.all([a.send(token(2)), b.send(token(2))]);
      await bed.until(another);
      for (const link of [a, b]) expect(link.roundTripMs).toBeGreaterThanOrEqual(0);
    });

    async function refused(
      first: Partial<CreateLinkOptions>,
      second: Partial<CreateLinkOptions>,
    ): Promise<[LinkClosed, LinkClosed]> {
      const bed = openBed();
      const [near, far] = await openTransports(bed);
      const results = await bed.until(
        Promise.allSettled([
          createLink(near, { self: left, remote: right, clock: bed.clock, ...first }),
          createLink(far, { self: right, remote: left, clock: bed.clock, ...second }),
        ]),
      );
      return results.map((r) => (r.status === "rejected" ? r.reason : null)) as [LinkClosed, LinkClosed];
    }
  });
}

async function openTransports(bed: LinkTestBed): Promise<readonly [Transport, Transport]> {
  const pair = await bed.transports();
  onTestFinished(() => pair.forEach((transport) => transport.close()));
  return pair;
}

async function openLinks(bed: LinkTestBed): Promise<{ bed: LinkTestBed; a: Link; b: Link }> {
  const [near, far] = await openTransports(bed);
  const links = Promise.all([
    createLink(near, { self: left, remote: right, clock: bed.clock }),
    createLink(far, { self: right, remote: left, clock: bed.clock }),
  ]);
  const [a, b] = await bed.until(links);
  return { bed, a, b };
}

async function openAgainstPuppet(bed: LinkTestBed): Promise<{ bed: LinkTestBed; link: Link; puppet: Puppet }> {
  const [near, far] = await openTransports(bed);
  const puppet = new Puppet(far);
  const made = createLink(near, { self: left, remote: right, clock: bed.clock });
  puppet.hello(right, left);
  return { bed, link: await bed.until(made), puppet };
}

/** The next `count` frames. */
function collect(link: Link, count: number): Promise<SessionFrames[]> {
  return new Promise((resolve) => {
    const frames: SessionFrames[] = [];
    link.onFrame((frame) => {
      frames.push(frame);
      if (frames.length === count) resolve(frames);
    });
  });
}

/** Sends bytes that are no frame in proper slices. */
function send(puppet: Puppet, bytes: Uint8Array): void {
  for (const slice of puppet.slices(bytes)) puppet.raw(slice);
}

function patched(bytes: Uint8Array, at: number, value: number): Uint8Array {
  return Uint8Array.from(bytes, (byte, i) => (i === at ? value : byte));
}

function position(frame: SessionFrames): number | null {
  return frame.kind === "control" ? null : frame.position;
}

/** Everything about a frame, short enough to compare when it is 2 MiB. */
function digest(frame: SessionFrames): unknown {
  if (frame.kind !== "hidden") return frame;
  const { data, ...rest } = frame;
  let sum = 0;
  for (const byte of data) sum = (Math.imul(sum, 31) + byte) | 0;
  return { ...rest, dataBytes: data.byteLength, sum, session };
}
