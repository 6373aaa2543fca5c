import { expect, test } from "vitest";
import { cutOff } from "./kept-chat.ts";
import { unfinishedAnswer } from "./unfinished-answer.ts";

test("WB30 an asker that never says whether it can carry on is given up at the deadline", async () => {
  const deadline = new AbortController();
  const waiting = unfinishedAnswer({ unfinished: () => new Promise(() => undefined) }, deadline.signal);
  deadline.abort();
  await expect(waiting).rejects.toMatchObject({ problem: cutOff });
  await expect(
    unfinishedAnswer({ unfinished: () => new Promise(() => undefined) }, deadline.signal),
  ).rejects.toMatchObject({ problem: cutOff });
});

test("WB30 what the asker says is passed on, its problems too", async () => {
  const { signal } = new AbortController();
  expect(await unfinishedAnswer({ unfinished: () => Promise.resolve(null) }, signal)).toBeNull();
  const failed = unfinishedAnswer({ unfinished: () => Promise.reject(new Error("no code")) }, signal);
  await expect(failed).rejects.toThrow("no code");
});
