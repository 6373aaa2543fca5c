/** A whole number from 0 to below `bound`, each as likely; `bound` is at most 256. */
export type Below = (bound: number) => number;

/** What whoever sees the question can answer, and whoever does not can't: which number to press, and how the nine lie. */
export interface Check {
  readonly wanted: number;
  /** 1 to 9, from the upper left to the lower right. */
  readonly order: readonly number[];
}

/** EB8: a new one for every yes, which nobody can know beforehand. */
export function dealCheck(below: Below): Check {
  const order = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  for (let end = order.length - 1; end > 0; end--) {
    const [taken = 0] = order.splice(below(end + 1), 1);
    order.push(taken);
  }
  return { wanted: 1 + below(9), order };
}

/** From the browser's own source, which no page can foresee. */
export function createBelow(fill: (bytes: Uint8Array<ArrayBuffer>) => unknown): Below {
  return (bound) => {
    const bytes = new Uint8Array(1);
    // What does not divide evenly would make small numbers likelier.
    const fair = 256 - (256 % bound);
    do fill(bytes);
    while ((bytes[0] ?? 0) >= fair);
    return (bytes[0] ?? 0) % bound;
  };
}
