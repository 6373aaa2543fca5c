/**
 * What travels on associations of a striped transport beside bare slices. Byte 0 tells them apart (a slice begins with
 * 0xB7); numbers are those of messages in one direction, from 0, modulo 2²⁴, little-endian.
 *
 * | byte 0 | rest                                                                                       |
 * | ------ | ------------------------------------------------------------------------------------------ |
 * | 0xB8   | u24 number, then the message                                                                 |
 * | 0xB9   | u24: all messages before this one have arrived                                               |
 * | 0xBA   | up to 64 u24: these are missing though later ones have come                                  |
 * | 0xBB   | u24: number of the message that would come next; behind a burst, so that its end can be missed |
 * | 0xBC   | u8 index of a further association, then a signal for it as UTF-8                             |
 * | 0xBD   | u8: how many associations the far side would like; only to the initiator                     |
 */
export const stripeHeaderBytes = 4;
/** Most numbers in one request. */
export const maxMissing = 64;
/** Associations of one transport, the first included: more gained nothing with frames of up to 256 KB. */
export const maxStripes = 5;

export type StripeMessage =
  | { readonly kind: "numbered"; readonly number: number; readonly message: Uint8Array }
  | { readonly kind: "arrived"; readonly next: number }
  | { readonly kind: "missing"; readonly numbers: readonly number[] }
  | { readonly kind: "sent"; readonly next: number }
  | { readonly kind: "signal"; readonly index: number; readonly data: string }
  | { readonly kind: "widen"; readonly total: number };

const numbers = 2 ** 24;
const firstByte = { numbered: 0xb8, arrived: 0xb9, missing: 0xba, sent: 0xbb, signal: 0xbc, widen: 0xbd } as const;

/** The number `count` after this one. */
export const after = (number: number, count = 1): number => (number + count) % numbers;
/** How far `number` is ahead of `than`; negative when it is behind. */
export const ahead = (number: number, than: number): number => ((number - than) << 8) >> 8;

export function encodeStripeMessage(message: StripeMessage): Uint8Array {
  const first = firstByte[message.kind];
  switch (message.kind) {
    case "numbered": {
      const bytes = new Uint8Array(stripeHeaderBytes + message.message.byteLength);
      bytes.set([first, ...u24(message.number)]);
      bytes.set(message.message, stripeHeaderBytes);
      return bytes;
    }
    case "arrived":
    case "sent":
      return Uint8Array.of(first, ...u24(message.next));
    case "missing":
      return Uint8Array.of(first, ...message.numbers.flatMap(u24));
    case "signal":
      return Uint8Array.of(first, message.index, ...new TextEncoder().encode(message.data));
    case "widen":
      return Uint8Array.of(first, message.total);
    default:
      return message satisfies never;
  }
}

/** A stranger's message; null for a bare one. What is cut off reads as zeros and names messages that nobody misses. */
export function readStripeMessage(bytes: Uint8Array): StripeMessage | null {
  const at = (offset: number): number =>
    (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8) | ((bytes[offset + 2] ?? 0) << 16);
  switch (bytes[0] ?? 0) {
    case firstByte.numbered:
      return { kind: "numbered", number: at(1), message: bytes.subarray(stripeHeaderBytes) };
    case firstByte.arrived:
      return { kind: "arrived", next: at(1) };
    case firstByte.sent:
      return { kind: "sent", next: at(1) };
    case firstByte.missing: {
      const count = Math.min(maxMissing, Math.floor((bytes.byteLength - 1) / 3));
      return { kind: "missing", numbers: Array.from({ length: count }, (_, i) => at(1 + 3 * i)) };
    }
    case firstByte.signal:
      return { kind: "signal", index: bytes[1] ?? 0, data: new TextDecoder().decode(bytes.subarray(2)) };
    case firstByte.widen:
      return { kind: "widen", total: bytes[1] ?? 0 };
    default:
      return null;
  }
}

const u24 = (number: number): [number, number, number] => [number & 0xff, (number >> 8) & 0xff, (number >> 16) & 0xff];
