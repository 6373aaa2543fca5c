import { createSocket, type Socket } from "node:dgram";
import { type Random, seededRandom } from "../../soak/random.ts";
import { DelayLine } from "./delay-line.ts";

export interface NetworkPath {
  /** What every packet takes in each direction. */
  readonly oneWayMs: number;
  /** Share of packets that never arrive, from 0 to 1, the same in both directions. */
  readonly loss?: number;
  /** A packet takes up to this much longer, at random; none overtakes another. */
  readonly jitterMs?: number;
  /** Of each sender; unlimited unless told. */
  readonly bytesPerSecond?: number;
  /** Which packets are lost and how late they are. */
  readonly seed?: number;
}

export interface ProxyStats {
  readonly forwarded: number;
  readonly forwardedBytes: number;
  readonly lost: number;
  /** Came from an address that nobody was told of yet; connectivity checks are repeated. */
  readonly unknown: number;
}

export interface UdpAddress {
  readonly ip: string;
  readonly port: number;
}

interface StandIn {
  readonly socket: Socket;
  readonly real: UdpAddress;
  /** Where the stand-in can be reached. */
  readonly at: UdpAddress;
}

/** One direction between two addresses. */
interface Flow {
  readonly random: Random;
  lineFreeAt: number;
  lastAt: number;
}

/** Bursts wait in the kernel while the event loop is busy; what does not fit is a loss that nobody asked for. */
const socketBufferBytes: number = 4 * 1024 * 1024;

/**
 * Stands between UDP sockets of one machine with a path's delay and loss. For each real address there is a socket which
 * stands for it: what comes to it from another real address is sent on to the real one, from the sender's stand-in, so
 * that neither side ever sees the other's real address.
 */
export class UdpProxy {
  readonly #path: NetworkPath;
  readonly #line = new DelayLine();
  readonly #standIns = new Map<string, Promise<StandIn>>();
  readonly #bySource = new Map<string, StandIn>();
  readonly #flows = new Map<string, Flow>();
  readonly #stats = { forwarded: 0, forwardedBytes: 0, lost: 0, unknown: 0 };
  #closed = false;

  constructor(path: NetworkPath) {
    this.#path = path;
  }

  get stats(): ProxyStats {
    return { ...this.#stats };
  }

  /** The address that stands for a real one, on the same network interface. The same for every asker. */
  async standFor(real: UdpAddress): Promise<UdpAddress> {
    if (this.#closed) throw new Error("the proxy is closed");
    const key = keyOf(real);
    let standIn = this.#standIns.get(key);
    if (standIn === undefined) {
      standIn = this.#open(real);
      this.#standIns.set(key, standIn);
    }
    return (await standIn).at;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#line.clear();
    for (const standIn of await Promise.allSettled(this.#standIns.values()))
      if (standIn.status === "fulfilled") standIn.value.socket.close();
  }

  async #open(real: UdpAddress): Promise<StandIn> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(0, real.ip, resolve);
    });
    // A port whose tab is gone is refused by the kernel; to the sender that is silence.
    socket.on("error", () => undefined);
    socket.setRecvBufferSize(socketBufferBytes);
    socket.setSendBufferSize(socketBufferBytes);
    const standIn = { socket, real, at: { ip: real.ip, port: socket.address().port } };
    this.#bySource.set(keyOf(real), standIn);
    socket.on("message", (packet, { address, port }) => this.#take(packet, { ip: address, port }, standIn));
    return standIn;
  }

  #take(packet: Buffer, from: UdpAddress, to: StandIn): void {
    const sender = this.#bySource.get(keyOf(from));
    if (sender === undefined) {
      this.#stats.unknown += 1;
      return;
    }
    const flow = this.#flow(`${keyOf(from)}>${keyOf(to.real)}`);
    const { oneWayMs, loss = 0, jitterMs = 0, bytesPerSecond = Number.POSITIVE_INFINITY } = this.#path;
    const [lossDraw, jitterDraw] = [flow.random.next(), flow.random.next()];
    flow.lineFreeAt = Math.max(performance.now(), flow.lineFreeAt) + (packet.byteLength * 1000) / bytesPerSecond;
    if (lossDraw < loss) {
      this.#stats.lost += 1;
      return;
    }
    flow.lastAt = Math.max(flow.lastAt, flow.lineFreeAt + oneWayMs + jitterDraw * jitterMs);
    this.#line.put(flow.lastAt, () => {
      if (this.#closed) return;
      this.#stats.forwarded += 1;
      this.#stats.forwardedBytes += packet.byteLength;
      sender.socket.send(packet, to.real.port, to.real.ip, () => undefined);
    });
  }

  #flow(key: string): Flow {
    let flow = this.#flows.get(key);
    if (flow === undefined) {
      flow = { random: seededRandom((this.#path.seed ?? 1) + this.#flows.size), lineFreeAt: 0, lastAt: 0 };
      this.#flows.set(key, flow);
    }
    return flow;
  }
}

const keyOf = ({ ip, port }: UdpAddress): string => `${ip}:${port}`;
