import { encodeFrame, type Frame, PROTOCOL_VERSION, type TabId } from "@potluck/protocol";
import type { Transport } from "../link.ts";
import { Slicer } from "../slice/slicer.ts";

/** A far side that sends whatever a test wants: proper slices, and anything else. */
export class Puppet {
  readonly #transport: Transport;
  readonly #slicer = new Slicer(PROTOCOL_VERSION);

  constructor(transport: Transport) {
    this.#transport = transport;
    // Listens, so that the transport does not keep what comes.
    transport.onMessage(() => {});
  }

  hello(tab: TabId, to: TabId): void {
    this.send({ kind: "link", message: { type: "link-hello", protocol: PROTOCOL_VERSION, tab, to } });
  }

  send(frame: Frame): void {
    for (const slice of this.slices(encodeFrame(frame))) this.raw(slice);
  }

  /** The slices of the next frame, as an honest sender would send them now. */
  slices(frame: Uint8Array): Uint8Array[] {
    this.#slicer.start(frame);
    const slices: Uint8Array[] = [];
    for (let slice = this.#slicer.next(); slice !== null; slice = this.#slicer.next()) slices.push(slice.slice());
    return slices;
  }

  raw(message: Uint8Array): void {
    this.#transport.send(message);
  }
}
