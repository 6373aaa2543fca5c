import * as v from "valibot";
import type { DecoderStep } from "../files/tokenizer-json.ts";
import { byteFallbackStage } from "./byte-fallback.ts";
import { byteLevelStage } from "./byte-level.ts";
import type { Stage } from "./stage.ts";

const each = (change: (token: string, index: number) => string): Stage => {
  let index = 0;
  return { push: (token) => [change(token, index++)], end: () => [] };
};

/** Takes up to `count` copies of one character from the text's start; what follows passes. */
const stripStart = (character: string, count: number): Stage => {
  let left = count;
  return {
    push: (token) => {
      let cut = 0;
      while (left > 0 && cut < token.length) {
        if (token[cut] === character) {
          cut += 1;
          left -= 1;
        } else {
          left = 0;
        }
      }
      return [token.slice(cut)];
    },
    end: () => [],
  };
};

const sequenceSchema = v.looseObject({ decoders: v.array(v.looseObject({ type: v.string() })) });
const replaceSchema = v.looseObject({ pattern: v.looseObject({ String: v.string() }), content: v.nullish(v.string()) });
const stripSchema = v.looseObject({ content: v.string(), start: v.nullish(v.number()), stop: v.nullish(v.number()) });
const metaspaceSchema = v.looseObject({ replacement: v.nullish(v.string()) });

const flatten = (step: DecoderStep): readonly DecoderStep[] => {
  if (step.type !== "Sequence") return [step];
  const sequence = v.safeParse(sequenceSchema, step);
  return sequence.success ? sequence.output.decoders.flatMap(flatten) : [step];
};

/**
 * A stage's view of what it is given: whole tokens as in the vocabulary, pieces of them in order, or pieces of what
 * counts as one token (after Fuse). A stage that needs more than it gets can't stream.
 */
type Grain = "tokens" | "pieces" | "one";

const stageFor = (step: DecoderStep, grain: Grain, added: ReadonlySet<string>): [Stage | null, Grain] | null => {
  switch (step.type) {
    case "ByteLevel":
      return grain === "tokens" ? [byteLevelStage(added), "pieces"] : null;
    case "ByteFallback":
      return grain === "tokens" ? [byteFallbackStage(), "pieces"] : null;
    case "Fuse":
      return [null, "one"];
    case "Metaspace": {
      const settings = v.safeParse(metaspaceSchema, step);
      if (!settings.success || grain !== "tokens") return null;
      const mark = settings.output.replacement ?? "\u2581";
      const spaced = (token: string): string => token.replaceAll(mark, " ");
      return [each((token, index) => (index === 0 ? spaced(token).replace(/^ /u, "") : spaced(token))), grain];
    }
    case "Replace": {
      const settings = v.safeParse(replaceSchema, step);
      if (!settings.success) return null;
      const from = settings.output.pattern.String;
      const to = settings.output.content ?? "";
      // A longer pattern could lie across two pieces; an empty one matches everywhere.
      if (from.length === 0 || (from.length > 1 && grain !== "tokens")) return null;
      return [each((token) => token.replaceAll(from, () => to)), grain];
    }
    case "Strip": {
      const settings = v.safeParse(stripSchema, step);
      if (!settings.success || grain !== "one" || (settings.output.stop ?? 0) > 0) return null;
      return [stripStart(settings.output.content, settings.output.start ?? 0), grain];
    }
    default:
      return null;
  }
};

/**
 * The stages that do the decoder's work token by token, or null where that can't be proved equal to decoding at once.
 * `added`: non-control tokens of `added_tokens`, which a ByteLevel decoder writes as they are.
 */
export const streamingStages = (
  decoder: DecoderStep | null | undefined,
  added: ReadonlySet<string>,
): readonly Stage[] | null => {
  if (decoder === null || decoder === undefined) return null;
  const stages: Stage[] = [];
  let grain: Grain = "tokens";
  for (const step of flatten(decoder)) {
    const next = stageFor(step, grain, added);
    if (next === null) return null;
    if (next[0] !== null) stages.push(next[0]);
    grain = next[1];
  }
  return stages;
};
