/**
 * Whether a page of this origin may connect. WebSockets know no CORS: without this check any page on the web could join
 * in its visitors' names. No origin means no browser.
 *
 * @param allowed further origins of the operator's own.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
