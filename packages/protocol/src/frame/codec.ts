/**
 * Frame layout, little-endian. A 48-byte header, then the payload.
 *
 * | offset | type   | field                                                   |
 * | ------ | ------ | ------------------------------------------------------- |
 * | 0      | u8     | protocol version                                        |
 * | 1      | u8     | kind: 1 tokens, 2 hidden, 3 token, 4 control, 5 link     |
 * | 2      | u8     | dtype of hidden rows: 0 none, 1 f32, 2 f16              |
 * | 3      | u8     | tokens drawn: why they end the answer: 0 they don't,     |
 * |        |        | 1 stop token, 2 length, 3 context; hidden: 1 announced   |
 * | 4      | u16    | turn                                                    |
 * | 6      | u16    | branch of tokens and hidden rows; else 0                |
 * | 8      | 16 × u8| session, zero on link frames                            |
 * | 24     | u32    | epoch                                                   |
 * | 28     | u32    | position                                                |
 * | 32     | u32    | count (positions; 0 on control)                         |
 * | 36     | u32    | width (hidden size; else 0)                             |
 * | 40     | u32    | payload length in bytes                                 |
 * | 44     | u32    | 0                                                       |
 *
 * Payloads: tokens `count` × i32; hidden 4 × u32 lap times then `count × width` values; token 4 × u32 lap times then
 * `count` × i32; control and link UTF-8 JSON.
 */
import * as v from "valibot";
import type { SessionId } from "../ids.ts";
import { maxControlBytes, maxFrameBytes, maxTokensPerLap } from "../limits.ts";
import { PROTOCOL_VERSION } from "../version.ts";
import { type Control, controlSchema, type LinkControl } from "../control/control.ts";
import type { EndReason, Frame, LapTimes } from "./frame.ts";
import { FrameError } from "./frame-error.ts";

export const frameHeaderBytes = 48;
const lapBytes = 16;
const kinds = ["tokens", "hidden", "token", "control", "link"] as const;
const dtypes = [null, "f32", "f16"] as const;
const ends: readonly (EndReason | null)[] = [null, "stop-token", "length", "context-full"];
const valueBytes = { f32: 4, f16: 2 } as const;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** A frame as bytes, in one fresh buffer that the caller owns. Throws a RangeError on a frame of our own that breaks the limits. */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  switch (frame.kind) {
    case "tokens": {
      const bytes = allocate(frame, frame.ids.length * 4);
      const view = new DataView(bytes.buffer);
      header(view, frame, frame.position, frame.ids.length, 0, 0);
      view.setUint16(6, frame.branch & 0xffff, true);
      writeIds(view, frameHeaderBytes, frame.ids);
      return bytes;
    }
    case "hidden": {
      const dataBytes = frame.count * frame.width * valueBytes[frame.dtype];
      if (dataBytes === 0 || dataBytes !== frame.data.byteLength) {
        throw new RangeError(
          `hidden: ${frame.count} × ${frame.width} ${frame.dtype} values in ${frame.data.byteLength} bytes`,
        );
      }
      const bytes = allocate(frame, lapBytes + dataBytes);
      const view = new DataView(bytes.buffer);
      header(view, frame, frame.position, frame.count, frame.width, frame.announced ? 1 : 0);
      view.setUint8(2, dtypes.indexOf(frame.dtype));
      view.setUint16(6, frame.branch & 0xffff, true);
      writeLap(view, frame.lap);
      bytes.set(frame.data, frameHeaderBytes + lapBytes);
      return bytes;
    }
    case "token": {
      if (frame.ids.length > maxTokensPerLap) throw new RangeError(`${frame.ids.length} tokens of one lap`);
      const bytes = allocate(frame, lapBytes + frame.ids.length * 4);
      const view = new DataView(bytes.buffer);
      header(view, frame, frame.position, frame.ids.length, 0, ends.indexOf(frame.end));
      writeLap(view, frame.lap);
      writeIds(view, frameHeaderBytes + lapBytes, frame.ids);
      return bytes;
    }
    case "control":
    case "link": {
      const text = encoder.encode(JSON.stringify(frame.message));
      if (text.byteLength > maxControlBytes) throw new RangeError(`control message of ${text.byteLength} bytes`);
      const bytes = allocate(frame, text.byteLength);
      header(new DataView(bytes.buffer), frame.kind === "link" ? null : frame, 0, 0, 0, 0);
      bytes.set(text, frameHeaderBytes);
      return bytes;
    }
    default:
      return frame satisfies never;
  }
}

