import type { Alert, Threshold } from '../../model/alert.ts';
import { humanDuration } from '../../model/duration.ts';
import { thousands } from '../storm/words.ts';

const DIGITS = 3;
/** Two numbers that differ in no more digits than these are told as equal. */
const DIGIT_COUNTS = [DIGITS, 4, 5, 6, 7, 8, 9];
const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const LARGE = ['', 'k', 'M', 'G', 'T', 'P'];

/**
 * The value of alerts against what it must not be: `43 (threshold > 20)`, `1m 13s (threshold > 30s)`; of several that which
 * is the furthest from it, `up to 43`. Undefined where a number says nothing: when it is equal to its threshold by the
 * rule, was not measured here, or is of several rules.
 */
export function valueWords(alerts: readonly Alert[]): string | undefined {
  const firing = alerts.filter(({ state, receivedFrom }) => state === 'firing' && receivedFrom === undefined);
  const [first] = firing;
  if (first === undefined) return undefined;
  const { threshold } = first;
  if (threshold === undefined) return firing.length > 1 ? undefined : numberWords(first.value);
  if (threshold.operator === '==' || !firing.every((alert) => isSame(alert.threshold, threshold)))
    return undefined;
  const values = firing.map(({ value }) => value).filter((value) => !Number.isNaN(value));
  if (values.length === 0) return undefined;
  const isBelow = threshold.operator.startsWith('<');
  const worst = isBelow ? Math.min(...values) : Math.max(...values);
  const reach = values.length === 1 ? '' : `${isBelow ? 'down' : 'up'} to `;
  return `${reach}${against(worst, threshold)}`;
}

function isSame(a: Threshold | undefined, b: Threshold): boolean {
  return a?.operator === b.operator && a.value === b.value && a.unit === b.unit;
}

/** Both with as many digits as tell them apart: `20.04 (threshold > 20)`. */
function against(value: number, { operator, value: limit, unit }: Threshold): string {
  const isTold = (digits: number): boolean => wordsOf(value, unit, digits) !== wordsOf(limit, unit, digits);
  const digits = value === limit ? DIGITS : (DIGIT_COUNTS.find(isTold) ?? DIGITS);
  return `${wordsOf(value, unit, digits)} (threshold ${operator} ${wordsOf(limit, unit, digits)})`;
}

/** A number as a person reads it on a phone, with three significant digits: `43.3`, `12.5s`, `1.5GiB`, `93%`. */
export function numberWords(value: number, unit?: Threshold['unit']): string {
  return wordsOf(value, unit, DIGITS);
}

function wordsOf(value: number, unit: Threshold['unit'], digits: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const sign = value < 0 ? '-' : '';
  switch (unit) {
    case 'seconds':
      return `${sign}${secondsWords(size, digits)}`;
    case 'bytes':
      return `${sign}${scaled(size, 1024, SIZES, digits)}`;
    case 'ratio':
      return `${sign}${plain(size * 100, digits)}%`;
    case undefined:
      return `${sign}${plain(size, digits)}`;
  }
}

function secondsWords(seconds: number, digits: number): string {
  const rounded = round(seconds, digits);
  if (rounded === 0) return '0s';
  if (rounded < 1) return `${plain(seconds * 1000, digits)}ms`;
  return rounded < 60 || digits > DIGITS ? `${plain(seconds, digits)}s` : humanDuration(seconds * 1000);
}

/** Whole numbers are counts, and told whole while they are small enough to be read. */
function plain(size: number, digits: number): string {
  if (size >= 1e6) return scaled(size, 1000, LARGE, digits);
  const rounded = Number.isInteger(size) ? size : round(size, digits);
  const [whole = '', fraction] = String(rounded).split('.');
  return fraction === undefined ? thousands(Number(whole)) : `${thousands(Number(whole))}.${fraction}`;
}

function scaled(size: number, base: number, prefixes: readonly string[], digits: number): string {
  let [rest, at] = [size, 0];
  while (round(rest, digits) >= base && at < prefixes.length - 1) [rest, at] = [rest / base, at + 1];
  return `${round(rest, digits)}${prefixes[at] ?? ''}`;
}

/** To so many significant digits, but never to less than a whole. */
function round(size: number, digits: number): number {
  const whole = String(Math.trunc(size)).length;
  return Number(size.toPrecision(Math.min(Math.max(digits, whole), 21)));
}
