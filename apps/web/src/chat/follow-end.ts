import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";

/** Within this many pixels of the end counts as at the end: a finger is not exact. */
const slackPx = 48;

function isAtEnd(box: Pick<HTMLElement, "scrollTop" | "scrollHeight" | "clientHeight">): boolean {
  return box.scrollHeight - box.clientHeight - box.scrollTop <= slackPx;
}

const sizeOf = (box: Pick<HTMLElement, "clientWidth" | "clientHeight">): string =>
  `${box.clientWidth}x${box.clientHeight}`;

export interface Following {
  /** For the element that scrolls. */
  readonly box: RefObject<HTMLDivElement | null>;
  /** For what it scrolls: that grows also when colours of code and formulas come late. */
  readonly column: RefObject<HTMLDivElement | null>;
  /** False once the reader has scrolled up. */
  readonly atEnd: boolean;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
}

/**
 * Keeps a box scrolled to its end whenever `content` changes, but only while the reader is there. A change of `asked`
 * brings them there: whoever asks wants to see the answer, wherever they had scrolled to; it is undefined for an empty chat.
 */
export function useFollowEnd(content: unknown, asked: unknown): Following {
  const box = useRef<HTMLDivElement>(null);
  const column = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  /** What a person opens by hand must not move away from under them. */
  const held = useRef(false);
  const [atEnd, setAtEnd] = useState(true);
  const toEnd = useCallback((): void => {
    following.current = true;
    // Where nothing was asked yet, the welcome is read from its beginning.
    box.current?.scrollTo({ top: asked === undefined ? 0 : box.current.scrollHeight });
  }, [asked]);
  useLayoutEffect(toEnd, [toEnd, asked]);
  // A keyboard that opens or a phone that turns moves the end away, not the reader.
  const size = useRef("");
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      size.current = sizeOf(element);
      if (following.current && !held.current) toEnd();
    });
    const hold = (): void => {
      held.current = true;
    };
    column.current?.addEventListener("click", hold);
    observer.observe(element);
    if (column.current !== null) observer.observe(column.current);
    const grown = column.current;
    return () => {
      observer.disconnect();
      grown?.removeEventListener("click", hold);
    };
  }, [toEnd]);
  useLayoutEffect(() => {
    held.current = false;
    if (following.current) toEnd();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- content changes the height, which is not a value
  }, [toEnd, content]);
  const onScroll = useCallback((): void => {
    // The browser scrolls by itself when the size changes, before the observer hears of it.
    if (box.current === null || sizeOf(box.current) !== size.current) return;
    following.current = asked === undefined || isAtEnd(box.current);
    setAtEnd(following.current);
  }, [asked]);
  return { box, column, atEnd, onScroll, toEnd };
}
