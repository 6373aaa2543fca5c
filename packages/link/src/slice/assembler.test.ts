import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maxFrameBytes, maxSliceBytes } from "@potluck/protocol";
import { Assembler, type Assembled } from "./assembler.ts";
import { goodbyeMessage, sliceHeaderBytes, slicePayloadBytes, writeSliceHeader } from "./slice.ts";
import { stripeHeaderBytes } from "../stripes/stripe-message.ts";
import { Slicer } from "./slicer.ts";

function slicesOf(slicer: Slicer, frame: Uint8Array): Uint8Array[] {
  slicer.start(frame);
  const slices: Uint8Array[] = [];
  for (let slice = slicer.next(); slice !== null; slice = slicer.next()) slices.push(slice.slice());
  return slices;
}

function slice(sequence: number, total: number, offset: number, payloadBytes: number): Uint8Array {
  const message = new Uint8Array(sliceHeaderBytes + payloadBytes);
  writeSliceHeader(message, 1, sequence, total, offset);
  return message;
}

/** What the last of `messages` comes to. */
function last(...messages: Uint8Array[]): Assembled | undefined {
  const assembler = new Assembler(1);
  return messages.map((message) => assembler.take(message)).at(-1);
}

describe("slices", () => {
  test("LK1 any frames come out of their slices equal and in order", () => {
    const sizes = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 4500, max: 30_000 }));
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 1, maxLength: 5 }), (lengths) => {
        const slicer = new Slicer(1);
        const assembler = new Assembler(1);
        for (const [n, length] of lengths.entries()) {
          const frame = Uint8Array.from({ length }, (_, i) => (i * 7 + n) & 0xff);
          const results = slicesOf(slicer, frame).map((message) => assembler.take(message));
          expect(results.slice(0, -1).every((result) => result.kind === "more")).toBe(true);
          const whole = results.at(-1);
          expect(whole?.kind === "frame" && Buffer.compare(whole.bytes, frame)).toBe(0);
        }
      }),
    );
  });

  test("LK2 a slice has this layout", () => {
    const slicer = new Slicer(3);
    slicesOf(slicer, new Uint8Array(1));
    const [, second] = slicesOf(slicer, new Uint8Array(slicePayloadBytes + 2).fill(0xaa));
    expect(Buffer.from(second ?? []).toString("hex")).toBe("b703000001000000e6110000e4110000aaaa");
    expect(slicePayloadBytes + sliceHeaderBytes + stripeHeaderBytes).toBe(maxSliceBytes);
  });

  test("LK2 slices cut elsewhere, as a later sender might, are put together all the same", () => {
    expect(last(slice(0, 10, 0, 3), slice(0, 10, 3, 6), slice(0, 10, 9, 1))).toMatchObject({ kind: "frame" });
  });

  test("LK3 a claim of the largest frame gets 1 MiB until its bytes come", () => {
    const before = process.memoryUsage().arrayBuffers;
    const assemblers = Array.from({ length: 16 }, () => new Assembler(1));
    for (const assembler of assemblers) assembler.take(slice(0, maxFrameBytes, 0, 1));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1.1 * 1024 * 1024);
  });
});

describe("hostile slices", () => {
  const whole = slice(0, 5, 0, 5);
  const start = slice(0, 50, 0, 10);
  const breaking: [fault: string, messages: Uint8Array[]][] = [
    ["slice-skipped", [slice(1, 5, 0, 5)]],
    ["slice-skipped", [whole, slice(2, 5, 0, 5)]],
    ["slice-gap", [slice(0, 50, 10, 10)]],
    ["slice-gap", [start, slice(0, 50, 11, 10)]],
    ["slice-overlap", [start, slice(0, 50, 9, 10)]],
    ["slice-overlap", [start, start]],
    ["slice-overrun", [slice(0, 5, 0, 6)]],
    ["slice-overrun", [start, slice(0, 50, 10, 41)]],
    ["slice-total-changed", [start, slice(0, 51, 10, 10)]],
  ];
  test.each(breaking)("LK4 %s breaks the order", (fault, messages) => {
    expect(last(...messages)).toEqual({ kind: "fault", fault, breaking: true });
  });

  const dropped: [fault: string, messages: Uint8Array[]][] = [
    ["slice-truncated", [new Uint8Array(0)]],
    ["slice-truncated", [slice(0, 5, 0, 0).subarray(0, 15)]],
    ["slice-not-ours", [new Uint8Array(30)]],
    ["slice-oversized", [slice(0, 5000, 0, maxSliceBytes - sliceHeaderBytes + 1)]],
    ["slice-flags", [slice(0, 5, 0, 5).fill(1, 3, 4)]],
    ["slice-flags", [slice(0, 5, 0, 5).fill(1, 2, 3)]],
    ["slice-empty", [slice(0, 5, 0, 0)]],
    ["slice-total", [slice(0, maxFrameBytes + 1, 0, 5)]],
    ["slice-replayed", [whole, whole]],
    ["slice-replayed", [slice(0xffff_ffff, 5, 0, 5)]],
  ];
  test.each(dropped)("LK4 %s is dropped and changes nothing", (fault, messages) => {
    const assembler = new Assembler(1);
    const results = messages.map((message) => assembler.take(message));
    expect(results.at(-1)).toEqual({ kind: "fault", fault, breaking: false });
    expect(assembler.take(slice(messages[0] === whole ? 1 : 0, 4, 0, 4))).toMatchObject({ kind: "frame" });
  });

  test("LK9 a goodbye counts in the middle of a frame too", () => {
    for (const why of ["leaving", "silence"] as const)
      expect(last(start, goodbyeMessage(1, why))).toEqual({ kind: "goodbye", why });
  });

  test("LK5 another version is told apart before anything else of the message is read", () => {
    expect(last(Uint8Array.of(0xb7, 9))).toEqual({ kind: "other-version", theirs: 9 });
  });

  test("LK4 whatever comes, nothing is thrown and no frame is larger than its claim", () => {
    const honest = fc.record({ total: fc.integer({ min: 0, max: 60 }), offset: fc.nat(60), bytes: fc.nat(60) });
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.tuple(fc.nat(2), honest).map(([n, { total, offset, bytes }]) => slice(n, total, offset, bytes)),
      fc.tuple(fc.uint8Array({ maxLength: 80 })).map(([bytes]) => Uint8Array.from([0xb7, 1, 0, 0, ...bytes])),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const assembler = new Assembler(1);
        for (const bytes of messages) {
          const result = assembler.take(bytes);
          if (result.kind === "frame") expect(result.bytes.byteLength).toBeLessThanOrEqual(60 * 12);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
