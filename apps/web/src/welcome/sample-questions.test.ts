import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { createWords } from "../i18n/create-words.ts";
import { en } from "../i18n/en/index.ts";
import { sampleQuestions } from "./sample-questions.ts";

interface Reference {
  readonly items: readonly { readonly messages: readonly { readonly role: string; readonly content: string }[] }[];
}

test("WB60 what the demo model is offered is what its reference answers begin with, in English on every page", async () => {
  const file = new URL("../../../../packages/demo-model/reference.json", import.meta.url);
  const { items } = JSON.parse(await readFile(file, "utf8")) as Reference;
  const known = new Set(items.map(({ messages }) => messages[0]).map((m) => (m?.role === "user" ? m.content : "")));
  const { language, questions } = sampleQuestions("swarm-demo-10m-q4", "de", createWords().t);
  expect(language).toBe("en");
  expect(questions.filter((question) => !known.has(question))).toEqual([]);
  expect(questions.length).toBeGreaterThan(2);
});

test.each([
  ["Qwen3-0.6B-q4f16", "zh", "zh"],
  ["Llama-3.2-1B", "zh", "en"],
  ["Llama-3.2-1B", "es", "es"],
  ["SmolLM2-135M", "de", "en"],
  [null, "de", "en"],
] as const)("WB60 %s on a page in %s is asked in %s", (model, page, asked) => {
  const words = createWords();
  words.addResourceBundle("zh", "app", { welcome: { question: { explain: "问题" } } });
  const { language, questions } = sampleQuestions(model, page, words.t);
  expect(language).toBe(asked);
  expect(questions[0]).toBe(asked === "zh" ? "问题" : en.app.welcome.question.explain);
});
