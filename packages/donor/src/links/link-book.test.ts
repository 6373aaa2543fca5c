import { loopbackLinks, ManualClock, memoryTransportPair, type Transport } from "@potluck/link";
import type { SessionFrames, SessionId, TabId } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import { type ConnectTransport, createLinkBook, type LinkBook } from "./link-book.ts";
import { parseRelayed } from "./relayed.ts";

const small = "1".repeat(32) as TabId;
const large = "2".repeat(32) as TabId;

/** Two tabs, a relay between them, and transports that stand once an offer was answered. */
function makePair(options: { relay?: () => Promise<void> } = {}) {
  const clock = new ManualClock();
  const books = new Map<TabId, LinkBook>();
  const got: { at: TabId; from: TabId; frame: SessionFrames }[] = [];
  const gone: [TabId, TabId][] = [];
  let offers = 0;
  const waiting: Transport[] = [];
  const connect: ConnectTransport = ({ initiator, signal, sendSignal, onSignal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      onSignal((data) => {
        if (data === "answer" && initiator) {
          const [mine, theirs] = memoryTransportPair({ clock });
          waiting.push(theirs);
          sendSignal("ready");
          resolve(mine);
        }
        if (data === "offer" && !initiator) sendSignal("answer");
        const transport = data === "ready" ? waiting.shift() : undefined;
        if (transport !== undefined) resolve(transport);
      });
      if (!initiator) return;
      offers += 1;
      sendSignal("offer");
    });
  const add = (self: TabId): LinkBook => {
    const [near, far] = loopbackLinks(self);
    far.onFrame((frame) => got.push({ at: self, from: self, frame }));
    const book = createLinkBook({
      self,
      iceServers: [],
      clock,
      connect,
      loopback: near,
      onFrame: (from, frame) => got.push({ at: self, from, frame }),
      onGone: (tab) => gone.push([self, tab]),
      async relay(to, data) {
        await options.relay?.();
        queueMicrotask(() => books.get(to)?.receive({ from: self, data }));
      },
    });
    books.set(self, book);
    return book;
  };
  return { clock, add, got, gone, offers: () => offers };
}

const frame: SessionFrames = {
  kind: "tokens",
  session: "a".repeat(32) as SessionId,
  epoch: 0,
  turn: 0,
  position: 0,
  ids: Int32Array.of(1),
  sample: true,
};

describe("the links of a tab", () => {
  test("DN4 two tabs that want each other at once make one connection, offered by the smaller id", async () => {
    const { add, got, offers, clock } = makePair();
    const a = add(small);
    const b = add(large);
    const links = Promise.all([a.link(large), b.link(small), a.link(large)]);
    await clock.advance(100);
    const [ab, ba, again] = await links;
    expect(again).toBe(ab);
    expect(offers()).toBe(1);
    await ab.send(frame);
    await ba.send(frame);
    await clock.advance(100);
    expect(got.map(({ at, from }) => [at, from])).toEqual([
      [large, small],
      [small, large],
    ]);
    expect([a.open, b.open]).toEqual([[large], [small]]);
    expect(a.traffic.sentBytes).toBeGreaterThan(0);
    expect(a.traffic.sentBytes).toBe(b.traffic.receivedBytes);
  });

  test("DN4 a link that closed is told to both sides and made anew when needed", async () => {
    const { add, gone, offers, clock } = makePair();
    const a = add(small);
    const b = add(large);
    const first = a.link(large);
    void b.link(small);
    await clock.advance(100);
    (await first).close();
    await clock.advance(100);
    expect(new Set(gone.map((pair) => pair.join(" ")))).toEqual(new Set([`${small} ${large}`, `${large} ${small}`]));
    const second = a.link(large);
    await clock.advance(100);
    expect(await second).not.toBe(await first);
    expect(offers()).toBe(2);
  });

  test("DN4 a reloaded page's new offer takes the place of its old link", async () => {
    const { add, gone, clock } = makePair();
    const old = add(small);
    const b = add(large);
    const first = b.link(small);
    void old.link(large);
    await clock.advance(100);
    await first;
    const reloaded = add(small);
    const second = reloaded.link(large);
    await clock.advance(100);
    await second;
    expect(gone).toContainEqual([large, small]);
    expect(await b.link(small)).not.toBe(await first);
  });

  test("DN4 a refused relay fails the link at once, and the next try may succeed", async () => {
    let refuse = true;
    const { add, clock } = makePair({
      relay: async () => (refuse ? Promise.reject(new Error("no shared route")) : undefined),
    });
    const a = add(small);
    add(large);
    await expect(a.link(large)).rejects.toThrow();
    refuse = false;
    const link = a.link(large);
    await clock.advance(100);
    expect((await link).remote).toBe(large);
  });

  test("PL13 the link to oneself delivers to oneself", async () => {
    const { add, got, clock } = makePair();
    const a = add(small);
    await (await a.link(small)).send(frame);
    await clock.advance(0);
    expect(got).toMatchObject([{ at: small, from: small }]);
  });

  test("PR1 what another tab relays is parsed", () => {
    expect(parseRelayed("{")).toBeNull();
    expect(parseRelayed('{"attempt":"zz","data":"x"}')).toBeNull();
    expect(parseRelayed('{"attempt":"0123abcd","data":"x"}')).toEqual({ attempt: "0123abcd", data: "x" });
  });
});
