/** In a page: one end of bare channels or of a link, told from outside what to do. Bundled by `bundle-page.ts`. */
import { createLink, type Link } from "@potluck/link";
import { connectPeer } from "@potluck/link/rtc";
import type { HiddenFrame, SessionId, TabId, TokenFrame } from "@potluck/protocol";

export interface LinkEnd {
  /** Takes a signal of the other end. */
  signal(data: string): void;
  /** Connects that many associations with one bare channel each. */
  openChannels(count: number, initiator: boolean): Promise<void>;
  /** `most` associations at most; the link decides how many it opens, and when. */
  openLink(initiator: boolean, most: number): Promise<void>;
  /** One-way times in ms of frames of `bytes`, cut into messages of at most `messageBytes`, spread over the channels. */
  overChannels(bytes: number, messageBytes: number, plan: Plan): Promise<number[]>;
  /** One-way times in ms of hidden frames with so many bytes of payload. */
  overLink(bytes: number, plan: Plan): Promise<number[]>;
  close(): void;
}

/** Frames one at a time, each sent `gapMs` after the one before was answered. */
export interface Plan {
  readonly rounds: number;
  readonly gapMs: number;
}

declare global {
  interface Window {
    potluckEnd: LinkEnd;
    potluckSignal(data: string): Promise<void>;
  }
}

/** Of all pages of this machine alike, in ms. */
const now = (): number => performance.timeOrigin + performance.now();
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const session = "5".repeat(32) as SessionId;
const tabs = ["a".repeat(32), "b".repeat(32)] as [TabId, TabId];
const lap = { computeUs: 0, readBackUs: 0, encodeUs: 0, waitUs: 0 };
/** An answer to a frame of channels: when it was whole. Anything longer is part of a frame. */
const answerBytes = 8;
/** In front of each part of a frame over channels: the length of the whole. */
const headBytes = 12;

const peers: RTCPeerConnection[] = [];
const channels: RTCDataChannel[] = [];
const abort = new AbortController();
let link: Link | null = null;
let onSignal: (data: string) => void = () => undefined;
let answered: (at: number) => void = () => undefined;

async function times(plan: Plan, send: () => void): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < plan.rounds; i++) {
    if (plan.gapMs > 0) await wait(plan.gapMs);
    const arrived = new Promise<number>((resolve) => (answered = resolve));
    const sentAt = now();
    send();
    taken.push((await arrived) - sentAt);
  }
  return taken;
}

function listen(channel: RTCDataChannel): void {
  channel.binaryType = "arraybuffer";
  channel.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer>) => takePart(data));
}

let missing = 0;
function takePart(data: ArrayBuffer): void {
  if (data.byteLength === answerBytes) return answered(new Float64Array(data)[0] ?? Number.NaN);
  if (missing === 0) missing = new Uint32Array(data, 0, 1)[0] ?? 0;
  missing -= data.byteLength - headBytes;
  if (missing === 0) channels[0]?.send(Float64Array.of(now()));
}

async function openChannel(peer: RTCPeerConnection, index: number, initiator: boolean): Promise<RTCDataChannel> {
  peer.addEventListener("icecandidate", ({ candidate }) => {
    if (candidate !== null && candidate.candidate !== "")
      void window.potluckSignal(JSON.stringify({ index, candidate: candidate.toJSON() }));
  });
  const channel = peer.createDataChannel("bench", { negotiated: true, id: 0 });
  const opened = new Promise<void>((resolve) => channel.addEventListener("open", () => resolve(), { once: true }));
  if (initiator) {
    await peer.setLocalDescription();
    void window.potluckSignal(JSON.stringify({ index, description: peer.localDescription }));
  }
  await opened;
  listen(channel);
  return channel;
}

async function takeSignal(data: string): Promise<void> {
  const { index, description, candidate } = JSON.parse(data) as {
    readonly index: number;
    readonly description?: RTCSessionDescriptionInit;
    readonly candidate?: RTCIceCandidateInit;
  };
  const peer = peers[index];
  if (peer === undefined) throw new Error("a signal for no peer");
  if (candidate !== undefined) return peer.addIceCandidate(candidate);
  if (description === undefined) return;
  await peer.setRemoteDescription(description);
  if (description.type !== "offer") return;
  await peer.setLocalDescription();
  void window.potluckSignal(JSON.stringify({ index, description: peer.localDescription }));
}

window.potluckEnd = {
  signal: (data) => onSignal(data),
  async openChannels(count, initiator) {
    for (let i = 0; i < count; i++) peers.push(new RTCPeerConnection());
    let turn: Promise<void> = Promise.resolve();
    onSignal = (data) => {
      turn = turn.then(() => takeSignal(data));
    };
    channels.push(...(await Promise.all(peers.map((peer, index) => openChannel(peer, index, initiator)))));
  },
  async openLink(initiator, most) {
    const transport = await connectPeer({
      initiator,
      iceServers: [],
      signal: abort.signal,
      sendSignal: (data) => void window.potluckSignal(data),
      onSignal: (receive) => {
        onSignal = receive;
      },
    });
    const widen = transport.widen.bind(transport);
    transport.widen = (total) => widen(Math.min(total, most));
    const [self, remote] = initiator ? tabs : [tabs[1], tabs[0]];
    link = await createLink(transport, { self, remote });
    link.onFrame((frame) => {
      // The answer says when, in µs since the last full 1,000 s.
      if (frame.kind === "token") return answered(Math.floor(now() / 1e6) * 1e6 + frame.position / 1000);
      const position = Math.round((now() % 1e6) * 1000);
      const answer: TokenFrame = {
        kind: "token",
        session,
        epoch: 0,
        turn: 0,
        position,
        ids: Int32Array.of(1),
        end: null,
        lap,
      };
      void link?.send(answer);
    });
  },
  async overChannels(bytes, messageBytes, plan) {
    const payload = new Uint8Array(bytes);
    let next = 0;
    return times(plan, () => {
      const most = messageBytes - headBytes;
      for (let at = 0; at < bytes; at += most) {
        const part = new Uint8Array(headBytes + Math.min(most, bytes - at));
        new Uint32Array(part.buffer, 0, 1)[0] = bytes;
        part.set(payload.subarray(at, at + most), headBytes);
        channels[next++ % channels.length]?.send(part);
      }
    });
  },
  async overLink(bytes, plan) {
    const shape = { branch: 0, announced: false, count: 1, width: bytes / 2, dtype: "f16" as const };
    const data = new Uint8Array(bytes);
    const frame: HiddenFrame = { kind: "hidden", session, epoch: 0, turn: 0, position: 0, ...shape, lap, data };
    return times(plan, () => void link?.send(frame));
  },
  close() {
    abort.abort();
    for (const peer of peers) peer.close();
  },
};
