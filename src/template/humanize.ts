import { formatGoPrecision, specialFloat } from './go-float.ts';
import { toTime } from './time-functions.ts';

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
const BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];

/** A number with an SI prefix and four significant digits: 1234567 is `1.235M` (Prometheus `humanize`). */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return formatGoPrecision(value, 4);
  return Math.abs(value) >= 1 ? shrink(value, 1000, LARGE) : grow(value);
}

/** A number with a binary prefix: 1048576 is `1Mi`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return formatGoPrecision(value, 4);
  return shrink(value, 1024, BINARY);
}

/** Seconds as `1d 2h 3m 4s`, or with a prefix below one second: 0.0123 is `12.3ms`. */
export function humanizeDuration(value: number): string {
  if (!Number.isFinite(value)) return formatGoPrecision(value, 4);
  if (value === 0) return '0s';
  if (Math.abs(value) < 1) return `${grow(value)}s`;
  const sign = value < 0 ? '-' : '';
  const total = Math.trunc(Math.abs(value));
  const [seconds, minutes] = [total % 60, Math.trunc(total / 60) % 60];
  const [hours, days] = [Math.trunc(total / 3600) % 24, Math.trunc(total / 86_400)];
  if (days !== 0) return `${sign}${days}d ${hours}h ${minutes}m ${seconds}s`;
  if (hours !== 0) return `${sign}${hours}h ${minutes}m ${seconds}s`;
  if (minutes !== 0) return `${sign}${minutes}m ${seconds}s`;
  return `${sign}${formatGoPrecision(Math.abs(value), 4)}s`;
}

/** A ratio in percent: 0.1234567 is `12.35%`. */
export function humanizePercentage(value: number): string {
  return `${formatGoPrecision(value * 100, 4)}%`;
}

/** Unix seconds as a moment: `2006-01-02 15:04:05 +0000 UTC`. */
export function humanizeTimestamp(value: number): string {
  return specialFloat(value) ?? toTime(value).toString();
}

function shrink(value: number, base: number, prefixes: readonly string[]): string {
  let rest = value;
  let prefix = '';
  for (const next of prefixes) {
    if (Math.abs(rest) < base) break;
    prefix = next;
    rest /= base;
  }
  return formatGoPrecision(rest, 4) + prefix;
}

function grow(value: number): string {
  let rest = value;
  let prefix = '';
  for (const next of SMALL) {
    if (Math.abs(rest) >= 1) break;
    prefix = next;
    rest *= 1000;
  }
  return formatGoPrecision(rest, 4) + prefix;
}
