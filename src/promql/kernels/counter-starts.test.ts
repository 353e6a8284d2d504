import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beganAnew, increaseSinceStart } from './counter-starts.ts';

const UNKNOWN = Number.NaN;

const PAIRS: readonly (readonly [what: string, startBefore: number, start: number, began: boolean])[] = [
  ['the same start goes on', 5, 5, false],
  ['a start between the samples', 5, 15, true],
  ['a start between the samples, the one before unknown', UNKNOWN, 15, true],
  ['a start that is not known', 5, UNKNOWN, false],
  ['a start at its own sample', 5, 20, false],
  ['a start after its own sample', 5, 25, false],
  ['a delta starts at the sample before', 0, 10, true],
  ['a counter that did not know its start names the sample before', UNKNOWN, 10, false],
  ['the same, as another source says it', 10, 10, false],
  ['the start before is nonsense', 11, 10, false],
];

for (const [what, startBefore, start, began] of PAIRS) {
  test(`${what}: ${began ? 'began anew' : 'did not begin anew'}`, () => {
    assert.equal(beganAnew(startBefore, 10, start, 20), began);
  });
}

test('a counter that began within the range grew from zero', () => {
  const increase = (
    starts: readonly number[],
    times: readonly number[],
    change: number,
  ): number | undefined =>
    increaseSinceStart(
      {
        length: times.length,
        timestamps: Float64Array.from(times),
        values: Float64Array.from(times, () => 7),
        starts: Float64Array.from(starts),
      },
      { time: 1000, start: 0, end: 1000 },
      change,
      false,
    );
  assert.equal(increase([500, 500], [600, 1000], 3), 10);
  assert.equal(increase([500], [1000], 0), 7);
  assert.equal(increase([500, 500, 500], [600, 700, 800], 3)?.toFixed(9), '11.666666667');
  assert.equal(increase([0, 0], [600, 1000], 3), undefined);
  assert.equal(increase([UNKNOWN, 700], [600, 1000], 3), undefined);
});
