/** The links of this tab: made on demand through the coordinator's relay, kept while open. */
import { type Clock, createLink, type Link, type LinkStats, type Transport } from "@potluck/link";
import type { Peers } from "@potluck/pipeline";
import { type IceServer, randomId, type RelayDown, type SessionFrames, type TabId } from "@potluck/protocol";
import { parseRelayed, type Relayed } from "./relayed.ts";

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
  readonly clock: Clock;
  /** Passes a signal to another tab; rejects when the coordinator refuses or is gone. */
  readonly relay: (to: TabId, data: string) => Promise<void>;
  readonly onFrame: (from: TabId, frame: SessionFrames) => void;
  readonly onGone: (tab: TabId) => void;
  /** A loopback link to this tab itself. */
  readonly loopback: Link;
}

export interface LinkBook extends Peers {
  /** A signal from another tab. */
  receive(relayed: RelayDown): void;
  /** Tabs with an open link, this one not counted. */
  readonly open: readonly TabId[];
  /** Bytes over all links since the book was opened, slices' headers included. */
  readonly traffic: { readonly sentBytes: number; readonly receivedBytes: number };
  close(): void;
}

/** An attempt to connect, or the link it became. */
interface Entry {
  /** Names the attempt, so that candidates of an older one are not fed to a newer. Chosen by the initiator. */
  attempt: string;
  readonly link: Promise<Link>;
  readonly abort: AbortController;
  state: "connecting" | "open";
  /** Signals that came before the peer listened. */
  readonly waiting: string[];
  stats: LinkStats | null;
  deliver: ((data: string) => void) | null;
}

/**
 * Six seconds of silence at a ping each 500 ms. A tab on a busy machine may not get to run for some seconds, and without a
 * standby a link given up costs the answer. A tab that leaves says so, and is not waited for.
 */
const missedPings = 12;
/** Signalling, ICE and the handshake together; a tab that needs longer is as good as unreachable. */
const connectTimeoutMs = 15_000;

export function createLinkBook(options: LinkBookOptions): LinkBook {
  const { self, clock } = options;
  const entries = new Map<TabId, Entry>();

  /** Of links that are closed. */
  const past = { sentBytes: 0, receivedBytes: 0 };

  const forget = (tab: TabId, entry: Entry): void => {
    entry.abort.abort();
    if (entries.get(tab) === entry) entries.delete(tab);
  };

  /** DN4: both sides know who offers without asking. */
  const begin = (remote: TabId, attempt: string | null): Entry => {
    const initiator = self < remote;
    const abort = new AbortController();
    const entry: Entry = {
      attempt: attempt ?? (initiator ? randomId().slice(0, 8) : ""),
      link: Promise.resolve().then(() => connect(remote, initiator, entry)),
      abort,
      state: "connecting",
      waiting: [],
      stats: null,
      deliver: null,
    };
    entries.set(remote, entry);
    entry.link.catch(() => forget(remote, entry));
    return entry;
  };

  const connect = async (remote: TabId, initiator: boolean, entry: Entry): Promise<Link> => {
    const transport = await options.connect({
      initiator,
      iceServers: options.iceServers,
      signal: entry.abort.signal,
      connectTimeoutMs,
      sendSignal(data) {
        options
          .relay(remote, JSON.stringify({ attempt: entry.attempt, data } satisfies Relayed))
          .catch(() => entry.abort.abort());
      },
      onSignal(receive) {
        entry.deliver = receive;
        for (const data of entry.waiting.splice(0)) receive(data);
      },
    });
    const link = await createLink(transport, { self, remote, clock, missedPings });
    entry.state = "open";
    entry.stats = link.stats;
    link.onFrame((frame) => options.onFrame(remote, frame));
    void link.closed.then(() => {
      const current = entries.get(remote) === entry;
      past.sentBytes += link.stats.bytesSent;
      past.receivedBytes += link.stats.bytesReceived;
      entry.stats = null;
      forget(remote, entry);
      // When a newer link has taken this one's place, nothing is lost.
      if (current) options.onGone(remote);
    });
    return link;
  };

  return {
    self,
    async link(tab) {
      if (tab === self) return options.loopback;
      return (entries.get(tab) ?? begin(tab, null)).link;
    },
    receive({ from, data }) {
      const relayed = parseRelayed(data);
      if (relayed === null || from === self) return;
      let entry = entries.get(from);
      const offering = from < self;
      // A new attempt of the offering side means that its old link, or its old page, is gone.
      if (offering && entry !== undefined && entry.attempt !== "" && entry.attempt !== relayed.attempt) {
        const old = entry;
        entry = undefined;
        forget(from, old);
        if (old.state === "open") {
          void old.link.then((link) => link.close());
          options.onGone(from);
        }
      }
      entry ??= offering ? begin(from, relayed.attempt) : undefined;
      if (entry === undefined) return;
      if (entry.attempt === "") entry.attempt = relayed.attempt;
      if (entry.attempt !== relayed.attempt) return;
      if (entry.deliver === null) entry.waiting.push(relayed.data);
      else entry.deliver(relayed.data);
    },
    get open() {
      return [...entries].flatMap(([tab, entry]) => (entry.state === "open" ? [tab] : []));
    },
    get traffic() {
      const open = [...entries.values()].flatMap(({ stats }) => (stats === null ? [] : [stats]));
      return open.reduce(
        (sum, stats) => ({
          sentBytes: sum.sentBytes + stats.bytesSent,
          receivedBytes: sum.receivedBytes + stats.bytesReceived,
        }),
        past,
      );
    },
    close() {
      for (const [tab, entry] of entries) {
        entry.link.then(
          (link) => link.close(),
          () => undefined,
        );
        forget(tab, entry);
      }
    },
  };
}
