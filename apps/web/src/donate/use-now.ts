import { useEffect, useState } from "react";

const everyMs = 60_000;

/** Ms since 1970, to about a minute: for what is told by days and hours. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}
