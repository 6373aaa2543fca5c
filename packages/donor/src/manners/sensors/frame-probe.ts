/** Whether a page draws as it should, judged by how far its frames are apart. Begin with {@link firstFrames}. */
export interface Frames {
  readonly suffers: boolean;
  /** Of the present second of drawing: ms in all, and of them in frames that came late. */
  readonly allMs: number;
  readonly lateMs: number;
}

export const firstFrames: Frames = { suffers: false, allMs: 0, lateMs: 0 };

/** Three frames of a 60 Hz screen: what a person sees as a stutter. */
const lateFrameMs = 50;
const windowMs = 1000;
/** Apart from each other, so that a page between the two stays what it is. */
const suffersFrom = 0.3;
const fineFrom = 0.1;
/** Nobody draws for so long without having been hidden or asleep. */
const longestMs = 2000;

/** The state after another frame, `gapMs` after the one before. */
export function nextFrames(before: Frames, gapMs: number): Frames {
  if (gapMs > longestMs) return { ...before, allMs: 0, lateMs: 0 };
  const allMs = before.allMs + gapMs;
  const lateMs = before.lateMs + (gapMs > lateFrameMs ? gapMs : 0);
  if (allMs < windowMs) return { ...before, allMs, lateMs };
  const part = lateMs / allMs;
  return { suffers: part > suffersFrom || (before.suffers && part > fineFrom), allMs: 0, lateMs: 0 };
}
