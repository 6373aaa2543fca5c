import type { Segment, SessionId } from "@potluck/protocol";
import type { DonationRules } from "../manners/rules.ts";
import type { Problem } from "../problem.ts";
import { createDisplay, type Display } from "./display.ts";
import type { Donation } from "./donation.ts";
import { createJoining } from "./joining.ts";
import { createLeaving, type Leaving } from "./leaving.ts";
import { createLife, type DonationOptions } from "./life.ts";
import { createNaps } from "./naps.ts";
import { requestSegment } from "./request-segment.ts";
import type { Run } from "./run.ts";

/** What the page does with a donation beside what its person does. */
export interface PageDonation extends Donation {
  /** After each welcome. */
  rejoin(): void;
  /** The page is frozen or closed: gives the segment back at once and keeps the shard, in case of a later `rejoin`. */
  suspend(): void;
  /** As `stop`, but at once: nothing is handed over. */
  halt(): Promise<void>;
  /** The coordinator will have nothing more to do with this tab (DN46): frees everything at once and says why. */
  refused(problem: Problem): void;
}

/** A donor's life: ask for a segment, load it, serve it, give it back. */
export function createDonation(options: DonationOptions): PageDonation {
  const { board, coordinator, manners, senses, tally, windows } = options;
  const life = createLife(options);
  const display: Display = createDisplay(life, () => void leaving.stop());
  const refresh = (): void => display.refresh();
  const leaving: Leaving = createLeaving(life, display, ({ budgetBytes, isPaused }) => {
    start(budgetBytes);
    manners.pausedByPerson = isPaused;
  });
  const naps = createNaps(life, (current) => void begin(current));
  const begin: (current: Run) => Promise<void> = createJoining(life, { display, leaving, naps });

  const start = (budgetBytes: number): void => {
    const { run } = life;
    if (run === null) {
      const abort = new AbortController();
      life.run = { abort, budgetBytes, phase: "waiting", notice: {}, leaving: { kind: "no" }, nap: null };
      manners.attend(true);
      tally.attend(true);
      life.set({ kind: "joining" });
      return void begin(life.run);
    }
    if (run.leaving.kind === "handing-over") run.leaving.again = { budgetBytes, isPaused: false };
    if (run.leaving.kind !== "finishing") return;
    run.leaving.cancelDeadline();
    run.leaving = { kind: "no" };
    refresh();
  };

  const registerAgain = (): void => {
    const { run } = life;
    // Who waits with empty hands has nothing to register.
    if (run === null || run.nap !== null) return;
    if (run.phase === "joined") void begin(run);
    else if (run.phase === "joining") run.phase = "again";
  };

  /** The rules no longer let it serve the model that it has: others take the chats over, then it asks for another. */
  const serveAnother = ({ budgetBytes }: Run): void => {
    const isPaused = manners.pausedByPerson;
    void leaving.stop();
    start(budgetBytes);
    const { run } = life;
    if (run?.leaving.kind === "handing-over") run.leaving.again = { budgetBytes, isPaused };
    else manners.pausedByPerson = isPaused;
  };

  coordinator.on("admit", ({ route, hop }) => {
    const hosting = life.serving?.hosting ?? null;
    if (hosting !== null) board.admit(hosting.host, route, hop);
  });
  coordinator.on("dismiss", ({ session }: { session: SessionId }) => life.serving?.hosting?.host.dismiss(session));
  senses.onChange(() => refresh());

  return {
    state: life.state,
    setRules(next) {
      const before = manners.rules;
      manners.rules = next;
      life.duty.share = next.share;
      const { run, serving } = life;
      if (run !== null && serving !== null && !allows(next, serving.segment)) return serveAnother(run);
      // What others are shown is told anew.
      if (before.country !== next.country && serving !== null) registerAgain();
      refresh();
    },
    pause() {
      if (life.run === null) return;
      manners.pausedByPerson = true;
      refresh();
    },
    resume() {
      manners.pausedByPerson = false;
      refresh();
    },
    sensors: () => senses.reports(),
    allowIdle: () => senses.allowIdle(),
    probe: options.probe,
    cache: options.cache,
    ledger: tally.ledger,
    device: options.device,
    start,
    stop: (withinMs) => leaving.stop(withinMs),
    halt: () => leaving.halt(),
    async preview(budgetBytes) {
      const device = await options.device();
      const avoid = await windows.siblings();
      const { rules } = manners;
      const request = { preview: true, budgetBytes, device, cached: options.cached, holding: null, avoid, rules };
      const answer = await requestSegment(coordinator, request);
      const { segment, weightBytes, heldBytes } = answer;
      return { segment, weightBytes, heldBytes };
    },
    finish: () => leaving.finish(),
    refused(problem) {
      const { run } = life;
      if (run === null) return;
      // To whom its person has said stop, it is no failure.
      const stops = run.leaving.kind === "handing-over" && run.leaving.again === null;
      void (stops ? leaving.halt() : leaving.fail(problem));
    },
    suspend() {
      const { run, serving } = life;
      if (run === null) return;
      if (run.leaving.kind !== "no") {
        void leaving.halt();
        return;
      }
      display.rest();
      run.nap?.abort();
      run.nap = null;
      tally.save();
      serving?.hosting?.close();
      if (serving !== null) serving.hosting = null;
      // Another window may take over meanwhile; who comes back asks anew.
      serving?.release();
      coordinator.report({ donor: "none" });
      life.giveBack("leaving");
    },
    rejoin: registerAgain,
  };
}

function allows({ models }: DonationRules, { modelId }: Segment): boolean {
  return models.length === 0 || models.includes(modelId);
}
