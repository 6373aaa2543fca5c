import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";

/** Within this many pixels of the end counts as at the end: a finger is not exact. */
const slackPx = 48;

function isAtEnd(box: Pick<HTMLElement, "scrollTop" | "scrollHeight" | "clientHeight">): boolean {
  return box.scrollHeight - box.clientHeight - box.scrollTop <= slackPx;
}

export interface Following {
  /** For the element that scrolls. */
  readonly box: RefObject<HTMLDivElement | null>;
  /** False once the reader has scrolled up. */
  readonly atEnd: boolean;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
}

/**
 * Keeps a box scrolled to its end whenever `content` changes, but only while the reader is there. A change of `asked`
 * brings them there: whoever asks wants to see the answer, wherever they had scrolled to.
 */
export function useFollowEnd(content: unknown, asked: unknown): Following {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [atEnd, setAtEnd] = useState(true);
  const toEnd = useCallback((): void => {
    following.current = true;
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, []);
  useLayoutEffect(toEnd, [toEnd, asked]);
  useLayoutEffect(() => {
    if (following.current) toEnd();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- content changes the height, which is not a value
  }, [toEnd, content]);
  const onScroll = useCallback((): void => {
    following.current = box.current === null || isAtEnd(box.current);
    setAtEnd(following.current);
  }, []);
  return { box, atEnd, onScroll, toEnd };
}
