import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { createTurns } from './turns.ts';

test('what is due comes out by time, whatever was added when', () => {
  const times = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 50 });
  fc.assert(
    fc.property(times, times, fc.integer({ min: -1, max: 21 }), (first, second, now) => {
      const turns = createTurns<{ readonly at: number }>();
      for (const at of first) turns.add({ at });
      const taken = drain(turns, now);
      assert.deepEqual(
        taken,
        first.filter((at) => at <= now).toSorted((a, b) => a - b),
      );
      for (const at of second) turns.add({ at });
      const left = [...first.filter((at) => at > now), ...second].toSorted((a, b) => a - b);
      assert.equal(turns.next()?.at, left[0]);
      assert.equal([...turns].length, left.length);
      assert.deepEqual(drain(turns, Number.POSITIVE_INFINITY), left);
    }),
  );
});

function drain(turns: ReturnType<typeof createTurns<{ readonly at: number }>>, now: number): number[] {
  const taken: number[] = [];
  for (let item = turns.takeDue(now); item !== undefined; item = turns.takeDue(now)) taken.push(item.at);
  return taken;
}
