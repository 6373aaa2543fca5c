import type { Segment } from "@potluck/protocol";
import { settled } from "../coordinator/settled.ts";
import { holdsUpLoading } from "../manners/decide.ts";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import type { OpenShard, TabShard } from "../shards.ts";
import type { Display } from "./display.ts";
import type { DeviceReport } from "./donation.ts";
import { type Draft, openDraft } from "./draft.ts";
import { findPlace, type Place } from "./find-place.ts";
import { createHosting, type Hosting } from "./hosting.ts";
import type { Leaving } from "./leaving.ts";
import type { Life } from "./life.ts";
import { loadShard } from "./load-shard.ts";
import type { Naps } from "./naps.ts";
import { problemOf } from "./problem-of.ts";
import type { Run, Serving } from "./run.ts";
import { usable } from "./usable.ts";

export interface JoiningParts {
  readonly display: Display;
  readonly leaving: Leaving;
  readonly naps: Naps;
}

/** A page that was just opened connects in far less; after that the call itself says what is wrong. */
const connectDeadlineMs = 10_000;

/** How a run gets a segment, or keeps the one that it has after a new welcome. What comes back never throws. */
export function createJoining(life: Life, parts: JoiningParts): (current: Run) => Promise<void> {
  const { display, leaving, naps } = parts;
  const { cached, clock, coordinator, manners, shards, tally, windows } = life.options;

  const openHosting = (shard: TabShard): Hosting => {
    const { board, drops, senses, openHost } = life.options;
    const links = life.options.links();
    if (links === null) throw new ProblemError(problems.serverGone());
    const report = coordinator.report.bind(coordinator);
    const hidden = (): boolean => senses.hidden();
    const draft = (): Draft | null => (life.serving?.shard === shard ? life.serving.draft : null);
    const shared = { shard, draft, links, board, drops, clock, hidden, duty: life.duty, report };
    return createHosting(openHost === undefined ? shared : { ...shared, openHost });
  };

  /** DN35: after `ready`, so that nobody waits for it. */
  const guessWith = (whose: Serving, segment: Segment, how: Pick<OpenShard, "kvTokens" | "backend">): void => {
    let isKept = true;
    const onNotKept = (): void => void (isKept = false);
    const onReady = (): void => {
      if (isKept) cached.add(segment);
    };
    whose.draft = openDraft(shards, { segment, ...how, onNotKept, onProgress: tally.load() }, onReady);
  };

  /** DN7: registered again; what is loaded stays loaded, and what is answered goes on unless our id is a new one. */
  const goOn = (serving: Serving, release: () => void): void => {
    const before = serving.release;
    serving.release = release;
    before();
    if (serving.hosting?.links !== life.options.links()) {
      serving.hosting?.close();
      serving.hosting = null;
      serving.hosting = openHosting(serving.shard);
    }
    serving.hosting.tellAgain();
    display.refresh();
  };

  const serve = (
    { notice: { notice } }: Run,
    { backend }: DeviceReport,
    { assigned, release }: Place,
    shard: TabShard,
  ): void => {
    const { segment, kvTokens, draft } = assigned;
    const hosting = openHosting(shard);
    const serving: Serving = { segment, shard, hosting, draft: null, release };
    life.serving = serving;
    if (notice === undefined) cached.add(segment);
    void shard.gone.then((error) => (life.serving?.shard === shard ? leaving.fail(problems.engine(error)) : undefined));
    hosting.tellAgain();
    display.refresh();
    if (draft !== null) guessWith(serving, draft, { kvTokens, backend });
  };

  /** Loads what was assigned, or goes on with it. */
  const take = async (current: Run, device: DeviceReport, place: Place): Promise<void> => {
    const { assigned } = place;
    if (life.serving !== null && sameSegment(life.serving.segment, assigned.segment))
      return goOn(life.serving, place.release);
    // Not worth loading anything.
    if (current.leaving.kind !== "no") return await leaving.halt();
    await leaving.unload();
    const shard = await loadShard(life, current, assigned, device);
    if (shard === null) {
      // The layers may be others' meanwhile.
      coordinator.report({ donor: "none" });
      life.giveBack("stopped");
      return naps.byRules(current);
    }
    if (current.abort.signal.aborted) return shard.close();
    serve(current, device, place, shard);
  };

  const join = async (current: Run): Promise<void> => {
    const { signal } = current.abort;
    const device = usable(await life.options.device());
    current.phase = "waiting";
    await settled(coordinator.connection, clock, connectDeadlineMs);
    // What serves already is registered at the next welcome anyway.
    if (life.serving === null) await coordinator.reach();
    if (signal.aborted) return;
    const connection = coordinator.connection.getState();
    // In its own words: it may be the wrong version, not gone.
    if (connection.kind === "offline") throw new ProblemError(connection.problem);
    if (life.serving === null && holdsUpLoading(manners.look())) return naps.byRules(current);
    current.phase = "joining";
    const { budgetBytes } = current;
    const wish = { budgetBytes, device, cached, holding: life.serving?.segment ?? null, rules: manners.rules };
    const place = await findPlace(coordinator, windows, wish, signal);
    try {
      if (!signal.aborted) await take(current, device, place);
    } finally {
      if (life.serving?.release !== place.release) place.release();
    }
  };

  const begin = async (current: Run): Promise<void> => {
    try {
      await join(current);
      if (isStale(current) && life.run === current) return await begin(current);
      current.phase = "joined";
    } catch (error) {
      if (life.run !== current) return;
      const problem = problemOf(error);
      if (problem.code === "held-beside") {
        current.phase = "joined";
        life.giveBack("stopped");
        await leaving.unload();
        return await naps.inLine(current);
      }
      // What is loaded serves on, and is registered at the next welcome.
      if (life.serving !== null && problem.code === "server-gone") current.phase = "joined";
      else await leaving.fail(problem);
    }
  };
  return begin;
}

/** A function, because the phase changes while `begin` waits, which the compiler does not see. */
const isStale = (current: Run): boolean => current.phase === "again";

function sameSegment(a: Segment, b: Segment): boolean {
  return a.modelId === b.modelId && a.from === b.from && a.to === b.to;
}
