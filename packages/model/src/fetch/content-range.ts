/** What a 206 says it carries, or a 416 says there is. `to` is exclusive; `total` is null for `*`. */
export type ContentRange =
  | { readonly kind: "part"; readonly from: number; readonly to: number; readonly total: number | null }
  | { readonly kind: "unsatisfied"; readonly total: number };

/** Parses a Content-Range header; null when it is none, or contradicts itself. */
export function parseContentRange(header: string | null): ContentRange | null {
  const part = /^\s*bytes\s+(\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)\s*$/iu.exec(header ?? "");
  if (part !== null) {
    const from = Number(part[1]);
    const to = Number(part[2]) + 1;
    const total = part[3] === "*" ? null : Number(part[3]);
    return to <= from || (total !== null && to > total) ? null : { kind: "part", from, to, total };
  }
  const none = /^\s*bytes\s+\*\/(\d{1,15})\s*$/iu.exec(header ?? "");
  return none === null ? null : { kind: "unsatisfied", total: Number(none[1]) };
}
