/** Faults at random moments on random tabs of a crew, each made good some seconds later. */
import { setTimeout } from "node:timers/promises";
import {
  closePolitely,
  crashWorker,
  type Crew,
  type CrewMember,
  freezeTab,
  killBrowser,
  loseDevice,
} from "../stage/index.ts";
import { type Diary, type FaultEntry, type FaultKind, faultKinds } from "./diary.ts";
import type { Random } from "./random.ts";

/** An answer in progress. */
export interface Current {
  readonly answer: number;
  /** ms since 1970. */
  readonly begunAt: number;
}

export interface UnrestOptions {
  readonly crew: Crew;
  readonly random: Random;
  readonly diary: Diary;
  /** Between two faults, on average. */
  readonly everyMs: number;
  readonly url: string;
  /** The answer in progress; null for none. */
  readonly current: () => Current | null;
  readonly log: (line: string) => void;
}

/** A new tab comes so long after the old one was lost: somebody else's, not the same person's reload. */
const replacedAfterMs = { least: 3_000, most: 8_000 };
/** The aim is 5 s; past this the ghost is not waited for. */
const ghostLimitMs = 20_000;
const lookMs = 50;

const strikes: Readonly<Record<FaultKind, (member: CrewMember) => Promise<void>>> = {
  "polite close": closePolitely,
  "kill -9": killBrowser,
  "frozen tab": freezeTab,
  "worker crash": crashWorker,
  "lost device": loseDevice,
};

/** Goes on until the signal aborts, and resolves once all lost tabs have been replaced. */
export async function unrest(options: UnrestOptions, signal: AbortSignal): Promise<void> {
  const { crew, random, diary } = options;
  const replacements = new Set<Promise<void>>();
  let joining = 0;

  const watchGhost = async (entry: FaultEntry): Promise<void> => {
    while (Date.now() - entry.at < ghostLimitMs) {
      const counts = (await (await fetch(`${options.url}/api/swarm`)).json()) as { readonly donors: number };
      if (counts.donors <= crew.members.length + joining) {
        entry.ghostMs = Date.now() - entry.at;
        return;
      }
      await pause(lookMs);
    }
  };

  const replace = async (entry: FaultEntry, member: CrewMember, afterMs: number): Promise<void> => {
    await watchGhost(entry);
    await pause(afterMs);
    await crew.clear(member);
    joining += 1;
    try {
      await crew.enlist();
    } finally {
      joining -= 1;
    }
  };

  while (!signal.aborted) {
    await pause(random.gap(options.everyMs), signal);
    const kind = random.pick(faultKinds);
    const afterMs = random.between(replacedAfterMs.least, replacedAfterMs.most);
    if (signal.aborted || crew.members.length === 0) continue;
    const member = random.pick(crew.members);
    const ranAt = await member.page.evaluate(() => window.potluckStage?.lastRunAt ?? 0);
    crew.lose(member);
    const { answer, begunAt } = options.current() ?? { answer: -1, begunAt: Infinity };
    const hop = ranAt > begunAt;
    const entry: FaultEntry = { kind, at: Date.now(), from: member.from, to: member.to, hop, answer, ghostMs: null };
    diary.faults.push(entry);
    options.log(`${kind} of layers ${member.from}–${member.to - 1}${hop ? `, a hop of answer ${answer}` : ""}`);
    await strikes[kind](member);
    const replacement = replace(entry, member, afterMs).catch((error: unknown) =>
      options.log(`no replacement: ${String(error)}`),
    );
    replacements.add(replacement);
    void replacement.finally(() => replacements.delete(replacement));
  }
  await Promise.all(replacements);
}

/** Shorter when the signal aborts. */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
