import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startHub, type HubServer } from "../../test/hub-server.ts";
import { manualClock } from "../../test/manual-clock.ts";
import { SourceError, type SourceFault } from "../read/byte-source.ts";
import { httpSource, type HttpSourceOptions } from "./http-source.ts";
import type { StreamingSource } from "./streaming-source.ts";

const big = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7 + (at >> 8)) & 255);
const small = new TextEncoder().encode('{"layers": 12}');
const path = "onnx/model_q4.onnx_data";

let hub: HubServer;
let clock = manualClock();
beforeEach(async () => {
  hub = await startHub({ [path]: big, "config.json": small, "empty.bin": new Uint8Array() });
  clock = manualClock();
});
afterEach(() => hub.close());

const open = (options: HttpSourceOptions = {}): StreamingSource =>
  httpSource(hub.url, { hub: true, clock, random: () => 0.5, ...options });

/** Whether a range of the big file reads right; comparing by itself is faster than the runner's way. */
const read = async (source: StreamingSource, offset: number, length: number): Promise<boolean> =>
  Buffer.from(await source.read(path, offset, length)).equals(big.subarray(offset, offset + length));

async function faultOf(work: Promise<unknown>): Promise<[SourceFault, string]> {
  const error: unknown = await work.then(
    () => new Error("it worked"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SourceError)) throw error;
  return [error.fault, error.message];
}

