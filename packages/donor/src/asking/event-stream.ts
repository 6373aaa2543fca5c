/**
 * Runs `work`, and hands what it emits to a `for await` loop, in order. An error of `work` is thrown to the loop after what
 * was emitted before it. Leaving the loop aborts the signal that `work` got.
 */
export async function* eventStream<T>(
  work: (emit: (event: T) => void, signal: AbortSignal) => Promise<void>,
  outer: AbortSignal,
): AsyncGenerator<T, void> {
  const left = new AbortController();
  const signal = AbortSignal.any([outer, left.signal]);
  const events: T[] = [];
  let wake = (): void => undefined;
  let over = false;
  const done = work((event) => {
    events.push(event);
    wake();
  }, signal).finally(() => {
    over = true;
    wake();
  });
  // Thrown below, when everything emitted before was taken.
  done.catch(() => undefined);
  try {
    for (;;) {
      const event = events.shift();
      if (event !== undefined) yield event;
      else if (over) return await done;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    left.abort();
  }
}
