/** What this package uses of simple-peer's browser build. Its types are for the other entry, which does not load under Vite. */
declare module "simple-peer/simplepeer.min.js" {
  export interface PeerOptions {
    initiator: boolean;
    trickle: boolean;
    objectMode: boolean;
    config: RTCConfiguration;
    channelConfig: RTCDataChannelInit;
    wrtc?: object;
  }

  export default class Peer {
    constructor(options: PeerOptions);
    /** Set once connected. */
    readonly _channel: RTCDataChannel;
    signal(data: object): void;
    send(message: ArrayBufferView): void;
    /** The oldest message that came before anybody listened; null when there is none. */
    read(): Uint8Array | string | null;
    destroy(error?: Error): void;
    on(event: "signal", listener: (data: object) => void): this;
    on(event: "connect" | "close", listener: () => void): this;
    on(event: "error", listener: (error: Error) => void): this;
  }
}
