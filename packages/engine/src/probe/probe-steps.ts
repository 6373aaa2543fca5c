/** Memory that a probe has taken, as one of its kinds takes it. */
export interface ProbedMemory {
  /** Takes, writes and reads back `bytes` more. False when the device has no more; then nothing of it stays taken. */
  grow(bytes: number): Promise<boolean>;
  /** Writes or reads all that it has once; resolves with how many bytes moved. */
  move(): Promise<number>;
  /** Frees everything. Never rejects. */
  free(): Promise<void>;
}

export interface ProbeProgress {
  readonly testedBytes: number;
  /** From 0 to 1, by time or by memory, whichever is further. */
  readonly done: number;
}

export interface ProbeStepsOptions {
  readonly memory: ProbedMemory;
  /** The most that makes sense on this device. */
  readonly mostBytes: number;
  readonly nowMs: () => number;
  readonly onProgress: (progress: ProbeProgress) => void;
  readonly signal: AbortSignal;
}

export interface MeasuredMemory {
  readonly testedBytes: number;
  /** 10^9 bytes a second; null where it was too quick to tell. */
  readonly memoryGBps: number | null;
  readonly ms: number;
}

/** DN44. A step is only begun when one as long as the last fits. */
const limitMs = 3000;
/** Kept for measuring the speed. */
const speedMs = 500;
const firstStepBytes = 16 * 2 ** 20;
/** Larger ones are refused by some browsers, whatever is free. */
const longestStepBytes = 256 * 2 ** 20;

/**
 * Takes memory in steps that double up to 256 MiB, until one fails, the most sensible is reached or time runs short; then
 * moves what it has for half a second; then frees all, whatever happened.
 */
export async function probeSteps(options: ProbeStepsOptions): Promise<MeasuredMemory> {
  const { memory, mostBytes, nowMs, onProgress, signal } = options;
  const began = nowMs();
  const past = (): number => nowMs() - began;
  let testedBytes = 0;
  let step = firstStepBytes;
  let slowest = 0;
  try {
    while (testedBytes < mostBytes && past() + slowest < limitMs - speedMs) {
      signal.throwIfAborted();
      const bytes = Math.min(step, mostBytes - testedBytes);
      const before = past();
      if (!(await memory.grow(bytes))) break;
      slowest = Math.max(slowest, (past() - before) * 2);
      testedBytes += bytes;
      step = Math.min(step * 2, longestStepBytes);
      onProgress({ testedBytes, done: Math.min(1, Math.max(past() / limitMs, testedBytes / mostBytes)) });
    }
    const speedBegan = past();
    let moved = 0;
    if (testedBytes > 0)
      while (past() - speedBegan < speedMs && past() < limitMs) {
        signal.throwIfAborted();
        moved += await memory.move();
      }
    const tookMs = past() - speedBegan;
    return { testedBytes, memoryGBps: tookMs < 1 ? null : moved / tookMs / 1e6, ms: past() };
  } finally {
    await memory.free();
  }
}
