/** Answers of a real page, asked for through the page's own code, with the ids that the page itself does not show. */
import type { AnswerStats, AskEvent, ChatTurn } from "@potluck/donor";
import type { ModelId, Sampling } from "@potluck/protocol";
import type { Page } from "@playwright/test";

export interface StageAsk {
  readonly modelId: string;
  readonly messages: readonly ChatTurn[];
  readonly maxNewTokens: number;
  readonly sampling?: Partial<Sampling>;
  readonly where?: "swarm" | "this-tab";
  /** Forget the chat before, so that nothing is reused. */
  readonly fresh?: boolean;
}

/** When a stage of the answer began, as the page saw it. */
export interface StageMoment {
  readonly kind: AskEvent["kind"];
  /** Wall clock, ms since 1970. */
  readonly at: number;
  /** Tokens that had come by then. */
  readonly tokens: number;
}

export interface StageAnswer {
  readonly ids: readonly number[];
  /** When each id came; wall clock, ms since 1970, with fractions. */
  readonly times: readonly number[];
  readonly text: string;
  readonly kinds: readonly string[];
  readonly moments: readonly StageMoment[];
  readonly end: string;
  readonly stats: AnswerStats;
}

/** An answer that is being made. */
export interface RunningAnswer {
  /** Resolves once it has so many tokens. Rejects when it ends before. */
  tokens(count: number): Promise<void>;
  /** Resolves once it is, or was, in this stage. Rejects when it ends without. */
  stage(kind: AskEvent["kind"]): Promise<void>;
  /** Tokens so far, and whether it is over. */
  progress(): Promise<{ readonly tokens: number; readonly over: boolean }>;
  /** The whole answer. Rejects with the problem's sentence. */
  result(): Promise<StageAnswer>;
}

/** What the page keeps of the answer that it makes. */
interface Record {
  readonly ids: number[];
  readonly times: number[];
  readonly moments: StageMoment[];
  text: string;
  over: boolean;
  done: { readonly end: string; readonly stats: AnswerStats } | null;
  /** Called at every event, and once it is over. */
  readonly watchers: Set<() => void>;
  readonly ended: Promise<void>;
}

declare global {
  interface Window {
    stageAnswer?: Record;
  }
}

/** Asks, and does not wait for the answer. */
export async function startAsking(page: Page, request: StageAsk): Promise<RunningAnswer> {
  return await follow(page, request);
}

/** Carries on the answer that this page, or the one before its reload, left unfinished. */
export async function carryOn(page: Page): Promise<RunningAnswer> {
  return await follow(page, null);
}

/** Asks through the page's own code, and waits for the answer. Throws the problem's sentence. */
export async function ask(page: Page, request: StageAsk): Promise<StageAnswer> {
  return await (await startAsking(page, request)).result();
}

async function follow(page: Page, request: StageAsk | null): Promise<RunningAnswer> {
  await page.waitForFunction(() => window.potluckTab !== undefined);
  await page.evaluate(record, request);
  return {
    tokens: (count) =>
      page.evaluate(async (wanted) => {
        const answer = window.stageAnswer;
        if (answer === undefined) throw new Error("the page forgot its answer");
        while (answer.ids.length < wanted) {
          if (answer.over) throw new Error(`the answer ended after ${answer.ids.length} tokens`);
          await new Promise<void>((resolve) => answer.watchers.add(resolve));
        }
      }, count),
    stage: (kind) =>
      page.evaluate(async (wanted) => {
        const answer = window.stageAnswer;
        if (answer === undefined) throw new Error("the page forgot its answer");
        while (!answer.moments.some((moment) => moment.kind === wanted)) {
          if (answer.over) throw new Error(`the answer ended, and never was ${wanted}`);
          await new Promise<void>((resolve) => answer.watchers.add(resolve));
        }
      }, kind),
    progress: () =>
      page.evaluate(() => ({
        tokens: window.stageAnswer?.ids.length ?? 0,
        over: window.stageAnswer?.over ?? true,
      })),
    result: () =>
      page.evaluate(async () => {
        const answer = window.stageAnswer;
        await answer?.ended;
        const done = answer?.done;
        if (answer === undefined || done === undefined || done === null) throw new Error("the answer had no end");
        const { ids, times, text, moments } = answer;
        return { ids, times, text, moments, kinds: moments.map(({ kind }) => kind), end: done.end, stats: done.stats };
      }),
  };
}

/** In the page: asks, or carries on for null, and keeps what comes. */
function record(wanted: StageAsk | null): void {
  const tab = window.potluckTab;
  if (tab === undefined) throw new Error("open the page with ?debug");
  if (wanted?.fresh === true) tab.asker.endChat();
  const { signal } = new AbortController();
  const start = (): AsyncIterable<AskEvent> => {
    if (wanted === null) return tab.asker.carryOn(signal);
    const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed: 0, ...wanted.sampling };
    const { modelId, messages, maxNewTokens, where = "swarm" } = wanted;
    const key = crypto.randomUUID();
    return tab.asker.ask({ key, modelId: modelId as ModelId, messages, maxNewTokens, sampling, where }, signal);
  };
  const answer: Record = {
    ids: [],
    times: [],
    moments: [],
    text: "",
    over: false,
    done: null,
    watchers: new Set(),
    ended: Promise.resolve(),
  };
  const tell = (): void => {
    for (const watcher of answer.watchers) watcher();
    answer.watchers.clear();
  };
  const read = async (): Promise<void> => {
    try {
      for await (const event of start()) {
        if (answer.moments.at(-1)?.kind !== event.kind)
          answer.moments.push({ kind: event.kind, at: Date.now(), tokens: answer.ids.length });
        if (event.kind === "text") {
          answer.text += event.text;
          if (event.id >= 0) {
            answer.ids.push(event.id);
            answer.times.push(performance.timeOrigin + performance.now());
          }
        }
        if (event.kind === "done") answer.done = { end: event.end, stats: event.stats };
        tell();
      }
    } finally {
      answer.over = true;
      tell();
    }
  };
  const ended = read();
  // Whoever waits for the answer hears of its failure.
  ended.catch(() => undefined);
  window.stageAnswer = Object.assign(answer, { ended });
}
