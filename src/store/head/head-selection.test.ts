import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHead, queues, read, SECOND, START } from '../../../test/fakes/head-fixture.ts';
import type { Sparse } from '../../model/frame.ts';
import type { Labels } from '../../model/labels.ts';
import { createMatcher } from '../../model/matcher.ts';
import type { Selection } from '../../model/selection.ts';

const LENGTH = createMatcher('__name__', '=', 'octopus_queue_length');

/** Label `name` to value of what is there at a time, in seconds since `START`. */
function instant(selection: Selection, at: number): Record<string, number> {
  selection.refresh();
  const values = new Float64Array(selection.length);
  const present = new Uint8Array(selection.length);
  selection.instant(START + at * SECOND, 300 * SECOND, values, present);
  const found: Record<string, number> = {};
  for (let i = 0; i < selection.length; i++)
    if (present[i] === 1) found[selection.labels(i)['name'] ?? ''] = values[i] ?? 0;
  return found;
}

function sparse(labels: readonly Labels[], values: readonly (number | undefined)[], epoch = 0): Sparse {
  return {
    frame: { epoch, length: labels.length, labels: (i) => labels[i] ?? {} },
    values: Float64Array.from(values, (value) => value ?? Number.NaN),
    present: Uint8Array.from(values, (value) => (value === undefined ? 0 : 1)),
  };
}

test('a selection takes up births, and ends with stale markers', async (t) => {
  const { head } = await openHead(t);
  const selection = head.follow([LENGTH]);
  assert.equal(selection.length, 0);
  head.ingest(queues('acme', START, { a: 1, b: 2 }), START);
  assert.deepEqual(instant(selection, 0), { a: 1, b: 2 });
  head.ingest(queues('acme', START + 15 * SECOND, { b: 3, c: 4 }), START + 15 * SECOND);
  assert.deepEqual(instant(selection, 15), { b: 3, c: 4 });
  assert.deepEqual(instant(selection, 14), { a: 1, b: 2 });
  assert.deepEqual(instant(selection, 400), {});
});

test('ranges are open on the left, and edges are the ends of the window', async (t) => {
  const { head } = await openHead(t);
  for (let i = 0; i < 5; i++)
    head.ingest(queues('acme', START + i * SECOND, { a: i === 3 ? 0 : i }), START + i * SECOND);
  const selection = head.follow([LENGTH]);
  selection.seek(START, START + 4 * SECOND);
  const { length, values } = selection.window(0) ?? { length: 0, values: [] };
  assert.deepEqual(Array.from(values.slice(0, length)), [1, 2, 0, 4]);
  assert.deepEqual(
    { ...selection.edges(0) },
    {
      count: 4,
      firstTime: START + SECOND,
      firstValue: 1,
      lastTime: START + 4 * SECOND,
      lastValue: 4,
      rises: false,
    },
  );
  selection.seek(START + 4 * SECOND, START + 5 * SECOND);
  assert.equal(selection.window(0), undefined);
  assert.equal(selection.edges(0), undefined);
});

test('a writer marks stale what it wrote before and does not write now, also after a restart', async (t) => {
  const fixture = await openHead(t);
  const labels = ['a', 'b', 'c'].map((name) => ({ __name__: 'job:x:sum', name }));
  const writer = fixture.head.writer('g;job:x:sum');
  assert.equal(fixture.head.writer('g;job:x:sum'), writer);
  writer.write(START, sparse(labels, [1, 2, undefined]));
  writer.write(START + SECOND, sparse(labels, [3, undefined, 5]));
  const expected = { 'job:x:sum{name="a"}': '0:1 1:3', 'job:x:sum{name="b"}': '0:2 1:stale' };
  assert.deepEqual(read(fixture.head), { ...expected, 'job:x:sum{name="c"}': '1:5' });
  const again = await fixture.reopen();
  again.writer('g;job:x:sum').write(START + 2 * SECOND, sparse(labels.slice(1), [undefined, 6]));
  assert.deepEqual(read(again), {
    'job:x:sum{name="a"}': '0:1 1:3 2:stale',
    'job:x:sum{name="b"}': '0:2 1:stale',
    'job:x:sum{name="c"}': '1:5 2:6',
  });
  again.writer('g;job:x:sum').end(START + 3 * SECOND);
  assert.equal(read(again)['job:x:sum{name="c"}'], '1:5 2:6 3:stale');
});
