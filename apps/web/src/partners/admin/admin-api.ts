import {
  type AdminPartner,
  adminPartnersSchema,
  type Partner,
  type PartnerDraft,
  partnerSchema,
  type SiteKey,
} from "@potluck/protocol";
import type { Server } from "../../app/page.ts";
import { type Asked, askServer } from "../ask-server.ts";

const path = "/api/admin/partners";

/** What the operator may do with keys. Each resolves to null once `left` is aborted. */
export interface AdminApi {
  list(left: AbortSignal): Promise<Asked<readonly AdminPartner[]> | null>;
  register(draft: PartnerDraft, left: AbortSignal): Promise<Asked<Partner> | null>;
  change(
    key: SiteKey,
    changes: Partial<PartnerDraft> | { readonly isRevoked: boolean },
    left: AbortSignal,
  ): Promise<Asked<Partner> | null>;
}

export function adminApi(server: Server, token: string): AdminApi {
  const headers = { authorization: `Bearer ${token}` };
  const send = (to: string, method: "POST" | "PATCH", body: object, left: AbortSignal) =>
    askServer(server, to, partnerSchema, left, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return {
    list: (left) => askServer(server, path, adminPartnersSchema, left, { headers }),
    register: (draft, left) => send(path, "POST", draft, left),
    change: (key, changes, left) => send(`${path}/${key}`, "PATCH", changes, left),
  };
}
