import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../backtest/stepped-clock.ts';
import { Failure } from '../model/failure.ts';
import type { Series, SeriesReader } from '../model/series.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { evaluateInstant, evaluateRange, evaluateRangeYielding } from './evaluate.ts';
import { MemorySeries } from './memory-series.ts';
import { parseExpression } from './parser.ts';
import { parseSeriesNotation } from './series-notation.ts';

const MINUTE = 60_000;

function fleet(): MemorySeries {
  const reader = new MemorySeries();
  for (const line of ['queue{tenant="a"} 0+6x10', 'queue{tenant="b"} 0+12x10', 'limit{tenant="a"} 30x10']) {
    const { labels, values } = parseSeriesNotation(line);
    reader.load(labels, values, MINUTE);
  }
  return reader;
}

test('evaluates at one time to the four types', () => {
  const at = (text: string) => evaluateInstant(parseExpression(text), { reader: fleet(), time: 10 * MINUTE });
  assert.deepEqual(at('1 + 1'), { type: 'scalar', value: 2 });
  assert.deepEqual(at('"text"'), { type: 'string', value: 'text' });
  assert.deepEqual(at('sum by (tenant) (rate(queue[5m]))'), {
    type: 'vector',
    labels: [{ tenant: 'a' }, { tenant: 'b' }],
    values: Float64Array.of(0.1, 0.2),
  });
  assert.deepEqual(at('queue{tenant="a"}[2m]'), {
    type: 'matrix',
    series: [
      {
        labels: { __name__: 'queue', tenant: 'a' },
        timestamps: Float64Array.of(9 * MINUTE, 10 * MINUTE),
        values: Float64Array.of(54, 60),
      },
    ],
  });
});

test('evaluates over a range as columns, sorted by labels', () => {
  const expr = parseExpression('queue > 30 or limit');
  const matrix = evaluateRange(expr, { reader: fleet(), start: 4 * MINUTE, end: 6.5 * MINUTE, step: MINUTE });
  assert.deepEqual(matrix, {
    type: 'matrix',
    series: [
      {
        labels: { __name__: 'limit', tenant: 'a' },
        timestamps: Float64Array.of(4 * MINUTE, 5 * MINUTE),
        values: Float64Array.of(30, 30),
      },
      {
        labels: { __name__: 'queue', tenant: 'a' },
        timestamps: Float64Array.of(6 * MINUTE),
        values: Float64Array.of(36),
      },
      {
        labels: { __name__: 'queue', tenant: 'b' },
        timestamps: Float64Array.of(4 * MINUTE, 5 * MINUTE, 6 * MINUTE),
        values: Float64Array.of(48, 60, 72),
      },
    ],
  });
});

test('a range that yields lets others run after each series and each step, and has the same values', async () => {
  const options = { reader: fleet(), start: 0, end: 6 * MINUTE, step: MINUTE };
  const expr = parseExpression('queue + queue offset 1m');
  let pauses = 0;
  const pause = (): Promise<void> => Promise.resolve(void pauses++);
  assert.deepEqual(await evaluateRangeYielding(expr, options, pause), evaluateRange(expr, options));
  assert.equal(pauses, 2 * 2 + 7);
});

test('a scalar over a range is a series without labels', () => {
  const options = { reader: fleet(), start: 0, end: 2000, step: 1000 };
  const { series } = evaluateRange(parseExpression('time() * 2'), options);
  assert.deepEqual(series, [
    { labels: {}, timestamps: Float64Array.of(0, 1000, 2000), values: Float64Array.of(0, 2, 4) },
  ]);
});

test('refuses what a range query cannot answer', () => {
  const range = { reader: fleet(), start: 0, end: 1, step: 1 };
  assert.throws(() => evaluateRange(parseExpression('"text"'), range), isFailure('invalid', /not a string/));
  assert.throws(
    () => evaluateRange(parseExpression('up[5m]'), range),
    isFailure('invalid', /not a range vector/),
  );
  assert.throws(
    () => evaluateRange(parseExpression('up'), { ...range, step: 0 }),
    isFailure('invalid', /step/),
  );
});

test('copies what it keeps: a reader may overwrite its arrays', () => {
  const timestamps = new Float64Array(2);
  const values = new Float64Array(2);
  const reader: SeriesReader = {
    *select(): Iterable<Series> {
      for (const tenant of ['a', 'b']) {
        timestamps.set([0, MINUTE]);
        values.set(tenant === 'a' ? [1, 2] : [10, 20]);
        yield { labels: { tenant }, timestamps, values };
      }
    },
  };
  for (const text of ['x', 'last_over_time(x[5m])', 'max_over_time(x[5m:1m])']) {
    const value = evaluateInstant(parseExpression(text), { reader, time: MINUTE });
    assert.ok(value.type === 'vector');
    assert.deepEqual([...value.values], [2, 20], text);
  }
});

