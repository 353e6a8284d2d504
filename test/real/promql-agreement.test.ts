import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { labelsKey } from '../../src/model/labels.ts';
import { isStale } from '../../src/model/series.ts';
import { almostEqual } from '../../src/promql/conformance/compare.ts';
import { evaluateRange } from '../../src/promql/evaluate.ts';
import { MemorySeries } from '../../src/promql/memory-series.ts';
import { parseExpression } from '../../src/promql/parser.ts';
import { parseLabels, parseValues } from '../../src/promql/series-notation.ts';
import { skipWithoutGo } from './go-program.ts';
import { askEngine, type EngineAnswer, type EngineQuery, type EngineSeries } from './promql-engine.ts';
import { vectorExpression } from './random-expressions.ts';

const EXPRESSIONS = 3000;
/** Fixed, so that what fails today fails tomorrow; agreement was looked for with many others. */
const SEED = 20_261_121;

/** Series in test notation: counters with gaps and resets, gauges, classic buckets, info. */
const SERIES: readonly (readonly [series: string, values: string])[] = ['a', 'b'].flatMap((job, j) =>
  ['1', '2', '3'].flatMap((node, n): [string, string][] => [
    [`c_total{job="${job}",node="${node}"}`, `${n}+${3 + j}x30 _x${n} 2+7x20 stale _x3 5+${n + 1}x40`],
    [`d_total{job="${job}",node="${node}"}`, `_x${n * 9} 100+${n * 2 + j}.5x80`],
    [`g{job="${job}",node="${node}"${j === 0 ? `,zone="z${n}"` : ''}}`, wave(7 * j + n)],
    [`target_info{job="${job}",instance="${node}",node="${node}",version="v${n}"}`, '1x100'],
    ...['0.1', '0.5', '1', '+Inf'].map((le, i): [string, string] => [
      `h_bucket{job="${job}",node="${node}",le="${le}"}`,
      `0+${(i + 1) * (n + 2)}x100`,
    ]),
  ]),
);

/** Values that rise and fall, in quarters, now and then none or no number. */
function wave(phase: number): string {
  return Array.from({ length: 100 }, (_, i) => {
    const step = (i * 37 + phase * 11) % 101;
    return step === 50 ? 'NaN' : step === 51 ? '_' : String(step / 4 - 12);
  }).join(' ');
}

const query: fc.Arbitrary<EngineQuery> = fc
  .record({
    expr: vectorExpression,
    start: fc.constantFrom(300_000, 601_000, 1_207_500),
    step: fc.constantFrom(15_000, 47_000, 60_000),
    steps: fc.constantFrom(1, 4),
  })
  .map(({ expr, start, step, steps }) => ({ expr, start, end: start + steps * step, step }));

test('the real engine answers random queries as we do', { skip: skipWithoutGo() }, async (context) => {
  const reader = new MemorySeries();
  for (const [series, values] of SERIES) reader.load(parseLabels(series), parseValues(values), 15_000);
  const queries = fc.sample(query, { seed: SEED, numRuns: EXPRESSIONS });
  const answers = await askEngine(loaded(reader), queries);
  const differing = queries.flatMap((each, index) => {
    const theirs = answers[index] ?? { error: 'no answer', series: [] };
    const problem = difference(ask(reader, each), theirs);
    return problem === undefined ? [] : [`${JSON.stringify(each)}: ${problem}`];
  });
  const answered = answers.filter(({ error, series }) => error === undefined && series.length > 0).length;
  context.diagnostic(`${answered} of ${queries.length} queries have series in their answer`);
  assert.ok(answered > EXPRESSIONS / 2);
  assert.deepEqual(differing, []);
});

function loaded(reader: MemorySeries): readonly EngineSeries[] {
  return Array.from(reader.select([], { start: 0, end: Number.MAX_SAFE_INTEGER }), (series) => ({
    labels: series.labels,
    times: [...series.timestamps],
    values: Array.from(series.values, (value, i) => (isStale(series.values, i) ? 'stale' : String(value))),
  }));
}

function ask(reader: MemorySeries, { expr, ...times }: EngineQuery): EngineAnswer {
  try {
    const { series } = evaluateRange(parseExpression(expr), { reader, ...times });
    return {
      series: series.map(({ labels, timestamps, values }) => ({
        labels,
        times: [...timestamps],
        values: Array.from(values, String),
      })),
    };
  } catch (error) {
    return { error: String(error), series: [] };
  }
}

/** What fails has to fail in both; in which words is not compared. */
function difference(ours: EngineAnswer, theirs: EngineAnswer): string | undefined {
  if (ours.error !== undefined && theirs.error !== undefined) return undefined;
  if ((ours.error ?? theirs.error) !== undefined) return `${ours.error} here, ${theirs.error} there`;
  if (ours.series.length !== theirs.series.length)
    return `${ours.series.length} series, not ${theirs.series.length}`;
  const mine = new Map(ours.series.map((series) => [labelsKey(series.labels), series]));
  for (const series of theirs.series) {
    const own = mine.get(labelsKey(series.labels));
    const isEqual =
      own !== undefined &&
      own.times.join() === series.times.join() &&
      own.values.every((value, i) => isSame(toNumber(value), toNumber(series.values[i] ?? '')));
    if (!isEqual) return `${JSON.stringify(own)}, not ${JSON.stringify(series)}`;
  }
  return undefined;
}

/** Rounding errors of a difference may be all that is left of it. */
function isSame(a: number, b: number): boolean {
  return almostEqual(a, b) || Math.abs(a - b) < 1e-9;
}

function toNumber(text: string): number {
  return Number(text.replace(/^([-+]?)Inf(?:inity)?$/, '$1Infinity'));
}
