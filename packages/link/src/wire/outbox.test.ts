import { expect, test } from "vitest";
import { otherSession, session } from "../testing/frames.ts";
import { Outbox } from "./outbox.ts";

const bulk = (n: number): { bytes: Uint8Array; urgent: boolean } => ({ bytes: Uint8Array.of(n, 0, 0), urgent: false });
const urgent = (n: number): { bytes: Uint8Array; urgent: boolean } => ({ bytes: Uint8Array.of(n), urgent: true });

function drain(outbox: Outbox): number[] {
  const order: number[] = [];
  for (let next = outbox.next(); next !== null; next = outbox.next()) order.push(next.bytes[0] ?? -1);
  return order;
}

test("LK8 sessions take turns, frame by frame, each in its order", () => {
  const outbox = new Outbox();
  for (const n of [1, 2, 3]) outbox.put(session, bulk(n));
  for (const n of [11, 12]) outbox.put(otherSession, bulk(n));
  expect(outbox.bytes).toBe(15);
  expect(drain(outbox)).toEqual([1, 11, 2, 12, 3]);
  expect(outbox.bytes).toBe(0);
});

test("LK8 a token goes ahead of another session's prefill, never of its own session's frames", () => {
  const outbox = new Outbox();
  for (const n of [1, 2, 3]) outbox.put(session, bulk(n));
  outbox.put(otherSession, urgent(11));
  outbox.put(session, urgent(4));
  outbox.put(otherSession, bulk(12));
  outbox.put(otherSession, urgent(13));
  const order = drain(outbox);
  expect(order[0]).toBe(11);
  expect(order.filter((n) => n < 10)).toEqual([1, 2, 3, 4]);
  expect(order.filter((n) => n > 10)).toEqual([11, 12, 13]);
});

test("LK6 the link's own messages go first, and of a flood only the newest waits", () => {
  const outbox = new Outbox();
  outbox.put(session, urgent(1));
  for (let n = 0; n < 100; n++) outbox.putOwn("pong", Uint8Array.of(n));
  outbox.putOwn("ping", Uint8Array.of(200));
  expect(drain(outbox)).toEqual([99, 200, 1]);
});
