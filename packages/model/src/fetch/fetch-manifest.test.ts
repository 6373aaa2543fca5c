import { afterEach, beforeEach, expect, test } from "vitest";
import { startHub, type HubServer } from "../../test/hub-server.ts";
import { manualClock } from "../../test/manual-clock.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { fetchManifest, type FetchManifestOptions } from "./fetch-manifest.ts";
import { memoryPieceStore } from "./memory-store.ts";
import { modelSources } from "./model-sources.ts";
import type { PieceStore } from "./piece-store.ts";

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
/** The schema has its own tests; here a manifest is anything with a name. */
const parse = (value: unknown): Manifest => {
  if (typeof (value as Manifest | null)?.name !== "string") throw new Error("no manifest");
  return value as Manifest;
};

let hub: HubServer;
let store: PieceStore;
let url: string;
beforeEach(async () => {
  hub = await startHub({ "manifest.json": bytesOf({ name: "one" }) });
  store = memoryPieceStore();
  url = `${hub.base}manifest.json`;
});
afterEach(() => hub.close());
const get = async (options: Partial<FetchManifestOptions> = {}): Promise<string> =>
  (await fetchManifest(url, { store, parse, ...options })).name;

test("MO37 the network's manifest wins, the last good one stands in", async () => {
  expect(await get()).toBe("one");
  hub.replace("manifest.json", bytesOf({ name: "two" }));
  expect(await get()).toBe("two");
  hub.next({ kind: "status", status: 503 });
  expect(await get()).toBe("two");
  await hub.close();
  expect(await get()).toBe("two");
  await expect(get({ store: memoryPieceStore() })).rejects.toMatchObject({ fault: "unreachable" });
  hub = await startHub({});
});

test("MO37 a manifest that does not parse is never kept", async () => {
  await get();
  for (const broken of [bytesOf({ nam: "three" }), new TextEncoder().encode("<html>Log in to this Wi-Fi</html>")]) {
    hub.replace("manifest.json", broken);
    expect(await get()).toBe("one");
    await expect(get({ store: memoryPieceStore() })).rejects.toThrow();
  }
  await hub.close();
  expect(await get()).toBe("one");
  hub = await startHub({});
});

test("MO37 a model that its server no longer has is not found, kept or not", async () => {
  await get();
  url = `${hub.base}gone.json`;
  await expect(get()).rejects.toMatchObject({ fault: "not-found" });
});

test("MO37 a silent server is waited for 8 s", async () => {
  await get();
  const clock = manualClock(0);
  hub.next({ kind: "silence" });
  const getting = get({ clock });
  await hub.stalled(1);
  await clock.whenAsleep();
  clock.advance(8000);
  expect(await getting).toBe("one");
});

test("MO34 stopping ends it, kept or not", async () => {
  await get();
  hub.next({ kind: "silence" });
  const stop = new AbortController();
  const getting = get({ signal: stop.signal });
  await hub.stalled(1);
  stop.abort(new Error("Stop"));
  await expect(getting).rejects.toThrow("Stop");
});

test("MO20 a manifest's files come from its own base, relative to its address", () => {
  const at = "https://potluck.example/models/demo/manifest.json?v=1";
  const labels = (base: string): string[] => {
    const { beside, files } = modelSources(at, { source: { base } as Manifest["source"] });
    return [beside.label, files.label];
  };
  expect(labels("../weights/")).toEqual([
    "https://potluck.example/models/demo/",
    "https://potluck.example/models/weights/",
  ]);
  const hubBase = "https://huggingface.co/a/b/resolve/abc/";
  expect(labels(hubBase)[1]).toBe(hubBase);
});
