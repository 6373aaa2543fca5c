/**
 * The one import of simple-peer. Its main entry expects Node's globals and fails under Vite ("global is not defined");
 * the ready-made browser bundle works there and in Node.
 */
import Peer, { type PeerOptions } from "simple-peer/simplepeer.min.js";

export type { Peer };

/** A peer with one ordered, reliable channel. Throws where there is no WebRTC and no `wrtc` is given. */
export function newPeer(options: Pick<PeerOptions, "initiator" | "config" | "wrtc">): Peer {
  return new Peer({
    ...options,
    trickle: true,
    // Keeps messages apart that come before anybody listens; as a byte stream it would join them.
    objectMode: true,
    channelConfig: { ordered: true },
  });
}
