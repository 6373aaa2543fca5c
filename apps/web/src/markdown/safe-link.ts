/** The address of a link that may be followed, null for any other: only the web and mail, and nothing relative to this page. */
export function safeLink(href: string): string | null {
  // What a browser would ignore inside of a scheme.
  const address = href.trim();
  if (!/^(?:https?:\/\/|mailto:)/i.test(address)) return null;
  return URL.canParse(address) ? address : null;
}
