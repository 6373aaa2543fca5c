import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { webDigest } from "./digest.ts";
import type { PieceStore } from "./piece-store.ts";
import type { StoreError } from "./store-error.ts";

export interface StoreUnderTest {
  readonly store: PieceStore;
  /** Another view of the same place, as after a reload. */
  readonly reopen: () => Promise<PieceStore>;
  close?(): Promise<void>;
}

/** What every piece store keeps to (MO26). Each test gets an empty one. */
export function acceptPieceStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let opened: StoreUnderTest;
    let store: PieceStore;
    beforeEach(async () => {
      opened = await open();
      ({ store } = opened);
      await store.clear();
    });
    afterEach(async () => {
      await store.clear();
      await opened.close?.();
    });

    const piece = async (length: number, seed = 1): Promise<{ sha256: string; bytes: Uint8Array }> => {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * seed + (at >> 7)) & 255);
      return { bytes, sha256: await webDigest(bytes) };
    };

    test("MO26 a piece comes back as it was put, whatever its size", async () => {
      for (const length of [1, 1000, 100_003]) {
        const { sha256, bytes } = await piece(length);
        expect([await store.has(sha256), await store.get(sha256, length)]).toEqual([false, null]);
        await store.put(sha256, bytes);
        expect(await store.has(sha256)).toBe(true);
        expect(await webDigest((await store.get(sha256, length)) ?? new Uint8Array())).toBe(sha256);
      }
    });

    test("MO26 what is put is a view's bytes, not its buffer's, and later changes do not reach it", async () => {
      const { sha256, bytes } = await piece(500);
      const wide = new Uint8Array(1000);
      wide.set(bytes, 250);
      await store.put(sha256, wide.subarray(250, 750));
      wide.fill(0);
      expect(await store.get(sha256, 500)).toEqual(bytes);
      (await store.get(sha256, 500))?.fill(0);
      expect(await store.get(sha256, 500)).toEqual(bytes);
    });

    test("MO26 a piece of another length is not there", async () => {
      const { sha256, bytes } = await piece(500);
      await store.put(sha256, bytes.subarray(0, 499));
      expect(await store.get(sha256, 500)).toBeNull();
      await store.put(sha256, bytes);
      expect(await store.get(sha256, 500)).toEqual(bytes);
      expect(await store.usage()).toEqual({ pieces: 1, bytes: 500 });
    });

    test("MO26 a reader never sees half a piece, however many write it", async () => {
      const { sha256, bytes } = await piece(300_000);
      const state = { writing: true };
      const writers = Promise.all([
        store.put(sha256, bytes),
        store.put(sha256, bytes),
        store.put(sha256, bytes),
      ]).finally(() => {
        state.writing = false;
      });
      while (state.writing) {
        const read = await store.get(sha256, bytes.length);
        if (read !== null) expect(await webDigest(read)).toBe(sha256);
      }
      await writers;
      expect(await webDigest((await store.get(sha256, bytes.length)) ?? new Uint8Array())).toBe(sha256);
      expect(await store.usage()).toEqual({ pieces: 1, bytes: bytes.length });
    });

    test("MO26 usage counts, delete and clear forget", async () => {
      const pieces = await Promise.all([piece(10, 3), piece(20, 5), piece(30, 7)]);
      for (const { sha256, bytes } of pieces) await store.put(sha256, bytes);
      expect(await store.usage()).toEqual({ pieces: 3, bytes: 60 });
      const first = pieces[0]?.sha256 ?? "";
      await store.delete(first);
      await store.delete(first);
      expect([await store.has(first), await store.usage()]).toEqual([false, { pieces: 2, bytes: 50 }]);
      await store.clear();
      expect(await store.usage()).toEqual({ pieces: 0, bytes: 0 });
    });

    test("MO26 only a SHA-256 is a name", async () => {
      for (const name of ["", "../../etc/passwd", "A".repeat(64), `${"a".repeat(64)}/`]) {
        const faults = await Promise.all(
          [
            store.has(name),
            store.get(name, 1),
            store.put(name, new Uint8Array(1)),
            store.delete(name),
            store.note(name),
          ].map((work) =>
            work.then(
              () => "none",
              (error: unknown) => (error as StoreError).fault,
            ),
          ),
        );
        expect(faults).toEqual(["bad-name", "bad-name", "bad-name", "bad-name", "bad-name"]);
      }
    });

    test("MO37 a note is the last text put, apart from the pieces", async () => {
      const { sha256 } = await piece(5);
      expect(await store.note(sha256)).toBeNull();
      await store.setNote(sha256, "one");
      await store.setNote(sha256, "zwei – 二");
      expect(await store.note(sha256)).toBe("zwei – 二");
      expect([await store.has(sha256), await store.usage()]).toEqual([false, { pieces: 0, bytes: 0 }]);
    });

    test("MO29 what was kept is there after a reload", async () => {
      const { sha256, bytes } = await piece(700);
      await store.put(sha256, bytes);
      await store.setNote(sha256, "note");
      const again = await opened.reopen();
      expect([await again.get(sha256, 700), await again.note(sha256)]).toEqual([bytes, "note"]);
    });
  });
}
