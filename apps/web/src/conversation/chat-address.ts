/** The chat that a path names, `/c/<id>`; null for every other path. */
export function chatIn(path: string): string | null {
  return /^\/c\/([\w-]{1,64})\/?$/.exec(path)?.[1] ?? null;
}

export const addressOf = (id: string): string => `/c/${id}`;
