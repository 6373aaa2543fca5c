/** Calls after so many ms, unless what comes back is called first. */
export type After = (ms: number, call: () => void) => () => void;

export const after: After = (ms, call) => {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
};

/** What a task gives, or null when that takes longer than so many ms. Rejects like the task. */
export function soon<T>(task: Promise<T>, ms: number, later: After = after): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const cancel = later(ms, () => resolve(null));
    task.then(resolve, reject).finally(cancel);
  });
}
