/** The links of this tab: made on demand through the coordinator's relay, kept while open. */
import { type Clock, createLink, type Link, LinkClosed, type Transport } from "@potluck/link";
import type { Peers } from "@potluck/pipeline";
import {
  type IceServer,
  type MeasuredLink,
  randomId,
  type RelayDown,
  type SessionFrames,
  type TabId,
} from "@potluck/protocol";
import { parseRelayed, type Relayed } from "./relayed.ts";
import { createSeenAttempts } from "./seen-attempts.ts";

/** Makes the pipe under a link, by exchanging signals with the other side. */
export type ConnectTransport = (options: {
  readonly initiator: boolean;
  readonly iceServers: readonly IceServer[];
  readonly signal: AbortSignal;
  readonly connectTimeoutMs: number;
  readonly sendSignal: (data: string) => void;
  /** Called once, with what takes the other side's signals. */
  readonly onSignal: (receive: (data: string) => void) => void;
}) => Promise<Transport>;

export interface LinkBookOptions {
  readonly connect: ConnectTransport;
  readonly self: TabId;
  readonly iceServers: readonly IceServer[];
  /** Of a worker where there is one: a hidden page's own timers are too slow to find a dead tab by its pings. */
  readonly clock: Clock;
  /** Passes a signal to another tab, in the order of the calls; rejects when the coordinator refuses or is gone. */
  readonly relay: (to: TabId, data: string) => Promise<void>;
  readonly onFrame: (from: TabId, frame: SessionFrames) => void;
  /** An open link is no more. `goodbye`: the other tab left; `lost`: it may still be there, and frames may be missing. */
  readonly onGone: (tab: TabId, why: "goodbye" | "lost") => void;
  /** A loopback link to this tab itself. */
  readonly loopback: Link;
}

export interface LinkBook extends Peers {
  /** A signal from another tab. */
  receive(relayed: RelayDown): void;
  /** Tabs with an open link, this one not counted. */
  readonly open: readonly TabId[];
  /** Smoothed round trips of the open links that have measured theirs. */
  readonly roundTrips: readonly MeasuredLink[];
  /** Bytes over all links since the book was opened, slices' headers included. */
  readonly traffic: { readonly sentBytes: number; readonly receivedBytes: number };
  /** Says goodbye to all tabs; each of them is `lost` to this one. Links may be made again. */
  hangUp(): void;
  /** Hangs up for good: from now on `link` rejects. */
  close(): void;
}

/** An attempt to connect, or the link it became. */
interface Entry {
  /** Names the attempt, so that signals of an older one are told apart. Chosen by the offering side; null until it offers. */
  attempt: string | null;
  readonly link: Promise<Link>;
  readonly abort: AbortController;
  deliver: (data: string) => void;
  phase:
    | {
        readonly kind: "connecting";
        readonly settle: { resolve(link: Promise<Link> | Link): void; reject(why: unknown): void };
        cancelDeadline: () => void;
        cancelAsk: () => void;
      }
    | { readonly kind: "open"; readonly link: Link };
}

/** Signalling, ICE and the handshake together; a tab that needs longer is as good as unreachable. */
const connectTimeoutMs = 15_000;
/** An offer takes two trips through the coordinator; one that is not here after this was taken by a page that is gone. */
const askAgainMs = 2_000;