/**
 * Bytes from a stranger as a frame. Throws a {@link FrameError} for anything that {@link encodeFrame} could not have
 * written. `data` of a hidden frame is a view into `bytes`.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.byteLength < frameHeaderBytes) throw new FrameError("truncated", `${bytes.byteLength} bytes are no frame`);
  if (bytes.byteLength > maxFrameBytes) throw new FrameError("oversized", `${bytes.byteLength} bytes in one frame`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== PROTOCOL_VERSION) {
    throw new FrameError("bad-version", `frame of protocol ${view.getUint8(0)}, this side speaks ${PROTOCOL_VERSION}`);
  }
  const kind = kinds[view.getUint8(1) - 1];
  if (kind === undefined) throw new FrameError("unknown-kind", `frame kind ${view.getUint8(1)}`);
  const payloadBytes = view.getUint32(40, true);
  if (payloadBytes !== bytes.byteLength - frameHeaderBytes) {
    throw new FrameError(
      "bad-length",
      `header says ${payloadBytes} bytes, ${bytes.byteLength - frameHeaderBytes} came`,
    );
  }
  const position = view.getUint32(28, true);
  const count = view.getUint32(32, true);
  const width = view.getUint32(36, true);
  const flags = view.getUint8(3);
  const dtype = dtypes[view.getUint8(2)];
  const branch = view.getUint16(6, true);
  const mayBranch = kind === "tokens" || kind === "hidden";
  const reserved = (mayBranch ? 0 : branch) | view.getUint32(44, true);
  const maxFlags = kind === "token" ? ends.length - 1 : kind === "hidden" ? 1 : 0;
  if (dtype === undefined || flags > maxFlags || reserved !== 0 || (dtype !== null) !== (kind === "hidden")) {
    throw new FrameError(
      "bad-field",
      `${kind} frame with dtype ${view.getUint8(2)}, flags ${flags}, reserved ${reserved}`,
    );
  }
  const head = { session: readSession(bytes), epoch: view.getUint32(24, true), turn: view.getUint16(4, true) };
  switch (kind) {
    case "tokens": {
      if (count === 0 || payloadBytes !== count * 4 || width !== 0) {
        throw new FrameError("bad-length", `${count} tokens in ${payloadBytes} bytes`);
      }
      return { kind, ...head, position, branch, ids: readIds(view, frameHeaderBytes, count) };
    }
    case "hidden": {
      const rowBytes = dtype === null ? 0 : valueBytes[dtype] * width;
      if (dtype === null || count === 0 || width === 0 || payloadBytes !== lapBytes + count * rowBytes) {
        throw new FrameError("bad-length", `${count} × ${width} ${dtype} values in ${payloadBytes} bytes`);
      }
      const data = bytes.subarray(frameHeaderBytes + lapBytes);
      return {
        kind,
        ...head,
        position,
        branch,
        announced: flags === 1,
        count,
        width,
        dtype,
        lap: readLap(view),
        data,
      };
    }
    case "token": {
      if (count === 0 || count > maxTokensPerLap || payloadBytes !== lapBytes + count * 4 || width !== 0) {
        throw new FrameError("bad-length", `${count} drawn tokens in ${payloadBytes} bytes`);
      }
      const ids = readIds(view, frameHeaderBytes + lapBytes, count);
      return { kind, ...head, position, ids, end: ends[flags] ?? null, lap: readLap(view) };
    }
    case "control":
    case "link": {
      if (position !== 0 || count !== 0 || width !== 0) throw new FrameError("bad-field", `numbers on a ${kind} frame`);
      const message = readControl(bytes.subarray(frameHeaderBytes));
      if (isLinkControl(message)) {
        if (kind === "link") {
          if (bytes[4] !== 0 || bytes[5] !== 0 || bytes.subarray(8, 28).some((b) => b !== 0)) {
            throw new FrameError("bad-field", "a session on a link frame");
          }
          return { kind, message };
        }
      } else if (kind === "control") {
        return { kind, ...head, message };
      }
      throw new FrameError("bad-control", `${message.type} in a ${kind} frame`);
    }
    default:
      return kind satisfies never;
  }
}

function isLinkControl(message: Control): message is LinkControl {
  return message.type === "link-hello" || message.type === "ping" || message.type === "pong";
}

function allocate(frame: Frame, payloadBytes: number): Uint8Array<ArrayBuffer> {
  const total = frameHeaderBytes + payloadBytes;
  if (total > maxFrameBytes) throw new RangeError(`a frame of ${total} bytes; at most ${maxFrameBytes} fit`);
  const bytes = new Uint8Array(total);
  bytes[0] = PROTOCOL_VERSION;
  bytes[1] = kinds.indexOf(frame.kind) + 1;
  return bytes;
}

function header(
  view: DataView,
  head: { session: SessionId; epoch: number; turn: number } | null,
  position: number,
  count: number,
  width: number,
  flags: number,
): void {
  view.setUint8(3, flags);
  if (head !== null) {
    view.setUint16(4, head.turn & 0xffff, true);
    for (let i = 0; i < 16; i++) view.setUint8(8 + i, Number.parseInt(head.session.slice(i * 2, i * 2 + 2), 16));
    view.setUint32(24, u32("epoch", head.epoch), true);
  }
  view.setUint32(28, u32("position", position), true);
  view.setUint32(32, count, true);
  view.setUint32(36, u32("width", width), true);
  view.setUint32(40, view.byteLength - frameHeaderBytes, true);
}

/** DataView would wrap a number that does not fit, and the far side would believe it. */
function u32(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw new RangeError(`frame ${name} ${value}`);
  return value;
}

