/** Single keys: with a modifier nearly every letter belongs to some browser, keyboard layout or screen reader. */
export const shortcuts = [
  { command: "message", key: "m" },
  { command: "newChat", key: "n" },
  { command: "search", key: "s" },
  { command: "sidebar", key: "b" },
  { command: "copy", key: "c" },
  { command: "regenerate", key: "r" },
  { command: "edit", key: "e" },
  { command: "before", key: "," },
  { command: "after", key: "." },
  { command: "details", key: "d" },
  { command: "settings", key: "o" },
  // On most keyboards it needs Shift.
  { command: "help", key: "?", binding: "[Shift]+?" },
] as const satisfies readonly { readonly command: string; readonly key: string; readonly binding?: string }[];

export type Command = (typeof shortcuts)[number]["command"];

/** Whether a pressed key belongs to something else: a field that is being written in, a dialog, an input method. */
export function isTaken(event: Pick<KeyboardEvent, "target" | "repeat" | "isComposing" | "defaultPrevented">): boolean {
  const { target } = event;
  if (event.repeat || event.isComposing || event.defaultPrevented) return true;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest("input, textarea, select, [role='textbox'], dialog") !== null ||
    document.querySelector("dialog[open]") !== null
  );
}
