import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../model/failure.ts';
import { MemorySeries } from '../memory-series.ts';
import { parseExpression } from '../parser.ts';
import { prepareSteps, RowPool, StepFailure, type StepMatrix } from './evaluate-steps.ts';
import { differenceOfSteps } from './testing/compare-steps.ts';

const MINUTE = 60_000;
const HOUR = { start: 3_600_000, step: MINUTE, count: 60 };

test('a row has a value at the steps where its series has one', () => {
  const reader = loaded({ up: [1, 0, 'stale', 'missing', 1] });
  const matrix = over('up', reader, { start: 0, step: MINUTE, count: 6 });
  assert.deepEqual(matrix.labels, [{ __name__: 'up' }]);
  assert.deepEqual(
    matrix.present.map((row) => [...row]),
    [[1, 1, 0, 0, 1, 1]],
  );
  assert.deepEqual(
    [0, 1, 4, 5].map((step) => matrix.values[0]?.[step]),
    [1, 0, 1, 1],
  );
});

test('a series that a comparison drops at every step has no row', () => {
  const reader = loaded({ up: [1, 1, 1], down: [1, 0, 1] });
  assert.deepEqual(over('{__name__=~"up|down"} == 0', reader, { start: 0, step: MINUTE, count: 3 }).labels, [
    { __name__: 'down' },
  ]);
});

test('a scalar is a row without labels', () => {
  const matrix = over('time() + 1', new MemorySeries(), { start: 0, step: MINUTE, count: 3 });
  assert.deepEqual(matrix.labels, [{}]);
  assert.deepEqual(
    matrix.values.map((row) => [...row]),
    [[1, 61, 121]],
  );
});

test('every step is an evaluation of its own: what asks for the bounds of the query gets the step', () => {
  const reader = loaded({ up: [1, 2, 3] });
  const range = { start: 0, step: MINUTE, count: 3 };
  assert.deepEqual(
    over('up @ start()', reader, range).values.map((row) => [...row]),
    [[1, 2, 3]],
  );
  assert.deepEqual(
    over('vector(end())', reader, range).values.map((row) => [...row]),
    [[0, 60, 120]],
  );
});

test('a string and a range vector have no steps', () => {
  for (const expr of ['"text"', 'up[5m]']) {
    assert.throws(() => prepareSteps(parseExpression(expr), { reader: new MemorySeries() }), {
      reason: 'invalid',
      message: /not an instant vector/,
    });
  }
});

test('the first step that fails is told, and the expression can be asked again', () => {
  const reader = new MemorySeries();
  reader.load({ __name__: 'a', x: '1' }, [1, 1, 1, 1], MINUTE);
  reader.load({ __name__: 'b', x: '1', y: '1' }, [1, 1, 1, 1], MINUTE);
  reader.load({ __name__: 'b', x: '1', y: '2' }, ['missing', 'missing', 1, 1], MINUTE);
  const prepared = prepareSteps(parseExpression('a * on (x) b'), { reader });
  assert.throws(
    () => prepared.over({ start: 0, step: MINUTE, count: 4 }),
    (error) => {
      assert.ok(error instanceof StepFailure);
      assert.equal(error.reason, 'invalid');
      assert.match(error.message, /found duplicate series for the match group \{x="1"\}/);
      assert.equal(error.time, 2 * MINUTE);
      return true;
    },
  );
  assert.deepEqual(
    prepared.over({ start: 0, step: MINUTE, count: 2 }).values.map((row) => [...row]),
    [[1, 1]],
  );
});

