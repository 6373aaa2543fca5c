/** Answers one after the other, each held against the whole model's. */
import type { Page } from "@playwright/test";
import { type StageAnswer, startAsking, type StageMoment } from "../stage/index.ts";
import type { AnswerEntry, Diary } from "./diary.ts";
import type { Random } from "./random.ts";
import type { Current } from "./unrest.ts";
import type { Question, WholeModel } from "./whole-model.ts";

export interface AnswersOptions {
  readonly page: Page;
  readonly modelId: string;
  readonly whole: WholeModel;
  readonly questions: readonly Question[];
  readonly random: Random;
  readonly diary: Diary;
  /** Null once it is over. */
  readonly onAnswer: (current: Current | null) => void;
  readonly log: (line: string) => void;
}

/** An answer that takes longer is stuck. */
const answerTimeoutMs = 4 * 60_000;

/** Goes on until the signal aborts, and finishes the answer that runs then. */
export async function answerOn(options: AnswersOptions, signal: AbortSignal): Promise<void> {
  const { page, random, diary, whole } = options;
  while (!signal.aborted) {
    const question = random.pick(options.questions);
    const { content, maxNewTokens, temperature, seed } = question;
    const expected = await whole.answer(question);
    const begunAt = Date.now();
    options.onAnswer({ answer: diary.answers.length, begunAt });
    let answer: StageAnswer | null = null;
    let problem: string | null = null;
    try {
      const running = await startAsking(page, {
        modelId: options.modelId,
        messages: [{ role: "user", content }],
        maxNewTokens,
        sampling: { temperature, seed },
        fresh: true,
      });
      answer = await within(running.result(), answerTimeoutMs);
    } catch (error) {
      problem = /ProblemError: (.+)/.exec(String(error))?.[1] ?? String(error).split("\n")[0] ?? "unknown";
      // Whatever it was stuck in is over with the page.
      await page.reload();
    }
    const entry: AnswerEntry = {
      promptTokens: whole.promptTokens(content),
      tokens: answer?.ids.length ?? 0,
      durationMs: Date.now() - begunAt,
      problem,
      identical: JSON.stringify(answer?.ids) === JSON.stringify(expected),
      repairs: answer?.stats.repairs ?? [],
      breaks: breaksOf(answer?.moments ?? []),
    };
    options.onAnswer(null);
    diary.answers.push(entry);
    for (const { lost, detectMs, resumeMs, recomputed, waitedMs } of entry.repairs) {
      const whom = lost.map(({ range, why }) => `${range.from}–${range.to - 1} ${why}`).join(", ");
      const times = [detectMs, resumeMs, waitedMs].map((ms) => `${(ms / 1000).toFixed(2)} s`);
      options.log(
        `  lost ${whom}: noticed ${times[0]}, resumed ${times[1]}, waited ${times[2]}, ${recomputed} positions`,
      );
    }
    const how = problem ?? (entry.identical ? "identical" : "DIFFERENT");
    options.log(
      `answer ${diary.answers.length - 1}: ${entry.promptTokens} + ${entry.tokens} tokens in ${(entry.durationMs / 1000).toFixed(1)} s, ${entry.repairs.length} repairs, ${how}`,
    );
  }
}

/** Each time that text stopped for a repair, and went on. */
function breaksOf(moments: readonly StageMoment[]): AnswerEntry["breaks"] {
  const isBreak = ({ kind }: StageMoment): boolean => kind === "repairing" || kind === "waiting";
  return moments.flatMap((moment, i) => {
    if (!isBreak(moment)) return [];
    const wentOn = moments.slice(i + 1).find(({ kind }) => kind === "text");
    return [{ noticedAt: moment.at, wentOnAt: wentOn?.at ?? null }];
  });
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
