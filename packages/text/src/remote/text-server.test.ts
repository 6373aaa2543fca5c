import { createHash, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readReference } from "../../test/tokenizers.ts";
import { valueOf } from "./outcome.ts";
import { createTextServer, largestStreamCount, type TextServer } from "./text-server.ts";
import type { LoadedTextFile } from "./text-file.ts";
import * as v from "valibot";

const digest = (bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> => webcrypto.subtle.digest("SHA-256", bytes);
const folder = new URL("../../../demo-model/models/swarm-demo-10m/", import.meta.url);

const loaded = (role: string, path: string): LoadedTextFile => {
  const bytes = Uint8Array.from(readFileSync(new URL(path, folder)));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { role, path, sizeBytes: bytes.length, sha256, bytes };
};
const files = (): LoadedTextFile[] => [
  loaded("tokenizer", "tokenizer.json"),
  loaded("tokenizer-config", "tokenizer_config.json"),
  loaded("generation-config", "generation_config.json"),
];
const openServer = async (): Promise<TextServer> => {
  const server = createTextServer(digest);
  expect(await server.open(files())).toEqual({ ok: true, value: [0, 2] });
  return server;
};

describe("text server", () => {
  it("TX1 answers with the demo model's reference ids", async () => {
    const server = await openServer();
    for (const item of readReference().slice(0, 5)) {
      const outcome = await server.encodeChat(item.messages, { addGenerationPrompt: true });
      expect(Array.from(valueOf(v.instance(Int32Array), outcome))).toEqual(item.prompt_ids);
    }
  });

  it("TX5 streams of several answers do not mix", async () => {
    const server = await openServer();
    const texts = ["\u4f60\u597d \u{1f600}", "e\u0301t\u00e9"];
    const streams = await Promise.all(
      texts.map(async (text) => ({
        stream: valueOf(v.number(), await server.createStream()),
        ids: valueOf(v.instance(Int32Array), await server.encode(text)),
        got: "",
      })),
    );
    for (let index = 0; streams.some(({ ids }) => index < ids.length); index += 1) {
      for (const it of streams) {
        it.got += valueOf(v.string(), await server.push(it.stream, Array.from(it.ids.slice(index, index + 1))));
      }
    }
    for (const it of streams) it.got += valueOf(v.string(), await server.finish(it.stream));
    expect(streams.map(({ got }) => got)).toEqual(texts);
  });

  it("TX5 a stream ends with finish, and there are not endlessly many", async () => {
    const server = await openServer();
    const first = valueOf(v.number(), await server.createStream());
    for (let count = 1; count < largestStreamCount; count += 1) await server.createStream();
    expect(await server.createStream()).toMatchObject({ ok: false, fault: "too-many-streams" });
    expect(await server.finish(first)).toEqual({ ok: true, value: "" });
    expect(await server.push(first, [5])).toMatchObject({ ok: false, fault: "unknown-stream" });
    expect(await server.createStream()).toMatchObject({ ok: true });
  });

  it("TX8 a file with another hash or size is named and not used", async () => {
    const server = createTextServer(digest);
    const [tokenizer, ...rest] = files() as [LoadedTextFile, ...LoadedTextFile[]];
    const flipped = {
      ...tokenizer,
      bytes: Uint8Array.from(tokenizer.bytes, (byte, at) => (at === 9 ? byte ^ 1 : byte)),
    };
    const short = { ...tokenizer, bytes: tokenizer.bytes.slice(0, -1) };
    for (const bad of [flipped, short]) {
      const outcome = await server.open([bad, ...rest]);
      expect(outcome).toMatchObject({ ok: false, fault: "corrupt" });
      expect(outcome.ok ? "" : outcome.message).toContain("tokenizer.json");
    }
    expect(await server.encode("x")).toMatchObject({ ok: false, fault: "closed" });
  });

  it("TX7 a file that is not JSON, not UTF-8 or missing is named", async () => {
    const server = createTextServer(digest);
    const withBytes = (bytes: Uint8Array<ArrayBuffer>): LoadedTextFile => ({
      role: "tokenizer",
      path: "some/tokenizer.json",
      bytes,
      sizeBytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    });
    for (const bytes of [Uint8Array.of(0x7b), Uint8Array.of(0xff, 0xfe)]) {
      const outcome = await server.open([withBytes(bytes)]);
      expect(outcome).toMatchObject({ ok: false, fault: "bad-file" });
      expect(outcome.ok ? "" : outcome.message).toContain("some/tokenizer.json");
    }
    expect(await server.open([])).toMatchObject({ ok: false, fault: "bad-file" });
  });
});

describe("outcomes", () => {
  it("TX9 what is no outcome is an error, not a value", () => {
    for (const odd of [undefined, {}, { ok: true, value: 3 }, { ok: false, fault: "odd", message: "" }]) {
      expect(() => valueOf(v.string(), odd)).toThrow("makes no sense");
    }
  });
});
