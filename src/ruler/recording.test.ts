import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Sparse } from '../model/frame.ts';
import { formatLabels, type Labels } from '../model/labels.ts';
import { ListFrame } from '../promql/nodes/frames.ts';
import { Row } from '../promql/nodes/row.ts';
import { Recording } from './recording.ts';
import { createSampleWriters } from './sample-writers.ts';
import { groupsOf } from './testing/ruler-bench.ts';

/** A recording rule over a result that is set by hand; `write` returns what was recorded. */
function setUp(labels: string) {
  const [rule] = groupsOf(`{ record: r, expr: m, labels: ${labels} }`).flatMap(({ rules }) => rules);
  assert.ok(rule?.kind === 'record');
  let recorded: string[] = [];
  const writers = createSampleWriters((samples) => {
    recorded = samples.map(
      ({ labels: own, value, stale }) => `${formatLabels(own)} ${stale ? 'ends' : value}`,
    );
  });
  const recording = new Recording(rule, writers('r'));
  const frame = new ListFrame();
  const row = new Row(frame);
  let time = 0;
  return {
    frame,
    add: (...all: readonly Labels[]) => all.map((each) => frame.push(each)),
    write(values: readonly (number | undefined)[], limit = 0): string[] {
      recorded = [];
      row.begin();
      for (const [position, value] of values.entries()) if (value !== undefined) row.set(position, value);
      recording.write(row satisfies Sparse, time++, limit);
      return recorded;
    },
  };
}

describe('a recording rule', () => {
  test('records what is present under its name and labels, and ends what is not any more', () => {
    const { add, write } = setUp('{ by: rule, le: "" }');
    add({ __name__: 'm', tenant: 'a', le: '1' }, { __name__: 'm', tenant: 'b', le: '1' });
    assert.deepEqual(write([1, 2]), ['r{by="rule", tenant="a"} 1', 'r{by="rule", tenant="b"} 2']);
    assert.deepEqual(write([undefined, 3]), ['r{by="rule", tenant="b"} 3', 'r{by="rule", tenant="a"} ends']);
    add({ __name__: 'm', tenant: 'c', le: '1' });
    assert.deepEqual(write([undefined, undefined, 4]), [
      'r{by="rule", tenant="c"} 4',
      'r{by="rule", tenant="b"} ends',
    ]);
  });

  test('fails when two present series become one, and records nothing then', () => {
    const { add, write } = setUp('{ node: one }');
    add({ tenant: 'a', node: 'x' }, { tenant: 'b', node: 'y' }, { tenant: 'a', node: 'z' });
    assert.deepEqual(write([1, 2]), ['r{node="one", tenant="a"} 1', 'r{node="one", tenant="b"} 2']);
    assert.throws(() => write([1, 2, 3]), { reason: 'invalid', message: /same labels/ });
    assert.deepEqual(write([undefined, 2, 3]), [
      'r{node="one", tenant="b"} 2',
      'r{node="one", tenant="a"} 3',
    ]);
  });

  test('fails when metrics differ by their name alone', () => {
    const { add, write } = setUp('{}');
    add({ __name__: 'm', tenant: 'a' }, { __name__: 'n', tenant: 'a' });
    assert.throws(() => write([1, 2]), /same labels/);
  });

  test('begins anew with the epoch of its result', () => {
    const { frame, add, write } = setUp('{ node: one }');
    add({ tenant: 'a', node: 'x' }, { tenant: 'a', node: 'y' });
    assert.throws(() => write([1, 2]), /same labels/);
    frame.clear();
    add({ tenant: 'a', node: 'x' }, { tenant: 'b', node: 'x' });
    assert.deepEqual(write([1, 2]), ['r{node="one", tenant="a"} 1', 'r{node="one", tenant="b"} 2']);
  });

  test('records nothing beyond its limit', () => {
    const { add, write } = setUp('{}');
    add({ tenant: 'a' }, { tenant: 'b' });
    assert.throws(() => write([1, 2], 1), {
      reason: 'budget',
      message: /yields 2 series, its group's limit is 1/,
    });
    assert.deepEqual(write([1], 1), ['r{tenant="a"} 1']);
  });
});