test('who wants to be told of steps that fail gets the values of all others', () => {
  const reader = new MemorySeries();
  reader.load({ __name__: 'a', x: '1' }, [1, 2, 3, 4, 5], MINUTE);
  reader.load({ __name__: 'b', x: '1', y: '1' }, [1, 1, 1, 1, 1], MINUTE);
  reader.load({ __name__: 'b', x: '1', y: '2' }, ['missing', 1, 'stale', 1, 'stale'], MINUTE);
  const prepared = prepareSteps(parseExpression('a * on (x) b'), { reader });
  const failed: number[] = [];
  const matrix = prepared.over({ start: 0, step: MINUTE, count: 5 }, {}, ({ time }) => failed.push(time));
  assert.deepEqual(failed, [MINUTE, 3 * MINUTE]);
  assert.deepEqual(matrix.labels, [{ x: '1' }]);
  assert.deepEqual(
    matrix.present.map((row) => [...row]),
    [[1, 0, 1, 0, 1]],
  );
  assert.deepEqual(
    [0, 2, 4].map((step) => matrix.values[0]?.[step]),
    [1, 3, 5],
  );
});

test('what is left out because nobody asks for it hides no failure', () => {
  const reader = loaded({ a: [1, 2, 3, 4], b: [1, 2, 3, 4], c: [5, 5, 5, 5] });
  for (const expr of [
    'predict_linear({__name__=~"a|b"}[2m], 60) < 0',
    'rate({__name__=~"a|b"}[2m]) and on (x) c == 0',
    'c == 0 unless on (x) rate({__name__=~"a|b"}[2m])',
    '({__name__=~"a|b"} + 0) and c == 0',
  ]) {
    assert.throws(() => over(expr, reader, { start: MINUTE, step: MINUTE, count: 3 }), { time: MINUTE });
    assert.equal(differenceOfSteps(expr, reader, { start: 0, step: MINUTE, count: 4 }), undefined);
  }
});

test('an evaluation ends at its budget, and with its signal', () => {
  const reader = loaded({ up: Array.from({ length: 100 }, () => 1) });
  const prepared = prepareSteps(parseExpression('up'), { reader });
  assert.throws(() => prepared.over(HOUR, { maxSamples: 50 }), { reason: 'budget' });
  assert.throws(() => prepared.over(HOUR, { signal: AbortSignal.abort(new Failure('aborted', 'enough')) }), {
    message: 'enough',
  });
  assert.equal(prepared.over(HOUR).labels.length, 1);
});

test('rows that were given back are written over by the next expression', () => {
  const reader = loaded({ up: Array.from({ length: 100 }, (_, i) => i) });
  const rows = new RowPool();
  const settings = { reader, rows };
  const first = prepareSteps(parseExpression('up'), settings).over(HOUR);
  const [values] = first.values;
  first.release();
  const second = prepareSteps(parseExpression('up > 90'), settings).over(HOUR);
  assert.equal(second.values[0], values);
  assert.deepEqual([second.values[0]?.[31], second.present[0]?.indexOf(1)], [91, 31]);
});

test('series that come and go from block to block are told apart', () => {
  const reader = new MemorySeries();
  for (let block = 0; block < 6; block++) {
    for (let pod = 0; pod < 100; pod++) {
      const labels = { __name__: 'x', pod: `${block}-${pod}`, node: `n${pod % 3}` };
      reader.load(
        labels,
        Array.from({ length: 10 }, (_, i) => i + pod),
        MINUTE,
        block * 10 * MINUTE,
      );
    }
  }
  const range = { start: 0, step: MINUTE, count: 70 };
  for (const expr of [
    'count_values("v", x * 1.5 + time())',
    'max_over_time(x[5m:1m])',
    'x',
    'sum by (node) (x)',
    'x and on (pod) x > 50',
    'x + on (pod) x',
    'rate(x[2m])',
  ]) {
    assert.equal(differenceOfSteps(expr, reader, range, 7), undefined);
  }
});

function over(expr: string, reader: MemorySeries, range: typeof HOUR): StepMatrix {
  return prepareSteps(parseExpression(expr), { reader }).over(range);
}

/** A series a minute apart for each name, from time 0 on. */
function loaded(series: Readonly<Record<string, Parameters<MemorySeries['load']>[1]>>): MemorySeries {
  const reader = new MemorySeries();
  for (const [name, values] of Object.entries(series)) reader.load({ __name__: name }, values, MINUTE);
  return reader;
}
