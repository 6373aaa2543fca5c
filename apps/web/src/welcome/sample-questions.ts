import type { Words } from "../i18n/create-words.ts";
import { type Language, languageTags } from "@potluck/words";

export interface SampleQuestions {
  /** What the questions are in: the page's language if the model speaks it, else English. */
  readonly language: Language;
  readonly questions: readonly string[];
}

/** Each is answered without fault by the model that ships with Potluck: they are of its reference answers, which tests hold. */
const demoQuestions = [
  "Tell me a short story about a fox and a lantern.",
  "What is 17 + 25?",
  "How does sharding work?",
  "Write a poem about the moon.",
] as const;

/** Which of the page's languages a family of models chats in; one that is not named speaks at least English. */
const families: readonly { readonly name: RegExp; readonly speaks: readonly Language[] }[] = [
  { name: /qwen|gemma|aya|glm/i, speaks: languageTags },
  { name: /llama-?3|mistral|ministral|granite/i, speaks: ["en", "de", "es"] },
];

/** `modelId` is null while nobody has said which models there are: then questions for any model. */
export function sampleQuestions(modelId: string | null, page: Language, t: Words): SampleQuestions {
  if (modelId?.startsWith("swarm-demo") === true) return { language: "en", questions: demoQuestions };
  const speaks = families.find(({ name }) => modelId !== null && name.test(modelId))?.speaks ?? ["en"];
  const language = speaks.includes(page) ? page : "en";
  // English is always there, whatever the page speaks.
  const options = { lng: language };
  return {
    language,
    questions: [
      t("welcome.question.explain", options),
      t("welcome.question.plan", options),
      t("welcome.question.write", options),
      t("welcome.question.code", options),
    ],
  };
}
