import { expect, test } from "vitest";
import { done, textSteps } from "../tab/fake-scenarios.ts";
import { addressOf, chatIn } from "./chat-address.ts";
import { type Answer, afterEvent, canContinue, retelling } from "./answer.ts";
import { titleOf } from "./conversation.ts";

const answer = (changes: Partial<Answer> = {}): Answer => ({
  text: "",
  ids: [],
  model: null,
  where: "swarm",
  seed: null,
  round: 0,
  state: { kind: "streaming", stage: { kind: "starting" } },
  ...changes,
});

test("WB36 a character that was cut in two is whole again once the answer goes on", () => {
  // The end of a stopped answer: half a character, shown as what can't be read.
  const kept = answer({ text: "caf\uFFFD", ids: [1, 2, 3] });
  const after = retelling(kept);
  const told = after(kept, { kind: "text", text: "caf", answerTokens: 3, id: -1, ids: [1, 2, 3] });
  expect(told).toBe(kept);
  expect(after(told, { kind: "text", text: "é", answerTokens: 4, id: 4 })).toMatchObject({
    text: "café",
    ids: [1, 2, 3, 4],
  });
});

test("WB36 only what was cut off, and whose tokens are known, can be continued", () => {
  const ended = (end: "stopped" | "length" | "stop-token" | "context-full", ids = [1]): Answer =>
    answer({ ids, state: { kind: "done", end, stats: null } });
  expect((["stopped", "length", "stop-token", "context-full"] as const).map((end) => canContinue(ended(end)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(canContinue(ended("stopped", []))).toBe(false);
  const failed = (code: "donors-gone" | "context-full"): Answer =>
    answer({ ids: [1], state: { kind: "failed", problem: { code, what: "", advice: "" } } });
  expect([canContinue(failed("donors-gone")), canContinue(failed("context-full"))]).toEqual([true, false]);
});

test("WB36 an answer's tokens are kept with its text", () => {
  const steps = [...textSteps("I am Swarm"), done].flatMap((step) => ("event" in step ? [step.event] : []));
  const whole = steps.reduce(afterEvent, answer());
  expect(whole).toMatchObject({ text: "I am Swarm", ids: [0, 1, 2], state: { kind: "done" } });
});

test("WB37 a chat is called by its name, else by the first words of its first question", () => {
  const exchange = {
    key: "a",
    parent: null,
    asked: "a",
    question: ` Tell\n me ${"more ".repeat(30)}`,
    askedAtMs: 1,
    answer: answer(),
  };
  expect(titleOf({ title: "Mine", exchanges: [exchange], head: "a" })).toBe("Mine");
  expect(titleOf({ title: null, exchanges: [exchange], head: "a" })).toMatch(/^Tell me more .{30,50}…$/);
  expect(titleOf({ title: null, exchanges: [], head: null })).toBe("");
});

test("WB37 a chat has an address of its own, and nothing else has one like it", () => {
  expect(chatIn(addressOf("ab-12"))).toBe("ab-12");
  expect(["/", "/c/", "/c/a/b", "/c/a%20b", "/donate", `/c/${"x".repeat(65)}`].map(chatIn)).toEqual(
    Array.from({ length: 6 }, () => null),
  );
});
