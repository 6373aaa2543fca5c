const mark = "potluck.embed.renewed";

/** How the frame's page knows that it was loaded anew to ask once more. */
export interface Renewal {
  mark(): void;
  /** Whether this page was; once. */
  take(): boolean;
}

/**
 * In the window's own storage, or in its name where that is forbidden. The page around can write the name, and gains
 * nothing: where nothing can be kept, the visitor opens the question in any case (EB10).
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
