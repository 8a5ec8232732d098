const MINUS = '\u2212';
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 12345 → "12,345". */
export const formatCount = (value: number): string => whole.format(value);

/** Short for tables: 950, 12.3 k, 4.56 M, 1.2 G. */
export function formatShort(value: number): string {
  for (const [size, unit] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k'],
  ] as const) {
    const divisor = unit === 'k' ? 1e3 : size;
    if (value >= size) return `${(value / divisor).toPrecision(3)} ${unit}`;
  }
  return formatCount(value);
}

export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${formatCount(Math.round(bytes / 1e3))} kB`;
}

export const formatMs = (ms: number): string => (ms >= 100 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(ms >= 10 ? 1 : 2)} ms`);

/** How long ago: "8 ms", "1.2 s", "3 min". */
export function formatAge(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min`;
}

/** With a true minus sign and, on request, a plus: figures of a set line up. */
export function formatSigned(value: number, digits: number, plus = false): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return value < 0 ? MINUS + text : plus ? `+${text}` : text;
}

/** 24 or 23.976, as crews say it. */
export const formatRate = (fps: number): string => String(Number(fps.toFixed(3)));

/** Reads what a person types: comma or point, true minus or hyphen. NaN when it is no number. */
export function parseTyped(text: string): number {
  const plain = text.trim().replace(MINUS, '-').replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : Number.NaN;
}

/** Local time of day of an ISO time, or the text itself if it is none. */
export function formatTimeOfDay(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleTimeString('en-GB');
}