describe("reading", () => {
  test("MO20 ranges come exactly, through the hub's redirect and without one", async () => {
    const source = open();
    expect(await source.size(path)).toBe(big.length);
    expect(await read(source, 1000, 50_000)).toBe(true);
    expect(await source.read("config.json", 2, 6)).toEqual(small.slice(2, 8));
    expect(await source.read(path, 5, 0)).toEqual(new Uint8Array());
    expect(await source.size("empty.bin")).toBe(0);
    // One byte to learn the size, then what was asked for and no more.
    expect(hub.bytesServed()).toBe(1 + 50_000 + 6);
  });

  test("MO20 any range of any file comes exactly, whatever breaks on the way", async () => {
    const source = open();
    const fault = fc.oneof(
      fc.constant(null),
      fc.record({ kind: fc.constant("break" as const), afterBytes: fc.nat(3000) }),
      fc.record({ kind: fc.constant("shorten" as const), toBytes: fc.integer({ min: 1, max: 3000 }) }),
      fc.record({ kind: fc.constant("status" as const), status: fc.constantFrom(429, 500, 502, 503, 504) }),
    );
    const range = fc.tuple(fc.nat(big.length - 1), fc.nat(20_000));
    await fc.assert(
      fc.asyncProperty(range, fc.array(fault, { maxLength: 4 }), async ([offset, wish], faults) => {
        const length = Math.min(wish, big.length - offset);
        hub.mend();
        hub.next(...faults);
        expect(await read(source, offset, length)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("MO20 a partial answer about other bytes is refused", async () => {
    hub.next({ kind: "shift", byBytes: 1 });
    const [fault, message] = await faultOf(open().read(path, 100, 10));
    expect(fault).toBe("not-ranged");
    expect(message).toContain("101-110");
  });

  test("MO20 where a page may not see Content-Range the length has to fit, and elsewhere it is required", async () => {
    const answering = (type: ResponseType, body: Uint8Array<ArrayBuffer>): StreamingSource => {
      const headers = { "content-length": String(body.length) };
      const answer = (): Response =>
        Object.defineProperty(new Response(body, { status: 206, headers }), "type", { value: type });
      return open({ fetch: async () => answer() });
    };
    expect(await answering("cors", big.slice(0, 10)).read(path, 0, 10)).toEqual(big.slice(0, 10));
    expect((await faultOf(answering("cors", big.slice(0, 9)).read(path, 0, 10)))[0]).toBe("not-ranged");
    expect((await faultOf(answering("basic", big.slice(0, 10)).read(path, 0, 10)))[0]).toBe("not-ranged");
  });

  test("MO20 a hub address is read at the revision that it names, or that was asked for", async () => {
    const base = "https://huggingface.co/onnx-community/Qwen3-0.6B-ONNX";
    expect(httpSource(base).label).toBe(`${base}/resolve/main/`);
    expect(httpSource(base, { revision: "refs/pr/1" }).label).toBe(`${base}/resolve/refs%2Fpr%2F1/`);
    expect(httpSource(`${base}/tree/abc`).label).toBe(`${base}/resolve/abc/`);
    expect(httpSource(`${base}/resolve/abc/`).label).toBe(`${base}/resolve/abc/`);
    expect(httpSource("http://localhost:1/models/demo").label).toBe("http://localhost:1/models/demo/");
    await expect(faultOf(Promise.resolve().then(() => httpSource("file:///etc")))).resolves.toMatchObject([
      "denied",
      {},
    ]);
  });

  test("MO25 no path leads out of the base", async () => {
    for (const bad of ["../secret", "a/../../b", "a\\..\\b", "", "/etc/passwd", "a//b", "."])
      expect((await faultOf(open().read(bad, 0, 1)))[0]).toBe("denied");
    expect(hub.answers).toEqual([]);
  });
});

describe("servers without ranges", () => {
  test("MO21 one download serves all reads, those at once included", async () => {
    hub.ranges = false;
    const source = open();
    const reads = await Promise.all([0, 100_000, 299_990].map((at) => source.read(path, at, 10)));
    expect(reads).toEqual([0, 100_000, 299_990].map((at) => big.slice(at, at + 10)));
    expect(await read(source, 7, 200_000)).toBe(true);
    expect(await source.size(path)).toBe(big.length);
    const complete = hub.answers.filter((answer) => answer.bytes === big.length);
    hub.forget();
    await source.read(path, 0, big.length);
    expect([complete.length >= 1, hub.answers]).toEqual([true, []]);
  });

  test("MO21 a file too large to keep is read through", async () => {
    hub.ranges = false;
    const source = open({ keepWholeBytes: 1000 });
    expect(await source.read(path, 200_000, 50)).toEqual(big.slice(200_000, 200_050));
    expect(await source.read(path, 10, 50)).toEqual(big.slice(10, 60));
  });

  test("MO21 MO22 the one download starts over when it breaks", async () => {
    hub.ranges = false;
    hub.next({ kind: "break", afterBytes: 100_000 }, { kind: "break", afterBytes: 50_000 });
    expect(await read(open(), 150_000, 10)).toBe(true);
    expect(hub.bytesServed()).toBe(150_000 + big.length);
  });

  test("MO23 a download that starts over and brings something else is `changed`", async () => {
    hub.ranges = false;
    const source = open();
    hub.next({ kind: "break", afterBytes: 100_000 }, { kind: "flip", atByte: 5 });
    expect((await faultOf(source.read(path, 150_000, 10)))[0]).toBe("changed");
  });

  test("MO34 a download that nobody waits for any more ends", async () => {
    hub.ranges = false;
    hub.next({ kind: "stall", afterBytes: 1000 });
    const stop = new AbortController();
    const source = open();
    const reading = source.read(path, 0, 5000, stop.signal);
    await hub.stalled(1);
    stop.abort(new Error("Stop"));
    await expect(reading).rejects.toThrow("Stop");
    expect(await read(source, 0, 5000)).toBe(true);
  });
});

describe("breaking off", () => {
  test("MO22 goes on at the byte where it ended, from the original address", async () => {
    hub.next({ kind: "break", afterBytes: 70_000 }, { kind: "break", afterBytes: 80_000 });
    expect(await read(open(), 0, big.length)).toBe(true);
    expect(hub.answers.map((answer) => answer.range)).toEqual([
      "bytes=0-299999",
      "bytes=70000-299999",
      "bytes=150000-299999",
    ]);
    expect(hub.bytesServed()).toBe(big.length);
  });

  test("MO22 pauses grow, jitter, and heed the server's wish", async () => {
    hub.next({ kind: "status", status: 503 }, { kind: "status", status: 503 });
    await open().read(path, 0, 10);
    expect(clock.pauses).toEqual([375, 750]);
    hub.next({ kind: "status", status: 429, retryAfterSeconds: 7 });
    await open().read(path, 0, 10);
    expect(clock.pauses.at(-1)).toBe(7000);
  });

  test("MO22 gives up after so many tries, naming file and range", async () => {
    hub.always(path, { kind: "status", status: 503 });
    const [fault, message] = await faultOf(open().read(path, 10, 20));
    expect([fault, hub.answers.length]).toEqual(["unreachable", 6]);
    expect(message).toContain(`${path}, bytes 10–30`);
    expect(message).toContain("503");
  });

  test("MO22 gives up after so long without a byte", async () => {
    hub.always(path, { kind: "status", status: 503, retryAfterSeconds: 15 });
    expect((await faultOf(open({ limits: { attempts: 100 } }).read(path, 0, 10)))[0]).toBe("unreachable");
    expect(clock.now()).toBe(90_000);
  });

  test("MO22 a body that always ends early is `truncated`", async () => {
    hub.always(path, { kind: "break", afterBytes: 0 });
    const [fault] = await faultOf(open().read(path, 0, 10));
    expect(["truncated", "unreachable"]).toContain(fault);
  });

  test("MO22 20 s without a byte count as broken", async () => {
    hub.next({ kind: "stall", afterBytes: 1000 });
    const chunks = open().stream(path, 0, 5000)[Symbol.asyncIterator]();
    const came: number[] = [];
    const take = async (): Promise<void> => {
      const next = await chunks.next();
      if (next.done !== true) came.push(...next.value);
    };
    while (came.length < 1000) await take();
    const waiting = take();
    await clock.whenAsleep();
    clock.advance(19_999);
    expect([clock.asleep, came.length]).toEqual([1, 1000]);
    clock.advance(1);
    await waiting;
    while (came.length < 5000) await take();
    expect(Buffer.from(came).equals(big.slice(0, 5000))).toBe(true);
    expect(hub.answers.map((answer) => answer.range)).toEqual(["bytes=0-4999", "bytes=1000-4999"]);
  });

  test("MO22 20 s without an answer count as broken", async () => {
    hub.next({ kind: "silence" });
    const reading = read(open(), 0, 5000);
    await hub.stalled(1);
    await clock.whenAsleep();
    clock.advance(20_000);
    expect(await reading).toBe(true);
  });

  test("MO22 a server that is gone is `unreachable`", async () => {
    const source = open();
    await hub.close();
    expect((await faultOf(source.read(path, 0, 10)))[0]).toBe("unreachable");
    hub = await startHub({});
  });

  test("MO34 an abort ends a read with the signal's reason", async () => {
    hub.next({ kind: "stall", afterBytes: 10 });
    const stop = new AbortController();
    const reading = open().read(path, 0, 100, stop.signal);
    await hub.stalled(1);
    const reason = new Error("the person pressed Stop");
    stop.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });
});

describe("what the server says of the file", () => {
  test("MO23 a file that changes between reads or within one is `changed`", async () => {
    const source = open();
    await source.read(path, 0, 10);
    hub.replace(path, big.toReversed());
    const [fault, message] = await faultOf(source.read(path, 0, 10));
    expect(fault).toBe("changed");
    expect(message).toContain(path);
    expect(await open().read(path, 0, 10)).toEqual(big.toReversed().slice(0, 10));

    const within = open().stream(path, 0, big.length)[Symbol.asyncIterator]();
    hub.forget();
    hub.next({ kind: "break", afterBytes: 1000 });
    await within.next();
    hub.replace(path, big);
    const rest = (async () => {
      while ((await within.next()).done !== true);
    })();
    expect((await faultOf(rest))[0]).toBe("changed");
  });

  test("MO24 missing, refused and too short have their own faults", async () => {
    const source = open();
    expect(await source.size("no.onnx")).toBeNull();
    expect((await faultOf(source.read("no.onnx", 0, 1)))[0]).toBe("not-found");
    expect((await faultOf(source.read(path, big.length - 5, 10)))[0]).toBe("truncated");
    expect((await faultOf(source.read(path, big.length + 5, 10)))[0]).toBe("truncated");
    expect((await faultOf(open().read(path, big.length + 5, 10)))[0]).toBe("truncated");
    for (const status of [401, 403]) {
      hub.next({ kind: "status", status });
      expect((await faultOf(open().read("config.json", 0, 1)))[0]).toBe("denied");
    }
  });

  test("MO24 a signed address that has expired is asked for anew", async () => {
    hub.next({ kind: "status", status: 403 });
    expect(await open().read(path, 0, 10)).toEqual(big.slice(0, 10));
    hub.always(path, { kind: "status", status: 403 });
    expect((await faultOf(open().read(path, 0, 10)))[0]).toBe("denied");
  });
});
