/** What the browser's tracing writes, as far as it is read here. Times are microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Of `dur`, what the thread had a processor for. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

export interface MainThread {
  /** Of all tasks, longest first, in ms. */
  readonly tasksMs: readonly number[];
  /** Of the task for which the thread had a processor the longest. On a busy machine tasks wait for one in their midst. */
  readonly longestCpuMs: number;
  /** What the longest task was made of: the names of its parts with their own time in ms, most first. */
  readonly longest: readonly (readonly [name: string, ms: number])[];
  /** Share of the time for which scripts had a processor. */
  readonly scripting: number;
  /** Share of the time for which anything on the thread had one. */
  readonly busy: number;
}

const scripts = new Set([
  "FunctionCall",
  "EvaluateScript",
  "TimerFire",
  "FireAnimationFrame",
  "EventDispatch",
  "RunMicrotasks",
  "v8.callFunction",
  "FireIdleCallback",
]);
const task = "RunTask";

const end = ({ ts, dur = 0 }: TraceEvent): number => ts + dur;

/** The main thread of the page that did most, of all pages in a trace. `seconds`: how long the trace is. */
export function readTrace(events: readonly TraceEvent[], seconds: number): MainThread {
  const mains = events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  const threads = mains.map(({ pid, tid }) => {
    const own = events.filter((e) => e.pid === pid && e.tid === tid && e.ph === "X");
    return own.toSorted((a, b) => a.ts - b.ts || end(b) - end(a));
  });
  const worked = (thread: readonly TraceEvent[]): number => sum(thread.filter(({ name }) => name === task));
  const thread = threads.toSorted((a, b) => worked(b) - worked(a))[0] ?? [];
  const tasks = outermost(thread.filter(({ name }) => name === task)).toSorted((a, b) => (b.dur ?? 0) - (a.dur ?? 0));
  const longest = tasks[0];
  return {
    tasksMs: tasks.map(({ dur = 0 }) => dur / 1000),
    longestCpuMs: Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur / 1000)),
    longest: longest === undefined ? [] : partsOf(longest, thread),
    scripting: cpu(outermost(thread.filter(({ name }) => scripts.has(name)))) / 1e6 / seconds,
    busy: cpu(tasks) / 1e6 / seconds,
  };
}

const sum = (events: readonly TraceEvent[]): number => events.reduce((total, { dur = 0 }) => total + dur, 0);

const cpu = (events: readonly TraceEvent[]): number =>
  events.reduce((total, { dur = 0, tdur = dur }) => total + tdur, 0);

/** Without those inside of others. In the order of their beginnings. */
function outermost(events: readonly TraceEvent[]): TraceEvent[] {
  let until = -1;
  return events.filter((event) => {
    if (event.ts < until) return false;
    until = end(event);
    return true;
  });
}

/** Each part's own time, without that of the parts inside of it, added up by name. */
function partsOf(whole: TraceEvent, thread: readonly TraceEvent[]): [string, number][] {
  const inside = thread.filter((event) => event.ts >= whole.ts && end(event) <= end(whole));
  const own = new Map<string, number>();
  const open: TraceEvent[] = [];
  const add = (name: string, us: number): void => void own.set(name, (own.get(name) ?? 0) + us / 1000);
  for (const event of inside) {
    while (open.length > 0 && end(open.at(-1) ?? event) <= event.ts) open.pop();
    const parent = open.at(-1);
    if (parent !== undefined) add(parent.name, -(event.dur ?? 0));
    add(event.name, event.dur ?? 0);
    open.push(event);
  }
  return [...own].toSorted(([, a], [, b]) => b - a).slice(0, 5);
}
