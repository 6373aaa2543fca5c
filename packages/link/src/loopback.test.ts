import { expect, test } from "vitest";
import type { SessionFrames } from "@potluck/protocol";
import { LinkClosed } from "./link.ts";
import { loopbackLinks } from "./loopback.ts";
import { hidden, left, right, stop, token } from "./testing/frames.ts";
import { keptFrames } from "./wire/inbox.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("LK12 frames arrive in order, later, and never from inside send", async () => {
  const [asker, hop] = loopbackLinks(left);
  expect([asker.remote, hop.remote]).toEqual([left, left]);
  const log: string[] = [];
  let inSend = false;
  hop.onFrame((frame) => {
    expect(inSend).toBe(false);
    log.push(frame.kind);
    inSend = true;
    void hop.send(token(1));
    inSend = false;
  });
  asker.onFrame((frame) => {
    expect(inSend).toBe(false);
    log.push(`back ${frame.kind}`);
  });
  inSend = true;
  void asker.send(hidden(0, 4));
  void asker.send(stop());
  inSend = false;
  expect(log).toEqual([]);
  await settle();
  expect(log.filter((entry) => !entry.startsWith("back"))).toEqual(["hidden", "control"]);
  expect(log.length).toBe(4);
  expect(hop.stats).toMatchObject({ framesReceived: 2, framesSent: 2 });
});

test("LK12 the receiver has its own memory and the turn as the wire would give it", async () => {
  const [near, far] = loopbackLinks(left, right);
  const frames: SessionFrames[] = [];
  far.onFrame((frame) => frames.push(frame));
  const frame = hidden(1, 8);
  const before = frame.data.slice();
  void near.send({ ...frame, turn: 65_538 });
  frame.data.fill(0);
  await settle();
  expect(frames).toMatchObject([{ turn: 2, data: before }]);
});

test("LK14 a loopback is never silent", () => {
  expect(loopbackLinks(left).map(({ silentMs }) => silentMs)).toEqual([0, 0]);
});

test("LK9 closing one end of a loopback closes the other behind the frames on their way", async () => {
  const [near, far] = loopbackLinks(left, right);
  const kinds: string[] = [];
  far.onFrame((frame) => kinds.push(frame.kind));
  void near.send(token(1));
  near.close();
  near.close();
  expect(await Promise.all([near.closed, far.closed])).toEqual(["closed-here", "closed-there"]);
  expect(kinds).toEqual(["token"]);
  await expect(near.send(token(2))).rejects.toThrow(LinkClosed);
  await expect(far.send(token(2))).rejects.toMatchObject({ reason: "closed-there" });
});

test("LK10 a loopback keeps 64 early frames and closes at one more", async () => {
  const [near, far] = loopbackLinks(left, right);
  for (let i = 0; i < keptFrames; i++) void near.send(token(i));
  await settle();
  let seen = 0;
  far.onFrame(() => (seen += 1));
  await settle();
  expect(seen).toBe(keptFrames);
  const [third, fourth] = loopbackLinks(left);
  for (let i = 0; i <= keptFrames; i++) void third.send(token(i));
  expect(await Promise.all([third.closed, fourth.closed])).toEqual(["closed-there", "misbehaving"]);
});
