import type { Clock } from "@potluck/link";

/** Hands values from whoever receives frames to the one loop that waits for them. */
export interface Mailbox<T> {
  put(value: T): void;
  /** All later takes throw this, once what was put before is taken. */
  fail(error: Error): void;
  /** The next value, or null after `deadlineMs`. One take at a time. */
  take(deadlineMs: number): Promise<T | null>;
}

export function createMailbox<T>(clock: Clock): Mailbox<T> {
  const values: T[] = [];
  let failure: Error | null = null;
  let wake: (() => void) | null = null;
  const notify = (): void => {
    wake?.();
    wake = null;
  };
  return {
    put(value) {
      values.push(value);
      notify();
    },
    fail(error) {
      failure ??= error;
      notify();
    },
    async take(deadlineMs) {
      if (values.length === 0 && failure === null) {
        await new Promise<void>((resolve) => {
          const cancel = clock.after(deadlineMs, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
        wake = null;
      }
      const value = values.shift();
      if (value !== undefined) return value;
      if (failure !== null) throw failure;
      return null;
    },
  };
}
