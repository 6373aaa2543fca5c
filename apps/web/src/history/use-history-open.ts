import { useCallback, useState } from "react";

const item = "potluck.history-open";

/** Whether the list of chats shows. Remembered where it is a column; over a small page it is opened anew each time. */
export function useHistoryOpen(): readonly [boolean, (open: boolean) => void] {
  const [open, setOpen] = useState(() => matchMedia("(min-width: 60.01rem)").matches && remembered());
  const change = useCallback((next: boolean): void => {
    setOpen(next);
    try {
      localStorage.setItem(item, String(next));
    } catch {
      // Forbidden: it is closed again after a reload.
    }
  }, []);
  return [open, change];
}

function remembered(): boolean {
  try {
    return localStorage.getItem(item) === "true";
  } catch {
    return false;
  }
}
