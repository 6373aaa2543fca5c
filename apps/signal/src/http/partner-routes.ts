import type { PublicPartner } from "@potluck/protocol";
import type { Swarm } from "@potluck/swarm";
import type { Partners } from "../partners/create-partners.ts";
import type { Route } from "./route.ts";
import { sendJson } from "./send.ts";

export interface PartnerOptions {
  readonly partners: Pick<Partners, "registry" | "gifts" | "count">;
  readonly swarm: Pick<Swarm, "tabsOf">;
}

/** What each listed partner's visitors gave, for everybody (SG23). */
export function partnerRoutes({ partners, swarm }: PartnerOptions): readonly Route[] {
  const { registry, gifts } = partners;
  return [
    {
      path: "/api/partners",
      on: {
        GET(_, res) {
          partners.count();
          const listed = registry.all().filter(({ isListed, revokedMs }) => isListed && revokedMs === null);
          const lines = listed.map(({ key, name, origins, createdMs }): PublicPartner => ({
            name,
            origin: origins[0] ?? "",
            sinceMs: createdMs,
            tabsNow: swarm.tabsOf(key).length,
            ...gifts.totalOf(key),
          }));
          sendJson(res, 200, lines);
        },
      },
    },
  ];
}
