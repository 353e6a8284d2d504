import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../model/failure.ts';
import { createPaces } from './paces.ts';

const MINUTE = 60_000;

/** How long a turn must wait, ms; 0 when it was taken. */
function waitOf(take: () => void): number {
  try {
    take();
    return 0;
  } catch (error) {
    assert.ok(error instanceof Failure);
    assert.deepEqual([error.reason, error.retryable], ['budget', true]);
    return error.retryAfterMs ?? Number.NaN;
  }
}

test('no minute has more turns than allowed, and who waits as told gets one', () => {
  const gaps = fc.array(fc.nat(20_000), { maxLength: 60 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 6 }), (pauses, most) => {
      let time = 0;
      const paces = createPaces({ now: () => time });
      const turns: number[] = [];
      for (const pause of pauses) {
        time += pause;
        const wait = waitOf(() => paces.take('key', most));
        time += wait;
        if (wait > 0) paces.take('key', most);
        turns.push(time);
      }
      for (const begin of turns)
        assert.ok(turns.filter((at) => at >= begin && at < begin + MINUTE).length <= most);
    }),
  );
});

test('names have turns of their own, and a clock that is set back stops nobody', () => {
  let time = 1_000_000;
  const paces = createPaces({ now: () => time });
  paces.take('a', 1);
  paces.take('b', 1);
  assert.equal(
    waitOf(() => paces.take('a', 1)),
    MINUTE,
  );
  time = 0;
  paces.take('a', 1);
});
