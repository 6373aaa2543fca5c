import type { Browser } from "@playwright/test";
import { addHooks } from "./hooks.ts";
import { launchOwnBrowser, type OwnBrowser } from "./own-browser.ts";
import { openPage, type StagePage, startDonating } from "./tabs.ts";

/** A donor of a crew. */
export interface CrewMember extends StagePage {
  /** Null for a tab of a browser that others share; such a one can't be killed or frozen. */
  readonly own: OwnBrowser | null;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Donors of one model that are brought up to strength whenever some were lost. */
export interface Crew {
  /** Who is there, in the order of coming. */
  readonly members: readonly CrewMember[];
  /** Waits until the coordinator sees no lost donor, then opens new ones until each layer is held so many times. */
  muster(tabsPerLayer: number): Promise<void>;
  /** Opens one more donor, which gets the layers that need it most. */
  enlist(): Promise<CrewMember>;
  /** Those that hold this layer. */
  holding(layer: number): readonly CrewMember[];
  /** Who of these is the next to run rows; that is a hop, and not one that stands by. */
  nextToRun(among: readonly CrewMember[]): Promise<CrewMember>;
  /** Who of these ran rows last. */
  lastToRun(among: readonly CrewMember[]): Promise<CrewMember>;
  /** Counts a member as lost; what is left of its tab stays as it is. */
  lose(member: CrewMember): void;
  /** Closes what is left of the tabs that were lost, or of one of them. Their browsers serve again, where they live. */
  clear(only?: CrewMember): Promise<void>;
  close(): Promise<void>;
}

export interface CrewOptions {
  /** The coordinator's. */
  readonly url: string;
  readonly budgetMb: number;
  /** One browser for all, or `own`: one each, so that each can be killed and frozen. */
  readonly browser: Browser | "own";
}

interface SwarmCounts {
  readonly donors: number;
  readonly models: readonly { readonly tabsPerLayer: readonly number[]; readonly joiningPerLayer: readonly number[] }[];
}

/** How often the coordinator's status is read while something is awaited. */
const lookMs = 50;
/** A ghost is gone after 5 s, a coordinator that was restarted knows everybody again after a few more. */
const musterTimeoutMs = 60_000;

export function createCrew({ url, budgetMb, browser }: CrewOptions): Crew {
  let members: readonly CrewMember[] = [];
  let lost: readonly CrewMember[] = [];
  let free: readonly OwnBrowser[] = [];

  const counts = async (): Promise<SwarmCounts> => (await (await fetch(`${url}/api/swarm`)).json()) as SwarmCounts;

  const weakest = async (): Promise<number> => Math.min(...((await counts()).models[0]?.tabsPerLayer ?? [0]));

  const settled = async (): Promise<void> => {
    const until = Date.now() + musterTimeoutMs;
    for (;;) {
      const { donors } = await counts();
      if (donors === members.length) return;
      if (Date.now() > until) throw new Error(`the coordinator counts ${donors} donors of ${members.length}`);
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  };

  const takeBrowser = async (): Promise<OwnBrowser> => {
    const [first, ...others] = free;
    free = others;
    return first ?? (await launchOwnBrowser());
  };

  const enlist = async (): Promise<CrewMember> => {
    const own = browser === "own" ? await takeBrowser() : null;
    const tab = await openPage(own?.browser ?? (browser as Browser), url, "/donate", "wasm", addHooks);
    await startDonating(tab.page, budgetMb);
    const segment = await tab.page.evaluate(() => {
      const state = window.potluckTab?.donation.state.getState();
      return state !== undefined && "segment" in state ? state.segment : null;
    });
    if (segment === null) throw new Error("a donor that serves holds nothing");
    const member = { ...tab, own, from: segment.from, to: segment.to };
    members = [...members, member];
    return member;
  };

  const lose = (member: CrewMember): void => {
    if (!members.includes(member)) return;
    members = members.filter((other) => other !== member);
    lost = [...lost, member];
  };

  const clear = async (only?: CrewMember): Promise<void> => {
    const these = lost.filter((member) => only === undefined || member === only);
    lost = lost.filter((member) => !these.includes(member));
    for (const { own, context } of these) {
      own?.thawPages();
      if (own !== null && !own.browser.isConnected()) {
        await own.close();
        continue;
      }
      await context.close();
      if (own !== null) free = [...free, own];
    }
  };

  return {
    get members() {
      return members;
    },
    async muster(tabsPerLayer) {
      await settled();
      while ((await weakest()) < tabsPerLayer) await enlist();
    },
    enlist,
    holding: (layer) => members.filter(({ from, to }) => from <= layer && layer < to),
    nextToRun: (among) =>
      Promise.race(
        among.map(async (member) => {
          await member.page.evaluate(() => window.potluckStage?.nextRun());
          return member;
        }),
      ),
    async lastToRun(among) {
      const times = await Promise.all(
        among.map(({ page }) => page.evaluate(() => window.potluckStage?.lastRunAt ?? 0)),
      );
      const last = among[times.indexOf(Math.max(...times))];
      if (last === undefined) throw new Error("nobody to choose from");
      return last;
    },
    lose,
    clear,
    async close() {
      for (const member of members) lose(member);
      await clear();
      for (const own of free) await own.close();
    },
  };
}
