const units = ["B", "kB", "MB", "GB"] as const;

/** Bytes in powers of 1,000 with three meaningful digits: `812 kB`, `3.4 MB`, in German `3,4 MB`. */
export function formatBytes(bytes: number, language = "en"): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${formatNumber(value, language, unit === 0 || value >= 99.95 ? 0 : 1)} ${units[unit]}`;
}

export function formatSpeed(bytesPerSecond: number, language = "en"): string {
  return `${formatBytes(bytesPerSecond, language)}/s`;
}

/** `310 ms` below a second, `2.4 s` below two minutes, then `3 min 5 s` and `2 h 10 min`. */
export function formatDuration(ms: number, language = "en"): string {
  if (ms < 999.5) return `${formatNumber(ms, language, 0)} ms`;
  if (ms < 120_000) return `${formatNumber(ms / 1000, language, 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return twoUnits(Math.floor(seconds / 60), "min", seconds % 60, "s", language);
  const minutes = Math.round(seconds / 60);
  return twoUnits(Math.floor(minutes / 60), "h", minutes % 60, "min", language);
}

/** At most `digits` after the point, which is a comma where the language wants one. */
export function formatNumber(value: number, language = "en", digits = 1): string {
  return numberFormat(language, digits).format(value);
}

function twoUnits(more: number, moreUnit: string, less: number, lessUnit: string, language: string): string {
  const first = `${formatNumber(more, language, 0)} ${moreUnit}`;
  return less === 0 ? first : `${first} ${less} ${lessUnit}`;
}

/** Making one takes longer than using it a thousand times. */
const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(language: string, digits: number): Intl.NumberFormat {
  const key = `${language} ${digits}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(language, { maximumFractionDigits: digits });
    formats.set(key, format);
  }
  return format;
}