function writeLap(view: DataView, lap: LapTimes): void {
  [lap.computeUs, lap.readBackUs, lap.encodeUs, lap.waitUs].forEach((us, i) => {
    view.setUint32(frameHeaderBytes + i * 4, Math.min(0xffff_ffff, Math.max(0, Math.round(us))), true);
  });
}

function writeIds(view: DataView, at: number, ids: Int32Array): void {
  if (ids.length === 0 || ids.some((id) => id < 0))
    throw new RangeError("a frame of tokens has one or more ids from 0");
  ids.forEach((id, i) => view.setInt32(at + i * 4, id, true));
}

function readIds(view: DataView, at: number, count: number): Int32Array {
  const ids = Int32Array.from({ length: count }, (_, i) => view.getInt32(at + i * 4, true));
  if (ids.some((id) => id < 0)) throw new FrameError("bad-field", "negative token id");
  return ids;
}

function readLap(view: DataView): LapTimes {
  const at = (i: number): number => view.getUint32(frameHeaderBytes + i * 4, true);
  return { computeUs: at(0), readBackUs: at(1), encodeUs: at(2), waitUs: at(3) };
}

const hex = Array.from({ length: 256 }, (_, b) => b.toString(16).padStart(2, "0"));

function readSession(bytes: Uint8Array): SessionId {
  let text = "";
  for (let i = 8; i < 24; i++) text += hex[bytes[i] ?? 0];
  return text as SessionId;
}

function readControl(payload: Uint8Array): Control {
  if (payload.byteLength > maxControlBytes) {
    throw new FrameError("oversized", `control message of ${payload.byteLength} bytes`);
  }
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(payload));
  } catch {
    throw new FrameError("bad-control", "a control message that is no UTF-8 JSON");
  }
  const parsed = v.safeParse(controlSchema, json);
  if (!parsed.success) throw new FrameError("bad-control", parsed.issues[0]?.message ?? "unknown control message");
  return parsed.output;
}
