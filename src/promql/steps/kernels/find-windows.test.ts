import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findWindows } from './find-windows.ts';

test('a window has the samples after its start, up to its end', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 40 });
  const numbers = fc.tuple(gaps, fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 120 }));
  fc.assert(
    fc.property(numbers, fc.integer({ min: -50, max: 300 }), fc.boolean(), (chosen, first, isRegular) => {
      const [gapsBetween, stride, rangeMs] = chosen;
      let time = 0;
      const timestamps = Float64Array.from(
        gapsBetween,
        (gap) => (time += isRegular ? Math.max(1, stride) : gap),
      );
      const count = 20;
      const [from, to] = [new Int32Array(count), new Int32Array(count)];
      findWindows(timestamps, timestamps.length, { first, stride, count }, rangeMs, from, to);
      for (let step = 0; step < count; step++) {
        const end = first + step * stride;
        const expected = timestamps.filter((at) => at > end - rangeMs && at <= end);
        assert.deepEqual(timestamps.slice(from[step], to[step]), expected);
      }
    }),
  );
});
