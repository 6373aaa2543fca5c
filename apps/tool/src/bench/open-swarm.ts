import type { ChatTurn } from "@potluck/donor";
import type { Browser, BrowserContext } from "@playwright/test";
import {
  ask,
  type BackendName,
  openDonor,
  openPage,
  type StageAnswer,
  type StagePage,
  startCoordinator,
} from "../stage/index.ts";
import { type EmulatedNetwork, emulateNetwork } from "../stage/net/index.ts";
import type { Budgets } from "./budgets.ts";
import { within } from "./within.ts";

export interface SwarmOptions {
  readonly browser: Browser;
  readonly modelId: string;
  readonly backend: BackendName;
  readonly budgets: Budgets;
  /** Pages that ask, 1 unless told. */
  readonly askers?: number;
  /** Whether hops guess; the page's own choice unless told. */
  readonly speculation?: boolean;
  /** A path between all peers; without one they are on one machine. */
  readonly path?: { readonly oneWayMs: number; readonly loss: number };
  /** The coordinator's data folder: with models of its own. */
  readonly dataDir?: string | undefined;
}

/** A coordinator, donors and askers, each in a browser context of its own. */
export interface Swarm {
  readonly askers: readonly StagePage[];
  readonly donors: readonly StagePage[];
  /** One answer, greedy, nothing reused. Throws after `deadlineMs`. */
  ask(ask: SwarmAsk): Promise<StageAnswer>;
  /** Rows that the donors guessed so far, and how many were right. */
  guesses(): Promise<Guesses>;
  /** Packets that went over the emulated path; null without one. */
  packets(): number | null;
  close(): Promise<void>;
}

export interface Guesses {
  readonly drafted: number;
  readonly accepted: number;
}

export interface SwarmAsk {
  readonly messages: readonly ChatTurn[];
  readonly maxNewTokens: number;
  readonly asker?: number;
  readonly deadlineMs?: number;
}

const openDeadlineMs = 240_000;
const settleDeadlineMs = 30_000;
const answerDeadlineMs = 180_000;

export async function openSwarm(options: SwarmOptions): Promise<Swarm> {
  const { browser, backend, modelId } = options;
  const { dataDir, path, speculation } = options;
  const coordinator = await startCoordinator(
    dataDir === undefined ? {} : { dataDir, env: { POTLUCK_MODELS: modelId } },
  );
  const pages: StagePage[] = [];
  let network: EmulatedNetwork | null = null;
  const close = async (): Promise<void> => {
    // A browser that is gone already must not keep the rest alive.
    await Promise.allSettled(pages.map((page) => page.context.close()));
    await network?.close();
    await coordinator.stop();
  };
  const context = async (): Promise<BrowserContext> => {
    const fresh = await browser.newContext();
    await network?.add(fresh);
    return fresh;
  };
  const more = speculation === undefined ? "" : `&speculation=${speculation ? "on" : "off"}`;
  try {
    if (path !== undefined) network = await emulateNetwork([], path);
    const donate = async (budgetMb: number): Promise<StagePage> => {
      const donor = openDonor(await context(), coordinator.url, budgetMb, backend, more);
      const opened = await within(openDeadlineMs, "loading a donor's layers", donor);
      pages.push(opened);
      return opened;
    };
    const { tabsMb, withDraftMb } = options.budgets;
    for (const budgetMb of tabsMb) await donate(budgetMb);
    let donors = [...pages];
    if (withDraftMb !== null && speculation !== false) {
      const better = await donate(withDraftMb);
      const [first, ...others] = donors;
      await first?.context.close();
      await settled(coordinator.url, donors.length);
      donors = [better, ...others];
    }
    // It comes after the layers, and guesses nothing before.
    const drafts = donors.map(({ page }) =>
      page.waitForFunction(isDraftSettled, undefined, { timeout: openDeadlineMs }),
    );
    await Promise.all(drafts);
    const askers: StagePage[] = [];
    for (let i = 0; i < (options.askers ?? 1); i++) {
      const asker = await openPage(await context(), coordinator.url, "/", backend, undefined, more);
      pages.push(asker);
      askers.push(asker);
    }
    return {
      askers,
      donors,
      async ask({ messages, maxNewTokens, asker = 0, deadlineMs = answerDeadlineMs }) {
        const page = askers[asker]?.page;
        if (page === undefined) throw new Error(`there is no asker ${asker}`);
        const answer = ask(page, { modelId, messages, maxNewTokens, fresh: true });
        return await within(deadlineMs, `an answer of ${maxNewTokens} tokens`, answer);
      },
      async guesses() {
        const all = await Promise.all(donors.map(({ page }) => page.evaluate(guessesInPage)));
        return all.reduce((sum, one) => ({
          drafted: sum.drafted + one.drafted,
          accepted: sum.accepted + one.accepted,
        }));
      },
      packets: () => network?.stats().forwarded ?? null,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Waits until the coordinator counts so many donors. */
async function settled(url: string, wanted: number): Promise<void> {
  const until = Date.now() + settleDeadlineMs;
  for (;;) {
    const { donors } = (await (await fetch(`${url}/api/swarm`)).json()) as { readonly donors: number };
    if (donors === wanted) return;
    if (Date.now() > until) throw new Error(`the coordinator counts ${donors} donors of ${wanted}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** In the page: whether no draft is being loaded. */
function isDraftSettled(): boolean {
  const state = window.potluckTab?.donation.state.getState();
  return state !== undefined && "stats" in state && state.stats.speculation?.draft !== "loading";
}

function guessesInPage(): Guesses {
  const state = window.potluckTab?.donation.state.getState();
  const stats = state !== undefined && "stats" in state ? state.stats.speculation : undefined;
  return { drafted: stats?.drafted ?? 0, accepted: stats?.accepted ?? 0 };
}