test('asks the reader only for the window it needs', () => {
  const asked: [number, number][] = [];
  const reader: SeriesReader = {
    select(_matchers, { start, end }) {
      asked.push([start / MINUTE, end / MINUTE]);
      return [];
    },
  };
  const ask = (text: string): void =>
    void evaluateInstant(parseExpression(text), { reader, time: 60 * MINUTE });
  ask('up + rate(up[2m] offset 10m) + up @ 600 + max_over_time(up[30m:5m])');
  assert.deepEqual(asked, [
    [55, 60],
    [48, 50],
    [5, 10],
    [30, 60],
  ]);
  asked.length = 0;
  evaluateRange(parseExpression('rate(up[2m])'), { reader, start: 0, end: 90 * MINUTE, step: 60 * MINUTE });
  assert.deepEqual(asked, [[-2, 60]]);
});

test('reads the samples of a range once, however often the expression names them', () => {
  const asked: string[] = [];
  const series = fleet();
  const reader: SeriesReader = {
    select(matchers, range) {
      asked.push(matchers.map(({ value }) => value).join());
      return series.select(matchers, range);
    },
  };
  const text = 'max_over_time(queue[9m]) - min_over_time(queue[9m]) + avg_over_time(queue[5m])';
  const value = evaluateInstant(parseExpression(text), { reader, time: 10 * MINUTE });
  assert.ok(value.type === 'vector' && value.values.length > 0);
  assert.deepEqual(asked, ['queue', 'queue']);
});

test('fails when the sample budget is spent, saying what to do', () => {
  const options = { reader: fleet(), time: 10 * MINUTE, maxSamples: 15 };
  assert.throws(
    () => evaluateInstant(parseExpression('rate(queue[10m])'), options),
    isFailure('budget', /more than 15 samples: select fewer/),
  );
  assert.doesNotThrow(() => evaluateInstant(parseExpression('queue'), options));
});

test('refuses steps without number at once', () => {
  const range = { reader: fleet(), start: 0, end: 1e12, step: 1 };
  assert.throws(() => evaluateRange(parseExpression('vector(1)'), range), isFailure('budget', /longer step/));
  const instant = { reader: fleet(), time: 1e12 };
  const expr = parseExpression('count_over_time(vector(1)[10y:1ms])');
  assert.throws(() => evaluateInstant(expr, instant), isFailure('budget', /longer step/));
});

test('stops at its deadline and at an aborted signal', () => {
  const clock = new VirtualClock(5000);
  const expr = parseExpression('queue');
  const late = { reader: fleet(), time: 0, deadline: { clock, at: 5000 } };
  assert.throws(() => evaluateInstant(expr, late), isFailure('timeout', /deadline/));
  const signal = AbortSignal.abort(new Failure('aborted', 'shutting down'));
  assert.throws(
    () => evaluateInstant(expr, { reader: fleet(), time: 0, signal }),
    isFailure('aborted', /shutting/),
  );
});

test('stops at its deadline within a selector that reads much', () => {
  const clock = new SteppedClock(0);
  let read = 0;
  const reader: SeriesReader = {
    *select() {
      for (; read < 1000; read++) {
        clock.set(clock.now() + 100);
        yield {
          labels: { __name__: 'x', i: `${read}` },
          timestamps: new Float64Array(1000),
          values: new Float64Array(1000),
        };
      }
    },
  };
  const options = { reader, time: 0, deadline: { clock, at: 10_000 } };
  assert.throws(
    () => evaluateInstant(parseExpression('rate(x[1m])'), options),
    isFailure('timeout', /deadline/),
  );
  assert.ok(read < 200, `${read} series were read`);
});

test('lets others run between steps, and can be aborted there', async () => {
  const abort = new AbortController();
  let pauses = 0;
  const pause = async (): Promise<void> => {
    if (++pauses === 3) abort.abort(new Failure('aborted', 'the browser went away'));
  };
  const range = { reader: fleet(), start: 0, end: 10 * MINUTE, step: MINUTE, signal: abort.signal };
  await assert.rejects(
    evaluateRangeYielding(parseExpression('queue'), range, pause),
    isFailure('aborted', /browser/),
  );
  assert.equal(pauses, 3);
  const free = { ...range, signal: new AbortController().signal };
  const expected = evaluateRange(parseExpression('queue'), free);
  assert.deepEqual(await evaluateRangeYielding(parseExpression('queue'), free, pause), expected);
});

test('subqueries keep their steps over a range and answer as at each time alone', () => {
  const reader = fleet();
  const expr = parseExpression('max_over_time(sum(rate(queue[3m]))[4m:90s] offset 30s)');
  const range = { reader, start: 0, end: 12 * MINUTE, step: 45_000 };
  for (const { timestamps, values } of evaluateRange(expr, range).series) {
    timestamps.forEach((time, index) => {
      const alone = evaluateInstant(expr, { reader, time });
      assert.ok(alone.type === 'vector');
      assert.equal(alone.values[0], values[index]);
    });
  }
});

function isFailure(reason: string, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Failure && error.reason === reason && message.test(error.message);
}