export function createLinkBook(options: LinkBookOptions): LinkBook {
  const { self, clock } = options;
  const entries = new Map<TabId, Entry>();
  const seen = createSeenAttempts();
  let closed = false;
  /** Of links that are closed. */
  const past = { sentBytes: 0, receivedBytes: 0 };

  /** Takes an entry out, so that the next wish begins anew. Whoever waits for it is left to the caller. */
  const retire = (remote: TabId, entry: Entry): void => {
    if (entries.get(remote) === entry) entries.delete(remote);
    const { phase } = entry;
    if (phase.kind === "open") {
      past.sentBytes += phase.link.stats.bytesSent;
      past.receivedBytes += phase.link.stats.bytesReceived;
      // Before the abort, which closes the transport under the goodbye.
      phase.link.close();
    } else {
      phase.cancelDeadline();
      phase.cancelAsk();
    }
    entry.abort.abort();
  };

  const fail = (remote: TabId, entry: Entry, why: unknown): void => {
    if (entry.phase.kind !== "connecting" || entries.get(remote) !== entry) return;
    retire(remote, entry);
    entry.phase.settle.reject(why);
  };

  const send = (remote: TabId, entry: Entry, message: Relayed): void => {
    if (entry.abort.signal.aborted) return;
    // A link that stands needs the relay no more: what fails then is a late candidate.
    options.relay(remote, JSON.stringify(message)).catch((why: unknown) => fail(remote, entry, why));
  };

  /** DN16: this side can't offer, so it asks for an offer, and asks again while none comes. */
  const ask = (remote: TabId, entry: Entry, again: boolean): void => {
    if (entry.phase.kind !== "connecting" || entry.attempt !== null) return;
    send(remote, entry, { kind: "ask", seen: seen.get(remote), again });
    entry.phase.cancelAsk = clock.after(askAgainMs, () => ask(remote, entry, true));
  };

  const open = (remote: TabId, entry: Entry, link: Link): void => {
    // It was called off, or replaced, while the last of the handshake was on its way.
    if (entry.phase.kind !== "connecting" || entries.get(remote) !== entry) return link.close();
    const { settle, cancelDeadline, cancelAsk } = entry.phase;
    cancelDeadline();
    cancelAsk();
    entry.phase = { kind: "open", link };
    link.onFrame((frame) => options.onFrame(remote, frame));
    void link.closed.then((reason) => {
      // Where a newer link has taken this one's place, that was told already.
      if (entries.get(remote) !== entry) return;
      retire(remote, entry);
      options.onGone(remote, reason === "closed-there" ? "goodbye" : "lost");
    });
    settle.resolve(link);
  };

  const connect = async (remote: TabId, entry: Entry): Promise<void> => {
    const { signal } = entry.abort;
    const early: string[] = [];
    entry.deliver = (data) => early.push(data);
    try {
      const transport = await options.connect({
        initiator: self < remote,
        iceServers: options.iceServers,
        signal,
        connectTimeoutMs,
        sendSignal(data) {
          if (entry.attempt !== null) send(remote, entry, { kind: "signal", attempt: entry.attempt, data });
        },
        onSignal(receive) {
          entry.deliver = receive;
          for (const data of early.splice(0)) receive(data);
        },
      });
      if (signal.aborted) return transport.close();
      open(remote, entry, await createLink(transport, { self, remote, clock, signal }));
    } catch (why) {
      fail(remote, entry, why);
    }
  };

  /** DN4: both sides know who offers without asking. `attempt` is the other side's, when it has offered. */
  const begin = (remote: TabId, attempt: string | null): Entry => {
    const offers = self < remote;
    let resolve: (link: Link | Promise<Link>) => void = () => undefined;
    let reject: (why: unknown) => void = () => undefined;
    const link = new Promise<Link>((onResolve, onReject) => {
      resolve = onResolve;
      reject = onReject;
    });
    // Nobody may be waiting: the other tab may have asked for the link.
    link.catch(() => undefined);
    const entry: Entry = {
      attempt: offers ? randomId().slice(0, 8) : attempt,
      link,
      abort: new AbortController(),
      deliver: () => undefined,
      phase: {
        kind: "connecting",
        settle: { resolve, reject },
        cancelDeadline: clock.after(connectTimeoutMs, () => {
          fail(remote, entry, new LinkClosed(remote, "connect-timeout"));
        }),
        cancelAsk: () => undefined,
      },
    };
    entries.set(remote, entry);
    if (!offers && attempt !== null) seen.set(remote, attempt);
    void connect(remote, entry);
    ask(remote, entry, false);
    return entry;
  };

  /** The other side has no use for what this side has: a new attempt, of which also those hear who wait already. */
  const replace = (remote: TabId, old: Entry | undefined, attempt: string | null): void => {
    if (old === undefined) return void begin(remote, attempt);
    retire(remote, old);
    if (old.phase.kind === "connecting") return old.phase.settle.resolve(begin(remote, attempt).link);
    begin(remote, attempt);
    options.onGone(remote, "lost");
  };

  /** From a tab that offers. What belongs to no attempt that we know is a new one: the relay keeps the order. */
  const takeSignal = (from: TabId, { attempt, data }: Relayed & { kind: "signal" }): void => {
    const entry = entries.get(from);
    if (entry?.attempt === attempt) return entry.deliver(data);
    if (self < from || seen.get(from) === attempt) return;
    if (entry?.attempt === null && entry.phase.kind === "connecting") {
      entry.attempt = attempt;
      entry.phase.cancelAsk();
      seen.set(from, attempt);
      return entry.deliver(data);
    }
    replace(from, entry, attempt);
    entries.get(from)?.deliver(data);
  };

  /** From a tab that does not offer and wants a link. */
  const takeAsk = (from: TabId, asked: Relayed & { kind: "ask" }): void => {
    if (from < self) return;
    const entry = entries.get(from);
    // The offer that is on its way is what it asks for; but what it has seen, or misses a second time, is no use to it.
    const underway = entry?.phase.kind === "connecting" && entry.attempt !== asked.seen && !asked.again;
    if (!underway) replace(from, entry, null);
  };

  const hangUp = (): void => {
    // Whoever hears that a link is gone may want a new one at once; that one stays.
    const before = Array.from(entries);
    for (const [tab, entry] of before) {
      fail(tab, entry, new LinkClosed(tab, "closed-here"));
      if (entry.phase.kind !== "open") continue;
      retire(tab, entry);
      options.onGone(tab, "lost");
    }
  };

  return {
    self,
    async link(tab) {
      if (tab === self) return options.loopback;
      if (closed) throw new LinkClosed(tab, "closed-here");
      return (entries.get(tab) ?? begin(tab, null)).link;
    },
    silentMs(tab) {
      if (tab === self) return 0;
      const phase = entries.get(tab)?.phase;
      return phase?.kind === "open" ? phase.link.silentMs : null;
    },
    receive({ from, data }) {
      const relayed = parseRelayed(data);
      if (relayed === null || from === self || closed) return;
      if (relayed.kind === "ask") takeAsk(from, relayed);
      else takeSignal(from, relayed);
    },
    get open() {
      return [...entries].flatMap(([tab, { phase }]) => (phase.kind === "open" ? [tab] : []));
    },
    get roundTrips() {
      return [...entries].flatMap(([tab, { phase }]) => {
        const ms = phase.kind === "open" ? phase.link.roundTripMs : null;
        return ms === null ? [] : [{ tab, ms }];
      });
    },
    get traffic() {
      const total = { ...past };
      for (const { phase } of entries.values()) {
        if (phase.kind !== "open") continue;
        total.sentBytes += phase.link.stats.bytesSent;
        total.receivedBytes += phase.link.stats.bytesReceived;
      }
      return total;
    },
    hangUp,
    close() {
      closed = true;
      hangUp();
    },
  };
}
