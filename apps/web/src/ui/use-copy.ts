import { useEffect, useState } from "react";

/** Copies a text, and tells for `saysForMs` what became of it; null before and after. */
export function useCopy(
  text: string,
  saysForMs: number,
): readonly ["copied" | "failed" | null, () => Promise<boolean>] {
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    const timer = outcome === null ? undefined : setTimeout(() => setOutcome(null), saysForMs);
    return () => clearTimeout(timer);
  }, [outcome, saysForMs]);
  const copy = async (): Promise<boolean> => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome("copied");
      return true;
    } catch {
      // A page without TLS has no clipboard, and a person may forbid it.
      setOutcome("failed");
      return false;
    }
  };
  return [outcome, copy];
}
