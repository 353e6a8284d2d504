import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isStale, setStale } from './series.ts';

test('the stale marker is a NaN that no other value is', () => {
  const values = new Float64Array([1, Number.NaN, 0, Number.POSITIVE_INFINITY, 0 / 0]);
  setStale(values, 2);
  assert.ok(Number.isNaN(values[2]));
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((i) => isStale(values, i)),
    [false, false, true, false, false, false],
  );
  values[2] = Number.NaN;
  assert.equal(isStale(values, 2), false);
});

test('it outlives copies and views of the array, and its bytes', () => {
  const values = new Float64Array(8);
  setStale(values, 5);
  const copy = new Float64Array(8);
  copy.set(values);
  assert.ok(isStale(copy, 5));
  assert.ok(isStale(values.subarray(4), 1));
  assert.ok(isStale(values.slice(5, 6), 0));
  const read = new Float64Array(new Uint8Array(values.buffer).slice().buffer);
  assert.ok(isStale(read, 5));
});
