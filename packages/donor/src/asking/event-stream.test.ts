import { describe, expect, test } from "vitest";
import { eventStream } from "./event-stream.ts";

const never = new AbortController().signal;

describe("the events of an answer", () => {
  test("DN5 come in order, and an error comes after what was emitted before it", async () => {
    const seen: number[] = [];
    const loop = async (): Promise<void> => {
      const work = async (emit: (n: number) => void): Promise<void> => {
        emit(1);
        await Promise.resolve();
        emit(2);
        throw new Error("broken");
      };
      for await (const n of eventStream<number>(work, never)) seen.push(n);
    };
    await expect(loop()).rejects.toThrow("broken");
    expect(seen).toEqual([1, 2]);
  });

  test("DN5 leaving the loop stops the work", async () => {
    let stopped = false;
    for await (const n of eventStream<number>(async (emit, signal) => {
      signal.addEventListener("abort", () => (stopped = true));
      emit(1);
      await new Promise(() => undefined);
    }, never)) {
      if (n === 1) break;
    }
    expect(stopped).toBe(true);
  });
});
