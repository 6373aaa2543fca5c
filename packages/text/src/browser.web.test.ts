import { describe, expect, it } from "vitest";
import { openTextModel, type TextFileRef, type Timer } from "./browser.ts";

const base = new URL("/packages/demo-model/models/swarm-demo-10m/", globalThis.location.href).href;

const describeFile = async (role: string, path: string): Promise<TextFileRef> => {
  const bytes = await (await fetch(new URL(path, base))).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { role, path, sizeBytes: bytes.byteLength, sha256 };
};
const describeFiles = (): Promise<TextFileRef[]> =>
  Promise.all([
    describeFile("tokenizer", "tokenizer.json"),
    describeFile("tokenizer-config", "tokenizer_config.json"),
    describeFile("generation-config", "generation_config.json"),
  ]);

/** A timer that fires only when told. */
const handTimer = (): { readonly timer: Timer; readonly fireAll: () => void; readonly set: Promise<void> } => {
  const fires = new Set<() => void>();
  const { promise: set, resolve } = Promise.withResolvers<void>();
  return {
    timer: (_ms, fire) => {
      fires.add(fire);
      // The first one is the deadline of opening, the second that of the first call.
      if (fires.size === 2) resolve();
      return () => fires.delete(fire);
    },
    fireAll: () => {
      for (const fire of [...fires].reverse()) fire();
    },
    set,
  };
};
const scriptWorker = (script: string): Worker =>
  new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));

describe("text model in a worker", () => {
  it("TX9 gives the reference's prompt ids and streams whole characters", async () => {
    const model = await openTextModel({ base, files: await describeFiles() });
    try {
      expect(model.stopTokens).toEqual([0, 2]);
      const reference = await fetch("/packages/demo-model/reference.json");
      const { items } = (await reference.json()) as {
        items: { messages: { role: "user"; content: string }[]; prompt_ids: number[] }[];
      };
      for (const item of items) {
        expect(await model.encodeChat(item.messages, { addGenerationPrompt: true })).toEqual(item.prompt_ids);
      }
      const text = "\u{1f469}\u200d\u{1f680} \u4f60\u597d";
      const ids = await model.encode(text);
      const stream = await model.createStream();
      let got = "";
      for (const id of ids) got += await model.push(stream, [id]);
      expect(got + (await model.finish(stream))).toBe(text);
      expect(await model.decode(ids)).toBe(text);
      await expect(model.push(stream, [1])).rejects.toMatchObject({ fault: "unknown-stream" });
    } finally {
      model.close();
    }
    await expect(model.encode("x")).rejects.toMatchObject({ fault: "closed" });
    expect((await model.gone).fault).toBe("closed");
  });

  it("TX8 a file with another hash is refused by name", async () => {
    const [tokenizer, ...rest] = await describeFiles();
    const files = [{ ...tokenizer!, sha256: "0".repeat(64) }, ...rest];
    await expect(openTextModel({ base, files })).rejects.toThrow("tokenizer.json is not the file that its hash names");
  });

  it("TX9 a worker that crashes is an error for the waiting call", async () => {
    const startWorker = (): Worker => scriptWorker("throw new Error('boom')");
    const opening = openTextModel({ base, files: await describeFiles(), startWorker });
    await expect(opening).rejects.toMatchObject({ fault: "worker-crashed" });
  });

  it("TX9 a worker that never answers is an error at the deadline", async () => {
    const hand = handTimer();
    const startWorker = (): Worker => scriptWorker("");
    const opening = openTextModel({ base, files: await describeFiles(), startWorker, timer: hand.timer });
    const refused = expect(opening).rejects.toMatchObject({ fault: "deadline" });
    await hand.set;
    hand.fireAll();
    await refused;
  });

  it("TX9 opening can be stopped", async () => {
    const stop = new AbortController();
    const startWorker = (): Worker => {
      stop.abort();
      return scriptWorker("");
    };
    const opening = openTextModel({ base, files: await describeFiles(), startWorker, signal: stop.signal });
    await expect(opening).rejects.toMatchObject({ fault: "aborted" });
    await expect(openTextModel({ base, files: [], signal: stop.signal })).rejects.toMatchObject({ fault: "aborted" });
  });
});
