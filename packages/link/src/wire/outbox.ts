import type { SessionId } from "@potluck/protocol";

/** An encoded frame that waits for its turn. */
export interface Waiting {
  readonly bytes: Uint8Array;
  /** Tokens and control messages: small, and somebody waits for each. */
  readonly urgent: boolean;
}

export type LinkMessageType = "link-hello" | "ping" | "pong";

/**
 * Which frame goes next. Frames of one session leave in order. Between sessions those with a token or a control message
 * in front go first and the others take turns, so that nobody waits for another chat's whole prefill. The link's own
 * messages go before all; of each type only the newest waits, so that a flood of pings can't fill memory with pongs.
 */
export class Outbox {
  readonly #own = new Map<LinkMessageType, Uint8Array>();
  readonly #sessions = new Map<SessionId, Waiting[]>();
  #bytes = 0;

  /** Bytes of session frames that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  putOwn(type: LinkMessageType, bytes: Uint8Array): void {
    this.#own.set(type, bytes);
  }

  put(session: SessionId, waiting: Waiting): void {
    this.#bytes += waiting.bytes.byteLength;
    const queue = this.#sessions.get(session);
    if (queue === undefined) this.#sessions.set(session, [waiting]);
    else queue.push(waiting);
  }

  /** Takes out the frame to send next; null when nothing waits. */
  next(): { readonly bytes: Uint8Array; readonly own: boolean } | null {
    for (const [type, bytes] of this.#own) {
      this.#own.delete(type);
      return { bytes, own: true };
    }
    let chosen: [SessionId, Waiting[]] | null = null;
    for (const entry of this.#sessions) {
      chosen ??= entry;
      if (entry[1][0]?.urgent === true) {
        chosen = entry;
        break;
      }
    }
    if (chosen === null) return null;
    const [session, queue] = chosen;
    const waiting = queue.shift();
    // Out and in again: a Map keeps insertion order, so the session is now the last to have its turn.
    this.#sessions.delete(session);
    if (queue.length > 0) this.#sessions.set(session, queue);
    if (waiting === undefined) return null;
    this.#bytes -= waiting.bytes.byteLength;
    return { bytes: waiting.bytes, own: false };
  }

  clear(): void {
    this.#own.clear();
    this.#sessions.clear();
    this.#bytes = 0;
  }
}
