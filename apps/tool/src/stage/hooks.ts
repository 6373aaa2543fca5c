/**
 * What a stage puts into a page before the page's own code: a hand on the engine's worker and on the data channels, so that a
 * test can hold a hop in the middle of its work, crash it, or cut one direction of one link. The product knows nothing of it.
 */
import type { Page } from "@playwright/test";

export interface StageHooks {
  /** When the page last asked its engine for a run; ms since 1970, 0 before the first. A draft's runs are none of all this. */
  readonly lastRunAt: number;
  /** Keeps the next run that the page asks of its engine, and whatever it asks after that, until `release`. */
  hold(): void;
  /** From now on whatever the page asks of its engine gets there so many ms later. */
  slow(ms: number): void;
  /** Hands over what was kept. */
  release(): void;
  /** The page asks its engine for a run: the next one from now. */
  nextRun(): Promise<void>;
  /** Ends the engine's worker as an exception in it would, or has it say that its device is lost. */
  sabotage(how: "crash" | "lose-device"): void;
  /** Names of this side of all its connections. */
  ends(): readonly string[];
  /** Lets what this page sends to the connections with these other ends vanish from now on. Returns how many there are. */
  cut(otherEnds: readonly string[]): number;
}

declare global {
  interface Window {
    potluckStage?: StageHooks;
  }
}

/** Before the page is loaded. */
export async function addHooks(page: Page): Promise<void> {
  await page.addInitScript(installHooks);
}

/** In the page; takes nothing from outside, and no syntax that a compiler would replace with a helper of its own. */
function installHooks(): void {
  const PlainWorker = Worker;
  const workers = new Set<Worker>();
  // Those that hold the page's layers. A draft runs in a worker like theirs, which comes later and opens another model.
  const engines: Worker[] = [];
  let model: string | null = null;
  let held: (() => void)[] | null = null;
  let lastRunAt = 0;
  let delayMs = 0;
  let waiting: (() => void)[] = [];

  globalThis.Worker = class extends PlainWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      if (String(url).includes("engine.worker")) workers.add(this);
    }
    override postMessage(message: unknown, more?: Transferable[] | StructuredSerializeOptions): void {
      const options = Array.isArray(more) ? { transfer: more } : more;
      // As comlink writes a call.
      const call = message as {
        readonly path?: unknown;
        readonly argumentList?: readonly { readonly value?: unknown }[];
      };
      if (workers.has(this) && String(call.path) === "open") {
        const opened = call.argumentList?.[0]?.value as { readonly manifestUrl: string } | undefined;
        model ??= opened?.manifestUrl ?? null;
        if (model !== null && opened?.manifestUrl === model) engines.push(this);
      }
      if (!engines.includes(this)) return super.postMessage(message, options);
      const isRun = String(call.path) === "run";
      // Sessions open while runs are held, or there would be none; what follows a held run must stay behind it.
      const hand = (): void => super.postMessage(message, options);
      if (held !== null && (isRun || held.length > 0)) held.push(hand);
      else if (delayMs > 0) setTimeout(hand, delayMs);
      else hand();
      if (!isRun) return;
      lastRunAt = Date.now();
      for (const tell of waiting) tell();
      waiting = [];
    }
  };

  const connections: RTCPeerConnection[] = [];
  const cutOff = new Set<RTCPeerConnection>();
  const channels = new WeakMap<RTCDataChannel, RTCPeerConnection>();
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
      this.addEventListener("datachannel", ({ channel }) => channels.set(channel, this));
    }
    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options);
      channels.set(channel, this);
      return channel;
    }
  };
  // oxlint-disable-next-line typescript/unbound-method -- called below with its channel
  const { send } = RTCDataChannel.prototype;
  RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: never): void {
    const connection = channels.get(this);
    if (connection === undefined || !cutOff.has(connection)) send.call(this, data);
  };
  const endOf = (description: RTCSessionDescription | null): string =>
    /^a=ice-ufrag:(.+)$/m.exec(description?.sdp ?? "")?.[1]?.trim() ?? "";

  window.potluckStage = {
    get lastRunAt() {
      return lastRunAt;
    },
    hold() {
      held ??= [];
    },
    slow(ms) {
      delayMs = ms;
    },
    release() {
      const all = held ?? [];
      held = null;
      for (const send of all) send();
    },
    nextRun: () => new Promise((resolve) => waiting.push(resolve)),
    sabotage(how) {
      const engine = engines.at(-1);
      if (engine === undefined) throw new Error("this page runs no engine");
      if (how === "crash") {
        // Past what is held.
        const call = { id: "sabotage", type: "APPLY", path: ["sabotage"], argumentList: [{ type: "RAW", value: how }] };
        PlainWorker.prototype.postMessage.call(engine, call);
      } else {
        // The CPU backend has no device to lose; what the page hears of one is this.
        const data = { event: "gone", fault: "device-lost", message: "lost on purpose" };
        engine.dispatchEvent(new MessageEvent("message", { data }));
      }
    },
    ends: () => connections.map(({ localDescription }) => endOf(localDescription)),
    cut(otherEnds) {
      const these = connections.filter(
        ({ remoteDescription, connectionState }) =>
          connectionState === "connected" && otherEnds.includes(endOf(remoteDescription)),
      );
      for (const connection of these) cutOff.add(connection);
      return these.length;
    },
  };
}
