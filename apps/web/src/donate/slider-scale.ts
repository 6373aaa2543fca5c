/** Budgets, in MB, that a slider offers: each step is the same part more than the one before, as memory is felt. */
const least = 8;
const most = 16_384;
const stepsInAll = 66;

/** Positions go from 0 to this. */
export const sliderSteps = stepsInAll;

/** The nearest position; budgets beyond the slider are at its end. */
export function sliderPosition(mb: number): number {
  const part = Math.log(Math.min(most, Math.max(least, mb)) / least) / Math.log(most / least);
  return Math.round(part * stepsInAll);
}

/** Two meaningful digits, so that nobody reads a precision that is none. */
export function sliderMb(position: number): number {
  return Number((least * (most / least) ** (position / stepsInAll)).toPrecision(2));
}
