import {
  LinkClosed,
  loopbackLinks,
  ManualClock,
  type MemoryTransport,
  memoryTransportPair,
  type Transport,
} from "@potluck/link";
import type { SessionFrames, SessionId, TabId } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import { type ConnectTransport, createLinkBook, type LinkBook } from "./link-book.ts";
import { parseRelayed } from "./relayed.ts";

const small = "1".repeat(32) as TabId;
const large = "2".repeat(32) as TabId;

/** Two tabs, a relay between them, and transports that stand once an offer was answered. */
function makePair(options: { relay?: () => Promise<void>; connect?: () => boolean } = {}) {
  const clock = new ManualClock();
  const books = new Map<TabId, LinkBook>();
  const got: { at: TabId; from: TabId; frame: SessionFrames }[] = [];
  const gone: [TabId, TabId][] = [];
  const whys: string[] = [];
  const pipes: MemoryTransport[] = [];
  const relayed: { from: TabId; data: string }[] = [];
  let offers = 0;
  const waiting: Transport[] = [];
  const connect: ConnectTransport = ({ initiator, signal, sendSignal, onSignal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      onSignal((data) => {
        if (data === "answer" && initiator) {
          const [mine, theirs] = memoryTransportPair({ clock });
          pipes.push(mine);
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
      if (options.connect?.() === false) reject(new Error("no way"));
      else sendSignal("offer");
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
      onGone(tab, why) {
        gone.push([self, tab]);
        whys.push(`${self === small ? "small" : "large"} ${why}`);
      },
      async relay(to, data) {
        await options.relay?.();
        relayed.push({ from: self, data });
        queueMicrotask(() => books.get(to)?.receive({ from: self, data }));
      },
    });
    books.set(self, book);
    return book;
  };
  return { clock, add, got, gone, whys, pipes, relayed, offers: () => offers };
}

const frame: SessionFrames = {
  kind: "tokens",
  branch: 0,
  session: "a".repeat(32) as SessionId,
  epoch: 0,
  turn: 0,
  position: 0,
  ids: Int32Array.of(1),
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

  test("DN15 a goodbye is told apart from a loss, and a loss is found within two seconds", async () => {
    const { add, whys, pipes, clock } = makePair();
    const a = add(small);
    const b = add(large);
    void a.link(large);
    await clock.advance(100);
    a.hangUp();
    await clock.advance(100);
    expect(whys).toEqual(["small lost", "large goodbye"]);
    void a.link(large);
    await clock.advance(1_000);
    expect([a.silentMs(large), a.silentMs(small)]).toEqual([0, 0]);
    pipes[1]?.cutOneWay();
    await clock.advance(2_000);
    expect(whys.slice(2).toSorted()).toEqual(["large lost", "small lost"]);
    expect([a.silentMs(large), b.silentMs(small)]).toEqual([null, null]);
    expect(clock.pending).toBe(0);
  });

  test("DN16 the side that does not offer gets a link that the other side did not want", async () => {
    const { add, offers, clock } = makePair();
    const a = add(small);
    const b = add(large);
    const link = b.link(small);
    await clock.advance(100);
    expect((await link).remote).toBe(small);
    expect([a.open, offers()]).toEqual([[large], 1]);
  });

  test.each([
    ["offers", small, large],
    ["does not offer", large, small],
  ] as const)(
    "DN16 a link that died for the side that %s is made anew without waiting for the other's pings",
    async (_name, self, remote) => {
      const { add, pipes, whys, clock } = makePair();
      const mine = add(self);
      const theirs = add(remote);
      const before = mine.link(remote);
      await clock.advance(100);
      // Only this side hears that the path broke.
      pipes[0]?.cut();
      (await before).close();
      await clock.advance(0);
      const from = clock.now();
      const after = mine.link(remote);
      await clock.advance(100);
      expect(await after).not.toBe(await before);
      expect(whys).toEqual([
        `${self === small ? "small" : "large"} lost`,
        `${self === small ? "large" : "small"} lost`,
      ]);
      const links = await Promise.all([mine.link(remote), theirs.link(self)]);
      await clock.until(Promise.all(links.map((link) => link.send(frame))));
      expect(clock.now() - from).toBeLessThan(500);
    },
  );

  test("DN16 an offer that a page took which is gone is asked for again, and those who wait get the new one", async () => {
    const { add, offers, clock } = makePair();
    const a = add(small);
    // The page that is asked first never answers; the one that follows has the same id.
    add(large).close();
    const waiting = a.link(large);
    await clock.advance(100);
    const reloaded = add(large);
    const link = reloaded.link(small);
    await clock.advance(1_000);
    expect(offers()).toBe(1);
    await clock.advance(1_100);
    expect((await link).remote).toBe(small);
    expect((await waiting).remote).toBe(large);
    expect(offers()).toBe(2);
  });

  test("DN16 an ask that nobody answers ends at the deadline, for all who wait, and leaves nothing", async () => {
    const { add, clock } = makePair();
    const b = add(large);
    const waiting = [b.link(small), b.link(small)].map((link) => link.catch((why: unknown) => why));
    await clock.advance(14_999);
    expect(await Promise.race([...waiting, Promise.resolve("waiting")])).toBe("waiting");
    await clock.advance(1);
    for (const why of await Promise.all(waiting)) expect(why).toMatchObject({ reason: "connect-timeout" });
    expect(clock.pending).toBe(0);
  });

  test("DN16 a connection that fails is told at once to all who wait, and is forgotten by then", async () => {
    let works = false;
    const { add, clock } = makePair({ connect: () => works });
    const a = add(small);
    add(large);
    const retried = a.link(large).catch(() => {
      works = true;
      return a.link(large);
    });
    await expect(a.link(large)).rejects.toThrow("no way");
    await clock.advance(100);
    expect((await retried).remote).toBe(large);
  });

  test("DN16 late signals of an attempt that is over start nothing", async () => {
    const { add, relayed, clock } = makePair();
    const a = add(small);
    const b = add(large);
    void a.link(large);
    await clock.advance(100);
    a.hangUp();
    await clock.advance(100);
    for (const late of relayed.filter(({ from }) => from === small)) b.receive(late);
    await clock.advance(100);
    expect(clock.pending).toBe(0);
  });

  test("DN15 a coordinator that goes away takes no link with it", async () => {
    let gone = false;
    const { add, relayed, clock } = makePair({
      relay: async () => (gone ? Promise.reject(new Error("gone")) : undefined),
    });
    const a = add(small);
    const b = add(large);
    void a.link(large);
    await clock.advance(100);
    gone = true;
    // What the transport still has to say, such as a late candidate, can't be said.
    const [offer] = relayed;
    if (offer !== undefined) b.receive(offer);
    await clock.advance(5_000);
    expect([a.open, b.open]).toEqual([[large], [small]]);
  });

  test("DN15 a closed book makes no more links", async () => {
    const { add, clock } = makePair();
    const a = add(small);
    a.close();
    await expect(a.link(large)).rejects.toThrow(LinkClosed);
    expect(clock.pending).toBe(0);
  });

  test("PL13 the link to oneself delivers to oneself", async () => {
    const { add, got, clock } = makePair();
    const a = add(small);
    await (await a.link(small)).send(frame);
    await clock.advance(0);
    expect(got).toMatchObject([{ at: small, from: small }]);
  });

  test("PR1 what another tab relays is parsed", () => {
    const signal = { kind: "signal", attempt: "0123abcd", data: "x" };
    const ask = { kind: "ask", seen: null, again: false };
    for (const good of [signal, ask, { ...ask, seen: "0123abcd", again: true }])
      expect(parseRelayed(JSON.stringify(good))).toEqual(good);
    for (const bad of ["{", JSON.stringify({ ...signal, attempt: "zz" }), JSON.stringify({ ...ask, seen: "" })])
      expect(parseRelayed(bad)).toBeNull();
  });
});
