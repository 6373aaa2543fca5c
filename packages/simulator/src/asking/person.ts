import type { AskEvent, AskRequest } from "@potluck/donor";
import { ProblemError } from "@potluck/donor";
import { oracleAnswer } from "@potluck/pipeline/testing";
import type { Random } from "../random/random.ts";
import type { SimPage } from "../tab/sim-page.ts";
import { type SimWorld, simModelId } from "../world/sim-world.ts";

type Done = AskEvent & { kind: "done" };

/** What became of one question. */
export interface Outcome {
  readonly kind: "answered" | "failed" | "reloaded";
  /** Why it failed, as the page would say it. */
  readonly problem: string | null;
  /** It had begun: the route was there. */
  readonly begun: boolean;
  readonly tokens: number;
  readonly tookMs: number;
  readonly stats: Done["stats"] | null;
}

export interface PersonOptions {
  readonly turns: number;
  readonly promptTokens: number;
  /** Tokens with which all people's chats begin, as under one system prompt. */
  readonly sharedTokens?: number;
  readonly answerTokens: number;
  readonly temperature: number;
  /** Between an answer and the next question, in ms. */
  readonly thinkMs: number;
}

/** Between a refusal and the next try, in ms, and how often. */
const againMs = 3000;
const tries = 20;

/**
 * Somebody who chats on a page. Each token is compared with the oracle's at its position as it comes (SI5): a wrong, lost
 * or doubled one is a violation at that very event.
 */
export class Person {
  readonly outcomes: Outcome[] = [];
  readonly #world: SimWorld;
  readonly #random: Random;
  readonly #options: PersonOptions;
  #reloaded: () => void = () => undefined;
  page: SimPage;
  isDone = false;
  /** What the page shows. */
  #shows = "nothing";

  constructor(world: SimWorld, page: SimPage, random: Random, options: PersonOptions) {
    this.#world = world;
    this.page = page;
    this.#random = random;
    this.#options = options;
  }

  /** For a run that hangs. */
  describe(): string {
    const { kind } = this.page.tab.connection.getState();
    return `${this.page.id?.slice(0, 4)} is ${this.page.clock.pulse} and ${kind}, shows ${this.#shows}`;
  }

  /** All turns, one after the other. A question that could not begin is asked again. */
  async chat(): Promise<void> {
    try {
      await this.#turns();
    } catch (error) {
      this.#world.watch.must(false, () => `a page threw: ${error instanceof Error ? error.stack : String(error)}`);
    }
    this.isDone = true;
  }

  async #turns(): Promise<void> {
    const { turns, promptTokens, answerTokens, temperature, thinkMs } = this.#options;
    const messages: AskRequest["messages"][number][] = [];
    const { sharedTokens = 0 } = this.#options;
    if (sharedTokens > 0) {
      messages.push({ role: "system", content: Array.from({ length: sharedTokens }, (_, i) => 7 + i * 31).join(" ") });
    }
    const seed = this.#random.below(2 ** 31);
    for (let turn = 0; turn < turns; turn++) {
      messages.push({
        role: "user",
        content: Array.from({ length: promptTokens }, () => this.#random.below(5000)).join(" "),
      });
      const sampling = { temperature, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, seed };
      const key = `chat ${turn}`;
      const request: AskRequest = {
        key,
        modelId: simModelId,
        messages,
        maxNewTokens: answerTokens,
        sampling,
        where: "swarm",
      };
      const ids = await this.#ask(request);
      if (ids.length === 0) break;
      messages.push({ role: "assistant", content: ids.join(" ") });
      await this.#wait(this.#random.gap(thinkMs));
    }
    this.page.tab.asker.endChat();
  }

  /** The page is reloaded, whatever it is doing. */
  reload(): void {
    this.page.reload((next) => {
      this.page = next;
      this.#reloaded();
    });
  }

  async #ask(request: AskRequest): Promise<readonly number[]> {
    const { signal } = new AbortController();
    let carryOn = false;
    for (let attempt = 0; attempt < tries; attempt++) {
      const ids: number[] = [];
      const outcome = await this.#once(request, ids, ({ tab }) =>
        carryOn ? tab.asker.carryOn(signal) : tab.asker.ask(request, signal),
      );
      this.outcomes.push(outcome);
      if (outcome.kind === "answered") return ids;
      if (outcome.kind === "failed") await this.#wait(againMs);
      // What a reload interrupted is carried on, also when the first try met a coordinator that was away.
      const interrupted: boolean = outcome.kind === "reloaded" || carryOn;
      carryOn = interrupted && (await this.page.tab.asker.unfinished())?.key === request.key;
    }
    return [];
  }

  #once(request: AskRequest, ids: number[], ask: (page: SimPage) => AsyncIterable<AskEvent>): Promise<Outcome> {
    const startMs = this.#world.clock.now();
    const reloaded = new Promise<Outcome>((resolve) => {
      this.#reloaded = () => {
        const tookMs = this.#world.clock.now() - startMs;
        resolve({ kind: "reloaded", problem: null, begun: false, tokens: ids.length, tookMs, stats: null });
      };
    });
    return Promise.race([this.#listen(request, ids, ask), reloaded]);
  }

  async #listen(request: AskRequest, ids: number[], ask: (page: SimPage) => AsyncIterable<AskEvent>): Promise<Outcome> {
    const { watch, clock, layerCount } = this.#world;
    const promptIds = request.messages.flatMap(({ content }) => content.split(" ").map(Number));
    const { temperature, seed } = request.sampling;
    const expected = oracleAnswer(promptIds, layerCount, { count: request.maxNewTokens, temperature, seed });
    const startMs = clock.now();
    let begun = false;
    const outcome = (kind: Outcome["kind"], problem: string | null, stats: Outcome["stats"]): Outcome => {
      return { kind, problem, begun, tokens: ids.length, tookMs: clock.now() - startMs, stats };
    };
    try {
      for await (const event of ask(this.page)) {
        this.#shows = JSON.stringify(event).slice(0, 200);
        begun ||= event.kind === "reading" || event.kind === "text";
        if (event.kind === "text") {
          // One id, or, where an answer is carried on, all that were there already.
          for (const word of event.text.trim().split(" ").filter(Boolean)) {
            watch.must(Number(word) === expected[ids.length], () => `token ${ids.length} is not the oracle's`);
            ids.push(Number(word));
          }
          watch.must(event.answerTokens === ids.length, () => `${event.answerTokens} tokens are ${ids.length} words`);
        } else if (event.kind === "done") {
          // Nobody here presses Stop, and what was asked for fits.
          watch.must(
            ids.length === request.maxNewTokens && event.end === "length",
            () => `an answer of ${ids.length} tokens ends with ${event.end}`,
          );
          return outcome("answered", null, event.stats);
        }
      }
      watch.must(false, () => "an answer ended without a word");
      return outcome("failed", "no word", null);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      watch.must(error.problem.code !== "internal", () => `internal: ${error.problem.what}`);
      return outcome("failed", error.problem.code, null);
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#world.clock.after(ms, resolve));
  }
}
