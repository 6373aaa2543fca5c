import type { SessionId } from "@potluck/protocol";
import { describe, expect, test } from "vitest";
import { ask, id, routeThrough } from "../testing/make-tab.ts";
import { createMemoryVault } from "../testing/memory-vault.ts";
import { createUnfinishedBook, type Unfinished } from "./unfinished.ts";

const request = { ...ask("3 1 4", "swarm", 0.8), maxNewTokens: 20 };
const record: Unfinished = {
  request,
  promptIds: [3, 1, 4],
  ids: [1, 5],
  maxNewTokens: 20,
  session: { route: routeThrough(id(1)), turns: 1, held: [3, 1, 4, 1, 5] },
  savedAtMs: 1000,
};
const progress = (count: number): Omit<Unfinished, "savedAtMs"> => ({
  request,
  promptIds: [3, 1, 4],
  ids: Array.from({ length: count }, (_, i) => i),
  maxNewTokens: 20,
  session: null,
});

describe("the answer that a page leaves unfinished", () => {
  test("DN30 is found by the next page as it was kept", async () => {
    const vault = createMemoryVault();
    createUnfinishedBook(vault, () => 5).keep(() => progress(3));
    await expect.poll(() => vault.record).toBeDefined();
    expect(await createUnfinishedBook(vault, () => 9).left()).toEqual({ ...progress(3), savedAtMs: 5 });
  });

  test.each<[string, unknown]>([
    ["is nothing", undefined],
    ["is no record", "potluck"],
    ["lacks its request", { ...record, request: undefined }],
    ["names no model", { ...record, request: { ...request, modelId: "../up" } }],
    ["has tokens that are none", { ...record, ids: [1, -5] }],
    ["has the length of a whole answer", { ...record, maxNewTokens: 2 }],
    ["has a route that leaves layers out", { ...record, session: { ...record.session, route: { hops: [] } } }],
    [
      "names no session",
      { ...record, session: { ...record.session, route: { ...routeThrough(id(1)), session: "x" as SessionId } } },
    ],
    ["has no prompt", { ...record, promptIds: [] }],
  ])("DN30 PR1 is forgotten when what is kept %s", async (_what, kept) => {
    const vault = createMemoryVault();
    vault.record = record;
    expect(await createUnfinishedBook(vault, () => 2000).left()).toEqual(record);
    vault.record = kept;
    expect(await createUnfinishedBook(vault, () => 2000).left()).toBeNull();
  });

  test.each([
    [1000, true],
    [601_000, true],
    [601_001, false],
    [999, false],
  ])("DN30 kept at 1,000 ms it is there at %d ms: %s", async (nowMs, isThere) => {
    const vault = createMemoryVault();
    vault.record = record;
    expect((await createUnfinishedBook(vault, () => nowMs).left()) !== null).toBe(isThere);
  });

  test("DN30 a storage that fails costs only the carrying on", async () => {
    const fail = (): Promise<never> => Promise.reject(new Error("forbidden"));
    const book = createUnfinishedBook({ load: fail, save: fail, clear: fail }, () => 0);
    expect(await book.left()).toBeNull();
    book.keep(() => progress(1));
    book.forget();
    expect(await book.left()).toBeNull();
  });

  test("DN30 progress during a write becomes one write after it, and the answer's end comes last", async () => {
    let release = (): void => undefined;
    const vault = createMemoryVault(() => new Promise((resolve) => (release = resolve)));
    const book = createUnfinishedBook(vault, () => 0);
    for (let count = 1; count <= 5; count++) book.keep(() => progress(count));
    release();
    await expect.poll(() => vault.saved.length).toBe(1);
    release();
    await expect.poll(() => vault.saved.map(({ ids }) => ids.length)).toEqual([1, 5]);
    book.keep(() => progress(6));
    book.forget();
    release();
    await expect.poll(() => vault.saved.length).toBe(3);
    release();
    await expect.poll(() => vault.record).toBeUndefined();
  });

  test("DN30 DN32 what a page kept stays as it is once the page has left", async () => {
    const vault = createMemoryVault();
    const book = createUnfinishedBook(vault, () => 0);
    book.keep(() => progress(1));
    await expect.poll(() => vault.saved.length).toBe(1);
    book.freeze(true);
    book.forget();
    book.freeze(false);
    book.keep(() => progress(2));
    await expect.poll(() => vault.saved.length).toBe(2);
    expect(vault.record).toMatchObject({ ids: [0, 1] });
  });
});
