import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHead, queues, SECOND, START } from '../../../test/fakes/head-fixture.ts';
import { createMatcher } from '../../model/matcher.ts';

test('the label sets of a range are those of its series, read or not', async (t) => {
  const { head } = await openHead(t);
  head.ingest(queues('acme', START, { a: 1, b: 2 }), START);
  head.ingest(queues('acme', START + 15 * SECOND, { b: 3 }), START + 15 * SECOND);
  head.ingest(queues('acme', START + 30 * SECOND, { b: 3, c: 4 }), START + 30 * SECOND);
  head.ingest(queues('globex', START + 60 * SECOND, { d: 4 }), START + 60 * SECOND);
  const acme = [createMatcher('tenant', '=', 'acme')];
  for (const [start, end] of [
    [0, 0],
    [0, 60],
    [1, 14],
    [15, 15],
    [16, 29],
    [16, 30],
    [61, 900],
    [-900, -1],
  ] as const) {
    for (const matchers of [acme, []]) {
      const range = { start: START + start * SECOND, end: START + end * SECOND };
      assert.deepEqual(
        Array.from(head.labelSets(matchers, range)),
        Array.from(head.select(matchers, range), ({ labels }) => labels),
        `${start} to ${end}`,
      );
    }
  }
  const all = Array.from(head.labelSets([], { start: START, end: START + 60 * SECOND }));
  assert.deepEqual(
    all.map(({ name }) => name),
    ['a', 'b', 'c', 'd'],
  );
});
