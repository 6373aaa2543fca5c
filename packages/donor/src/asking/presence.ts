/** Whether the page is there. While it is not, its session must not take its own missing links for lost tabs. */
import type { Peers, RepairDesk } from "@potluck/pipeline";

export interface Presence {
  /** Resolves while the page is there, at once, or when it is back. */
  here(): Promise<void>;
  /** The page goes away: whatever a session asks for from now on waits until it is back, if ever. */
  leave(): void;
  back(): void;
  /** What a session sees of the world. */
  peers(real: Peers): Peers;
  desk(real: RepairDesk): RepairDesk;
}

export function createPresence(): Presence {
  let absence: { readonly over: Promise<void>; readonly end: () => void } | null = null;

  const whenHere = async <T>(act: () => Promise<T>): Promise<T> => {
    await absence?.over;
    return act();
  };

  return {
    here: async () => absence?.over,
    leave() {
      let end = (): void => undefined;
      absence ??= { over: new Promise((resolve) => (end = resolve)), end: () => end() };
    },
    back() {
      const was = absence;
      absence = null;
      was?.end();
    },
    peers: (real) => ({
      self: real.self,
      link: (tab) => (absence === null ? real.link(tab) : whenHere(() => real.link(tab))),
      silentMs: (tab) => (absence === null ? real.silentMs(tab) : 0),
    }),
    desk: (real) => ({
      claim(route, state, lost) {
        if (absence === null) real.claim(route, state, lost);
      },
      replace: (...wish) => whenHere(() => real.replace(...wish)),
    }),
  };
}
