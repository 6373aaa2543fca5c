import { describe, expect, it } from "vitest";
import { type FetchText, fetchTextFiles } from "./fetch-text-files.ts";

const sha256 = "0".repeat(64);
const manifestUrl = "https://potluck.example/models/demo/manifest.json";
const manifest = {
  source: { base: "../../files/", repository: "demo" },
  tokenizer: [{ role: "tokenizer", path: "tokenizer.json", sizeBytes: 3, sha256 }],
  layers: [],
};
const pageUrl = "https://potluck.example/donate";
const signal = new AbortController().signal;
const serve =
  (answers: Readonly<Record<string, () => Response>>): FetchText =>
  (url) =>
    Promise.resolve(answers[url]?.() ?? new Response("", { status: 404 }));

describe("fetching text files", () => {
  it("TX8 takes URLs from the manifest, relative to where it lies", async () => {
    const fetch = serve({
      [manifestUrl]: () => Response.json(manifest),
      "https://potluck.example/files/tokenizer.json": () => new Response("abc"),
    });
    const files = await fetchTextFiles({ manifestUrl: "/models/demo/manifest.json" }, { fetch, signal, pageUrl });
    expect(files).toEqual([{ ...manifest.tokenizer[0], bytes: new TextEncoder().encode("abc") }]);
  });

  it("TX8 a body longer than stated is not read to its end", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(new Uint8Array(2));
      },
    });
    const fetch = serve({ "https://potluck.example/tokenizer.json": () => new Response(endless) });
    const source = { base: "/", files: manifest.tokenizer };
    const [file] = await fetchTextFiles(source, { fetch, signal, pageUrl });
    expect(file?.bytes.length).toBe(4);
    expect(sent).toBeLessThan(6);
  });

  it("TX7 an unreachable file, a manifest that is none and a wrong field are named", async () => {
    const open = (fetch: FetchText): Promise<unknown> => fetchTextFiles({ manifestUrl }, { fetch, signal, pageUrl });
    await expect(open(serve({}))).rejects.toMatchObject({ fault: "unreachable" });
    await expect(open(() => Promise.reject(new TypeError("offline")))).rejects.toThrow("offline");
    await expect(open(serve({ [manifestUrl]: () => new Response("<html>") }))).rejects.toThrow("is not JSON");
    const bad = { ...manifest, tokenizer: [{ ...manifest.tokenizer[0], sha256: "x" }] };
    await expect(open(serve({ [manifestUrl]: () => Response.json(bad) }))).rejects.toThrow("tokenizer.0.sha256");
  });
});
