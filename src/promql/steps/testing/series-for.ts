import { METRIC_NAME, type Labels } from '../../../model/labels.ts';
import type { Matcher } from '../../../model/matcher.ts';
import type { TimeRange } from '../../../model/series.ts';
import { MemorySeries, type MemorySample } from '../../memory-series.ts';
import { parseExpression } from '../../parser.ts';
import { childrenOf, type Expr } from '../../tree.ts';

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Series that the selectors of an expression find, of all shapes, with samples from `start` to `end` (ms).
 * @param further names of labels that they have beside those the expression names
 */
export function seriesFor(
  text: string,
  { start, end }: TimeRange,
  random: () => number,
  further: readonly string[] = [],
): MemorySeries {
  const born: Born[] = [];
  const expr = parseExpression(text);
  const names = [...new Set([...labelNames(expr), ...further])];
  for (const matchers of selectorsOf(expr)) {
    for (let copy = 0; copy < 5; copy++) {
      const labels: Record<string, string> = { [METRIC_NAME]: 'any' };
      for (const name of names) if (random() < 0.9) labels[name] = valueOf(name, random);
      for (const matcher of matchers) if (random() < 0.95) pin(labels, matcher, random);
      born.push({ labels, samples: samplesOf(labels, { start, end }, random) });
    }
  }
  const series = new MemorySeries();
  for (const { samples } of born.toSorted((a, b) => firstTime(a) - firstTime(b))) series.append(samples);
  return series;
}

/** Evaluators meet series in the order of their births: those that come step by step cannot do otherwise. */
interface Born {
  readonly labels: Labels;
  readonly samples: readonly MemorySample[];
}

function firstTime({ samples: [first] }: Born): number {
  return first?.time ?? 0;
}

function valueOf(name: string, random: () => number): string {
  if (name === 'le') return ['0.5', '1', '2', '+Inf'][Math.floor(random() * 4)] ?? '';
  return random() < 0.7 ? 'a' : 'b';
}

function selectorsOf(expr: Expr): readonly (readonly Matcher[])[] {
  return expr.kind === 'selector' ? [expr.matchers] : childrenOf(expr).flatMap(selectorsOf);
}

function labelNames(expr: Expr): readonly string[] {
  const inner = childrenOf(expr).flatMap(labelNames);
  if (expr.kind === 'aggregate') return [...expr.grouping, ...inner];
  if (expr.kind === 'binary')
    return [...(expr.matching?.labels ?? []), ...(expr.matching?.include ?? []), ...inner];
  if (expr.kind === 'selector')
    return expr.matchers.map(({ name }) => name).filter((name) => name !== METRIC_NAME);
  return inner;
}

function pin(labels: Record<string, string>, { name, operator, value }: Matcher, random: () => number): void {
  if (operator === '=') labels[name] = value;
  if (operator === '=~') {
    const choices = value.split('|').map((part) => part.replaceAll(/\.[*+]|[()]/g, 'x'));
    labels[name] = choices[Math.floor(random() * choices.length)] ?? '';
  }
  if (labels[name] === '') delete labels[name];
}

const SHAPES: readonly ((random: () => number, before: number) => number)[] = [
  (random) => (random() < 0.5 ? 0 : 1),
  (random, before) => (random() < 0.04 ? random() * 3 : before + random() * 7),
  (random, before) => (random() < 0.03 ? 0 : before + Math.floor(random() * 20)),
  (random) => random() * 2,
  () => 1,
  (_random, before) => before - 1e6,
  (random) =>
    random() < 0.1 ? ([Number.NaN, Infinity, -Infinity, -0, 1e308][Math.floor(random() * 5)] ?? 0) : random(),
  (random, before) => (random() < 0.1 ? Math.round(random() * 100) : before),
];

function samplesOf(labels: Labels, { start, end }: TimeRange, random: () => number): readonly MemorySample[] {
  const samples: MemorySample[] = [];
  const shape = SHAPES[Math.floor(random() * SHAPES.length)] ?? (() => 0);
  const interval = [15_000, 30_000, 60_000, 60_000, 180_000][Math.floor(random() * 5)] ?? 60_000;
  const isRegular = random() < 0.5;
  let time = start + Math.floor(random() * interval);
  if (random() < 0.2) time += Math.floor(random() * (end - start));
  let value = random() < 0.3 ? 5e7 : 0;
  while (time < end) {
    const fate = random();
    if (fate < 0.01) time += interval * 12;
    if (fate > 0.985) samples.push({ labels, time, value: 0, stale: true });
    else if (fate > 0.03) samples.push({ labels, time, value: (value = shape(random, value)) });
    if (fate > 0.985 && random() < 0.3) break;
    time += isRegular ? interval : Math.max(1, Math.floor(interval * (0.2 + random() * 1.6)));
  }
  return samples;
}
