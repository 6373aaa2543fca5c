import { type RefObject, useEffect, useRef, useState } from "react";

/** The width of an element in CSS pixels, as it is now; null before it is known. */
export function useWidth<E extends Element>(): readonly [RefObject<E | null>, number | null] {
  const ref = useRef<E | null>(null);
  const [width, setWidth] = useState<number | null>(null);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
