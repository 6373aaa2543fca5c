import { type PartnerDraft, partnerDraftSchema } from "@potluck/protocol";
import * as v from "valibot";
import type { Words } from "../../i18n/create-words.ts";

/** As typed: origins one a line. */
export interface TypedDraft {
  readonly name: string;
  readonly origins: string;
  readonly maxTabs: string;
  readonly isListed: boolean;
}

export type DraftField = keyof PartnerDraft;
export type DraftFaults = Readonly<Partial<Record<DraftField, string>>>;

export const limits = { name: 80, origins: 20, maxTabs: { min: 1, max: 100_000 } } as const;

/** The draft, or what is wrong in which field. An origin that was copied with its slash is taken without it. */
export function readDraft(
  typed: TypedDraft,
  t: Words,
): { readonly draft: PartnerDraft } | { readonly faults: DraftFaults } {
  const origins = typed.origins
    .split(/\s+/)
    .filter((line) => line !== "")
    .map((line) => line.replace(/\/$/, ""));
  const draft = {
    name: typed.name.trim(),
    origins: [...new Set(origins)],
    maxTabs: Number(typed.maxTabs),
    isListed: typed.isListed,
  };
  const result = v.safeParse(partnerDraftSchema, draft);
  if (result.success) return { draft: result.output };
  const faults: Partial<Record<DraftField, string>> = {};
  for (const issue of result.issues) {
    const field = v.getDotPath(issue)?.split(".")[0];
    if (field === "name") faults.name = t("admin:form.wrong.name");
    if (field === "maxTabs") faults.maxTabs = t("admin:form.wrong.maxTabs", limits.maxTabs);
    if (field === "origins") faults.origins ??= originFault(issue.input, draft.origins, t);
  }
  return { faults };
}

function originFault(input: unknown, origins: readonly string[], t: Words): string {
  if (typeof input === "string") return t("admin:form.wrong.origin", { origin: input });
  if (origins.length === 0) return t("admin:form.wrong.noOrigin");
  return t("admin:form.wrong.manyOrigins", { most: limits.origins });
}
