import { modelIdSchema } from "@potluck/protocol";
import * as v from "valibot";
import { limits } from "../preferences/preferences.ts";
import type { ChatSettings } from "./conversation.ts";

/** What each knob may be set to. */
export const knobs = {
  temperature: limits.temperature,
  topP: { min: 0.05, max: 1 },
  topK: { min: 0, max: 1000 },
  minP: { min: 0, max: 1 },
  repetitionPenalty: { min: 0.5, max: 2 },
  maxNewTokens: limits.maxNewTokens,
  seed: limits.seed,
} as const;

/** A longer system prompt would leave a small model no room for the chat. */
export const longestSystem = 8000;

export const defaultSettings: ChatSettings = {
  system: "",
  temperature: 0.7,
  topP: 0.95,
  topK: 0,
  minP: 0,
  repetitionPenalty: 1,
  maxNewTokens: 256,
  seed: null,
  modelId: null,
  preset: null,
};

const between = ({ min, max }: { readonly min: number; readonly max: number }) =>
  v.pipe(v.number(), v.minValue(min), v.maxValue(max));
const wholeBetween = (range: { readonly min: number; readonly max: number }) => v.pipe(between(range), v.integer());

/** Each falls back alone, so that one bad value does not cost the others. */
export const settingsSchema: v.GenericSchema<unknown, ChatSettings> = v.fallback(
  v.object({
    system: v.fallback(v.pipe(v.string(), v.maxLength(longestSystem)), defaultSettings.system),
    temperature: v.fallback(between(knobs.temperature), defaultSettings.temperature),
    topP: v.fallback(between(knobs.topP), defaultSettings.topP),
    topK: v.fallback(wholeBetween(knobs.topK), defaultSettings.topK),
    minP: v.fallback(between(knobs.minP), defaultSettings.minP),
    repetitionPenalty: v.fallback(between(knobs.repetitionPenalty), defaultSettings.repetitionPenalty),
    maxNewTokens: v.fallback(wholeBetween(knobs.maxNewTokens), defaultSettings.maxNewTokens),
    seed: v.fallback(v.nullable(wholeBetween(knobs.seed)), null),
    modelId: v.fallback(v.nullable(modelIdSchema), null),
    preset: v.fallback(v.nullable(v.pipe(v.string(), v.maxLength(200))), null),
  }),
  defaultSettings,
);
