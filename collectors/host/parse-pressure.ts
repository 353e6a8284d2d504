import { countOf, decimalOf, linesOf, malformed, wordsOf } from './parse-number.ts';

/** How long work stood still for want of a resource. */
export interface Stall {
  /** Share of the last 10 s, 0 to 1. */
  readonly ratio: number;
  /** Since the boot, or since the cgroup was made. */
  readonly seconds: number;
}

/** `some`: at least one task waited; `full`: all did. The CPU of a machine has no full stall. */
export type Pressure = Readonly<Partial<Record<'some' | 'full', Stall>>>;

/**
 * A pressure file: `some avg10=0.12 avg60=0.00 avg300=0.00 total=684018465`, total in µs.
 * Source: kernel.org/doc/html/latest/accounting/psi.html
 */
export function parsePressure(text: string, file: string): Pressure {
  const pressure: Partial<Record<'some' | 'full', Stall>> = {};
  for (const line of linesOf(text)) {
    const [kind, ...pairs] = wordsOf(line);
    if (kind !== 'some' && kind !== 'full') throw malformed(file, kind);
    const values = new Map(pairs.map((pair) => splitPair(pair)));
    pressure[kind] = {
      // A percentage of two digits behind the point.
      ratio: Math.round(decimalOf(values.get('avg10'), file) * 100) / 10_000,
      seconds: countOf(values.get('total'), file) / 1e6,
    };
  }
  return pressure;
}

/** `key=value`. */
export function splitPair(pair: string): [string, string] {
  const [key = '', value = ''] = pair.split('=');
  return [key, value];
}
