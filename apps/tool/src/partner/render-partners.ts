import type { Partner } from "@potluck/protocol";

/** Two lines a partner. */
export function renderPartners(partners: readonly Partner[]): string {
  if (partners.length === 0) return 'There are no partners yet. `add --name "…" --origin https://…` registers one.';
  return partners.map(renderPartner).join("\n");
}

function renderPartner({ key, name, origins, maxTabs, isListed, createdMs, revokedMs }: Partner): string {
  const facts = [
    `since ${dayOf(createdMs)}`,
    `at most ${maxTabs} tabs`,
    ...(isListed ? [] : ["unlisted"]),
    ...(revokedMs === null ? [] : [`revoked ${dayOf(revokedMs)}`]),
  ];
  return `${key}  ${name} (${facts.join(", ")})\n  ${origins.join(" ")}`;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
