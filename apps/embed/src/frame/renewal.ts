const mark = "potluck.embed.renewed";

/** How the frame's page knows that it was loaded anew to ask once more. */
export interface Renewal {
  mark(): void;
  /** Whether this page was; once. */
  take(): boolean;
}

/**
 * In the window's own storage, or in its name where that is forbidden. The page around can write the name: all that it gains
 * is that the question opens, which it may ask for anyway, since no "no" is remembered where there is no storage.
 */
export function createRenewal(
  session: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null,
  window: { name: string },
): Renewal {
  if (session === null)
    return {
      mark: () => void (window.name = mark),
      take() {
        const isMarked = window.name === mark;
        if (isMarked) window.name = "";
        return isMarked;
      },
    };
  return {
    mark: () => session.setItem(mark, "1"),
    take() {
      const isMarked = session.getItem(mark) === "1";
      session.removeItem(mark);
      return isMarked;
    },
  };
}
