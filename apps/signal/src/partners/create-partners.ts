import type { Swarm } from "@potluck/swarm";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import { AddressBuckets } from "../socket/address-buckets.ts";
import { readAdminToken } from "./admin-token.ts";
import { Consents } from "./consents.ts";
import { Gifts } from "./gifts.ts";
import { Guests } from "./guests.ts";
import { PartnerRegistry } from "./registry.ts";
import { Tickets } from "./tickets.ts";

const refreshMs = 1000;
/** With the time that writing takes, a crash costs less than ten seconds. */
const saveMs = 5000;
/** Consents of one address: a school behind one router, all of whose visitors agree in the same minute. */
const consentRate = { perSecond: 20, burst: 300 };

export interface PartnersOptions {
  readonly dataDir: string;
  /** The coordinator's own, see {@link readSecretKey}. */
  readonly key: Buffer;
  readonly swarm: Swarm;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long the swarm waits for a tab without a socket, in ms. */
  readonly graceMs: number;
}

/** All that the coordinator knows of partners and their visitors' tabs. */
export interface Partners {
  readonly key: Buffer;
  readonly adminToken: string;
  readonly registry: PartnerRegistry;
  readonly tickets: Tickets;
  readonly consents: Consents;
  readonly gifts: Gifts;
  readonly guests: Guests;
  /** How often one address may give consents or take them back. */
  readonly addresses: AddressBuckets;
  /** Takes over what the swarm has counted since, so that {@link gifts} are up to now. */
  count(): void;
  /** Follows no more changes and writes what must outlive a restart. */
  close(): Promise<void>;
}

/** Throws when the data folder can't be used. A damaged `partners.json` is logged, and nobody is a partner until it is mended. */
export async function createPartners(options: PartnersOptions): Promise<Partners> {
  const { dataDir, key, swarm, clock, log, graceMs } = options;
  const registry = await PartnerRegistry.open(dataDir, (sentence) => log.error(sentence));
  const consents = await Consents.open(dataDir, key, registry, log);
  const gifts = await Gifts.open(dataDir, log);
  const count = (): void => {
    const nowMs = clock.wallMs();
    for (const [site, given] of swarm.takeGifts(clock.nowMs())) gifts.add(site, given, nowMs);
    for (const { key: site } of registry.all()) {
      const tabs = swarm.tabsOf(site).length;
      if (tabs > 0) gifts.seen(site, tabs, nowMs);
    }
  };
  const save = async (): Promise<void> => {
    count();
    await Promise.all([gifts.save(), consents.save(clock.wallMs())]);
  };
  const addresses = new AddressBuckets(consentRate);
  const stops = [
    clock.every(refreshMs, () => {
      addresses.prune(clock.nowMs());
      void registry.refresh();
    }),
    clock.every(saveMs, () => void save()),
  ];
  return {
    key,
    adminToken: await readAdminToken(dataDir),
    registry,
    tickets: new Tickets(key),
    consents,
    gifts,
    guests: new Guests({ key, registry, consents, swarm, graceMs }),
    addresses,
    count,
    async close() {
      for (const stop of stops) stop();
      await save();
    },
  };
}
