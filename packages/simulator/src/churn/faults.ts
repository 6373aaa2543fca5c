import type { TabId } from "@potluck/protocol";
import type { Person } from "../asking/person.ts";
import type { Random } from "../random/random.ts";
import type { SimPage } from "../tab/sim-page.ts";
import type { SimWorld } from "../world/sim-world.ts";
import type { FaultKind } from "./scenario.ts";

export interface FaultContext {
  readonly world: SimWorld;
  readonly random: Random;
  readonly donors: ReadonlySet<SimPage>;
  readonly people: readonly Person[];
  /** The donor is gone, or as good as: somebody else comes in its place. */
  readonly replace: (page: SimPage) => void;
}

/** Lets one thing go wrong, mostly with a tab that an answer needs. */
export function strike(kind: FaultKind, context: FaultContext): void {
  const { world, random, people, replace } = context;
  const victim = pickDonor(context);
  switch (kind) {
    case "leave":
      return gone(victim, (page) => page.leave(), replace);
    case "kill":
      return gone(victim, (page) => page.kill(), replace);
    case "unplug":
      return gone(victim, (page) => page.unplug(), replace);
    case "device-lost":
      return gone(victim, (page) => page.loseDevice(), replace);
    case "stop":
      return gone(victim, (page) => void page.tab.donation.stop(), replace);
    case "finish":
      return gone(victim, (page) => page.tab.donation.finish(), replace);
    case "freeze": {
      if (victim === null) return;
      victim.clock.freeze();
      if (random.chance(0.3)) return replace(victim);
      world.clock.after(random.gap(4000), () => victim.clock.thaw());
      return;
    }
    case "slow": {
      if (victim === null) return;
      victim.slowDown(random.between(5, 30));
      world.clock.after(random.gap(6000), () => victim.slowDown(1));
      return;
    }
    case "cut": {
      const others = [...people.map(({ page }) => page), pickDonor(context)];
      const [from, to] = [victim?.id ?? null, (others[random.below(others.length)] ?? null)?.id ?? null];
      if (from === null || to === null || from === to) return;
      const untilMs = random.chance(0.3) ? Number.POSITIVE_INFINITY : world.clock.now() + random.gap(3000);
      const [a, b] = random.chance(0.5) ? [from, to] : [to, from];
      world.network.cut(a, b, untilMs);
      return;
    }
    case "two-at-once": {
      gone(victim, (page) => page.kill(), replace);
      return gone(pickDonor(context), (page) => page.kill(), replace);
    }
    case "again-in-replay": {
      gone(victim, (page) => page.kill(), replace);
      // Detection takes 700 ms to 2 s, and the replay some more.
      world.clock.after(random.between(500, 3500), () => gone(pickDonor(context), (page) => page.kill(), replace));
      return;
    }
    case "server-restart": {
      world.server.stop();
      world.clock.after(random.between(100, 12_000), () => world.server.start());
      return;
    }
    case "asker-reload": {
      const asking = people.filter((person) => !person.isDone && person.page.isAlive);
      if (asking.length > 0) random.pick(asking).reload();
      return;
    }
    default:
      kind satisfies never;
  }
}

function gone(page: SimPage | null, how: (page: SimPage) => void, replace: (page: SimPage) => void): void {
  if (page === null) return;
  how(page);
  replace(page);
}

/** A hop of some route, four times of five; else any donor. Null when there is none that works. */
function pickDonor({ world, random, donors }: FaultContext): SimPage | null {
  const working = [...donors].filter((page) => page.clock.pulse === "running");
  const hops = new Set<TabId>([...world.watch.routes.values()].flatMap((route) => route.hops.map((hop) => hop.tab)));
  const needed = working.filter(({ id }) => id !== null && hops.has(id));
  const pool = needed.length > 0 && random.chance(0.8) ? needed : working;
  return pool.length === 0 ? null : random.pick(pool);
}
