/**
 * Prints how long frames take there and back over one data channel of this machine, raw and through a link.
 * `npx tsx packages/link/test/round-trips.ts`
 */
import wrtc from "@roamhq/wrtc";
import { createLink } from "../src/create-link.ts";
import { hidden, left, right } from "../src/testing/frames.ts";
import { connectedPair } from "../src/testing/signal-pair.ts";
import { maxSliceBytes } from "@potluck/protocol";

const rounds = 300;
const warmUp = 50;

async function median(round: () => Promise<void>): Promise<{ p50: string; p95: string }> {
  const times: number[] = [];
  for (let i = 0; i < rounds + warmUp; i++) {
    const start = performance.now();
    await round();
    if (i >= warmUp) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(2);
  return { p50: at(0.5), p95: at(0.95) };
}

/** The same bytes in messages of at most a slice, echoed message by message: what the channel alone costs. */
async function raw(bytes: number): Promise<{ p50: string; p95: string }> {
  const [near, far] = await connectedPair({ wrtc });
  far.onMessage((message) => far.send(message));
  let back = 0;
  let done = (): void => {};
  near.onMessage((message) => {
    back += message.byteLength;
    if (back === bytes) done();
  });
  const result = await median(async () => {
    back = 0;
    const whole = new Promise<void>((resolve) => (done = resolve));
    for (let at = 0; at < bytes; at += maxSliceBytes) near.send(new Uint8Array(Math.min(maxSliceBytes, bytes - at)));
    await whole;
  });
  near.close("now");
  return result;
}

async function linked(bytes: number): Promise<{ p50: string; p95: string }> {
  const [near, far] = await connectedPair({ wrtc });
  const [a, b] = await Promise.all([
    createLink(near, { self: left, remote: right }),
    createLink(far, { self: right, remote: left }),
  ]);
  let done = (): void => {};
  b.onFrame((frame) => void b.send(frame));
  a.onFrame(() => done());
  const frame = hidden(0, bytes);
  const result = await median(async () => {
    const back = new Promise<void>((resolve) => (done = resolve));
    void a.send(frame);
    await back;
  });
  a.close();
  return result;
}

for (const bytes of [1_000, 10_000, 100_000]) {
  const [channel, link] = [await raw(bytes), await linked(bytes)];
  console.log(
    `${bytes / 1000} KB round trip, ms p50/p95: channel ${channel.p50}/${channel.p95}, link ${link.p50}/${link.p95}`,
  );
}
