/** Tokens per second to a tenth, always with the tenth: `42.0`, in German `42,0`. */
export function formatRate(perSecond: number, language: string): string {
  return perSecond.toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
