import { maxOfTwo, minOfTwo } from './order-statistics.ts';

/** A function of one value; further arguments are the same for all series. Undefined where there is no result. */
export type ValueFunction = (value: number, first: number, second: number) => number | undefined;

const FUNCTIONS: ReadonlyMap<string, ValueFunction> = new Map<string, ValueFunction>([
  ['abs', Math.abs],
  ['acos', Math.acos],
  ['acosh', Math.acosh],
  ['asin', Math.asin],
  ['asinh', Math.asinh],
  ['atan', Math.atan],
  ['atanh', Math.atanh],
  ['ceil', Math.ceil],
  ['clamp', clamp],
  ['clamp_max', (value, most) => minOfTwo(most, value)],
  ['clamp_min', (value, least) => maxOfTwo(least, value)],
  ['cos', Math.cos],
  ['cosh', Math.cosh],
  ['day_of_month', ofDate((date) => date.getUTCDate())],
  ['day_of_week', ofDate((date) => date.getUTCDay())],
  ['day_of_year', ofDate(dayOfYear)],
  ['days_in_month', ofDate(daysInMonth)],
  ['deg', (value) => (value * 180) / Math.PI],
  ['exp', Math.exp],
  ['floor', Math.floor],
  ['hour', ofDate((date) => date.getUTCHours())],
  ['ln', Math.log],
  ['log10', Math.log10],
  ['log2', Math.log2],
  ['minute', ofDate((date) => date.getUTCMinutes())],
  ['month', ofDate((date) => date.getUTCMonth() + 1)],
  ['rad', (value) => (value * Math.PI) / 180],
  ['round', roundTo],
  ['sgn', Math.sign],
  ['sin', Math.sin],
  ['sinh', Math.sinh],
  ['sqrt', Math.sqrt],
  ['tan', Math.tan],
  ['tanh', Math.tanh],
  ['year', ofDate((date) => date.getUTCFullYear())],
]);

/** Functions of a time that read the evaluation time when they are given none. */
const OF_DATE: ReadonlySet<string> = new Set(
  'day_of_month day_of_week day_of_year days_in_month hour minute month year'.split(' '),
);

/** The function that is applied to every value of a vector. */
export function valueFunctionOf(name: string): ValueFunction | undefined {
  return FUNCTIONS.get(name);
}

/** Whether a function takes the evaluation time where it is given no vector. */
export function isDateFunction(name: string): boolean {
  return OF_DATE.has(name);
}

/** An empty interval holds no value. */
function clamp(value: number, least: number, most: number): number | undefined {
  return least > most ? undefined : maxOfTwo(least, minOfTwo(most, value));
}

/** The nearest multiple, a half rounding up; multiplied by the inverse as Prometheus does, for the same last bits. */
function roundTo(value: number, nearest: number): number {
  const inverse = 1 / nearest;
  return Math.floor(value * inverse + 0.5) / inverse;
}

/** A part of the UTC date of a time in seconds. */
function ofDate(part: (date: Date) => number): ValueFunction {
  return (seconds) => part(new Date(Math.trunc(seconds) * 1000));
}

function dayOfYear(date: Date): number {
  const year = date.getUTCFullYear();
  return (Date.UTC(year, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(year, 0, 0)) / 86_400_000;
}

function daysInMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}
