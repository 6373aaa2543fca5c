/** Wall clock, ms since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** CPU seconds so far, by what took them, at a moment (ms since 1970). */
export interface CpuSample {
  readonly at: number;
  readonly seconds: ReadonlyMap<string, number>;
}

/**
 * CPU seconds per second of wall clock within a span, by what took them: 1 is a whole core. Between two samples the use is
 * taken as even. Empty where the samples do not reach over the span.
 */
export function cpuShares(samples: readonly CpuSample[], { from, to }: Span): Map<string, number> {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || first.at > from || last.at < to || to <= from) return new Map();
  const at = (moment: number, name: string): number => {
    const next = samples.findIndex((sample) => sample.at >= moment);
    const after = samples[next] ?? last;
    const before = samples[Math.max(0, next - 1)] ?? first;
    const [a, b] = [before.seconds.get(name) ?? 0, after.seconds.get(name) ?? 0];
    return after.at === before.at ? b : a + ((b - a) * (moment - before.at)) / (after.at - before.at);
  };
  return new Map(
    [...last.seconds.keys()].map((name) => [name, ((at(to, name) - at(from, name)) * 1000) / (to - from)]),
  );
}

/** One row that an engine ran: it shares its time with the rows that went along. */
export interface RowRun extends Span {
  readonly rows: number;
}

export interface EngineShare {
  /** How long the engine was inside a run, as a share of the span. */
  readonly busy: number;
  /** Means; NaN where none ran. */
  readonly runMs: number;
  readonly rowsPerRun: number;
}

export function engineShare(answers: readonly RowRun[], { from, to }: Span): EngineShare {
  let busyMs = 0;
  let runs = 0;
  let rows = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const one of answers.filter((each) => each.to > from && each.from < to).toSorted((a, b) => a.to - b.to)) {
    rows += one.rows;
    // Runs follow each other: one that overlaps the last by more than half of its length is the same run.
    if (until - one.from > (one.to - one.from) / 2) continue;
    runs += 1;
    busyMs += Math.min(to, one.to) - Math.max(from, until, one.from);
    until = one.to;
  }
  return { busy: busyMs / (to - from), runMs: busyMs / runs, rowsPerRun: rows / runs };
}
