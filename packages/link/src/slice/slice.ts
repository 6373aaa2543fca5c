/**
 * One message on a data channel. A frame travels as slices, so that no message is larger than SCTP sends in one burst.
 *
 * | offset | type | field                                                              |
 * | ------ | ---- | ------------------------------------------------------------------ |
 * | 0      | u8   | 0xB7, so that a stranger's message is told apart                    |
 * | 1      | u8   | protocol version; these two bytes keep their place in every version |
 * | 2      | u16  | flags: bit 0 goodbye, with no frame and nothing behind the header;  |
 * |        |      | bit 1 with it: because nothing was heard                            |
 * | 4      | u32  | number of the frame on this link, from 0, modulo 2³²               |
 * | 8      | u32  | length of the whole frame in bytes                                 |
 * | 12     | u32  | offset of this slice in it                                         |
 *
 * Little-endian; the rest is the frame's bytes. Number, length and offset say where a slice belongs whichever channel
 * brought it, so that a frame can be spread over several channels without another header.
 */
import { maxFrameBytes, maxSliceBytes } from "@potluck/protocol";
import { stripeHeaderBytes } from "../stripes/stripe-message.ts";

export const sliceHeaderBytes = 16;
/** Bytes of a frame that one slice carries; a number fits in front of it when it travels on one of several associations. */
export const slicePayloadBytes: number = maxSliceBytes - sliceHeaderBytes - stripeHeaderBytes;
const magic = 0xb7;
const goodbyeFlags: { readonly [why in GoodbyeWhy]: number } = { leaving: 1, silence: 3 };

/** `leaving`: on purpose. `silence`: nothing was heard for too long, so the link is dead in at least one direction. */
export type GoodbyeWhy = "leaving" | "silence";

export interface Slice {
  readonly kind: "slice";
  readonly sequence: number;
  readonly totalBytes: number;
  readonly offset: number;
  /** A view into the message. */
  readonly payload: Uint8Array;
}

/** The far side closes the link: nothing more comes, also of a frame in progress. */
export interface Goodbye {
  readonly kind: "goodbye";
  readonly why: GoodbyeWhy;
}

/** A message that is no slice. `other-version` is the one that both sides can do something about. */
export type NoSlice =
  | { readonly kind: "fault"; readonly fault: HeaderFault }
  | { readonly kind: "other-version"; readonly theirs: number };

export type HeaderFault =
  | "slice-truncated"
  | "slice-oversized"
  | "slice-not-ours"
  | "slice-flags"
  | "slice-empty"
  | "slice-total";

/** Writes the header of a slice into the first bytes of `message`. */
export function writeSliceHeader(
  message: Uint8Array<ArrayBuffer>,
  version: number,
  sequence: number,
  totalBytes: number,
  offset: number,
): void {
  const view = new DataView(message.buffer, message.byteOffset, sliceHeaderBytes);
  view.setUint8(0, magic);
  view.setUint8(1, version);
  view.setUint16(2, 0, true);
  view.setUint32(4, sequence, true);
  view.setUint32(8, totalBytes, true);
  view.setUint32(12, offset, true);
}

/** The message that says goodbye. Channels cut off what is still under way when they are closed; this arrives behind it. */
export function goodbyeMessage(version: number, why: GoodbyeWhy): Uint8Array {
  const message = new Uint8Array(sliceHeaderBytes);
  writeSliceHeader(message, version, 0, 0, 0);
  message[2] = goodbyeFlags[why];
  return message;
}

/** A stranger's message as a slice; whether it fits the frame in progress is the assembler's question. */
export function readSlice(message: Uint8Array, version: number): Slice | Goodbye | NoSlice {
  if (message.byteLength < 2) return { kind: "fault", fault: "slice-truncated" };
  if (message[0] !== magic) return { kind: "fault", fault: "slice-not-ours" };
  const theirs = message[1] ?? 0;
  if (theirs !== version) return { kind: "other-version", theirs };
  if (message.byteLength < sliceHeaderBytes) return { kind: "fault", fault: "slice-truncated" };
  if (message.byteLength > maxSliceBytes) return { kind: "fault", fault: "slice-oversized" };
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const flags = view.getUint16(2, true);
  const bare = message.byteLength === sliceHeaderBytes;
  if (bare && flags === goodbyeFlags.leaving) return { kind: "goodbye", why: "leaving" };
  if (bare && flags === goodbyeFlags.silence) return { kind: "goodbye", why: "silence" };
  if (flags !== 0) return { kind: "fault", fault: "slice-flags" };
  if (bare) return { kind: "fault", fault: "slice-empty" };
  const totalBytes = view.getUint32(8, true);
  if (totalBytes > maxFrameBytes) return { kind: "fault", fault: "slice-total" };
  const payload = message.subarray(sliceHeaderBytes);
  return { kind: "slice", sequence: view.getUint32(4, true), totalBytes, offset: view.getUint32(12, true), payload };
}
