const lineWidth = 120;

/** JSON for people: two spaces, and lists of plain values in one line where they fit, as the repository's formatter does. */
export function renderJson(value: unknown): string {
  return `${render(value, "", 0)}\n`;
}

/** `before` characters stand on the line already. */
function render(value: unknown, indent: string, before: number): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.every((item) => typeof item !== "object" || item === null)) {
      const line = `[${items.map((item) => JSON.stringify(item)).join(", ")}]`;
      // A comma may follow.
      if (before + line.length + 1 <= lineWidth) return line;
    }
    return `[\n${items.map((item) => inner + render(item, inner, inner.length)).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value).map(([key, field]) => {
    const label = `${inner}${JSON.stringify(key)}: `;
    return label + render(field, inner, label.length);
  });
  return `{\n${entries.join(",\n")}\n${indent}}`;
}
