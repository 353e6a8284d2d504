import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PairIds } from './pair-ids.ts';

const pair = fc.tuple(fc.integer({ min: -1, max: 30 }), fc.integer({ min: -1, max: 30 }));

test('pairs are numbered in the order in which they were seen first, however many there are', () => {
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 300, size: 'max' }), (pairs) => {
      const ids = new PairIds();
      const seen = [...new Set(pairs.map(String))];
      assert.deepEqual(
        pairs.map(([first, second]) => ids.of(first, second)),
        pairs.map((each) => seen.indexOf(String(each))),
      );
      assert.equal(ids.size, seen.length);
      ids.clear();
      assert.equal(ids.of(7, -1), 0);
    }),
  );
});
