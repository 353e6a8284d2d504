import assert from 'node:assert/strict';
import test from 'node:test';
import { doubtOf } from './belief.ts';

function fleetOf(count: number, from = 0): { tenant: string }[] {
  return Array.from({ length: count }, (_, index) => ({ tenant: `t${from + index}` }));
}

const cases: readonly [what: string, before: number, after: number, held: boolean][] = [
  ['a new source', 0, 5, false],
  ['a growing one', 5, 9, false],
  ['one of two gone', 2, 1, false],
  ['two of three gone: a small fleet may change so', 3, 1, false],
  ['three of five gone', 5, 2, true],
  ['half gone', 10, 5, false],
  ['more than half gone', 10, 4, true],
];
for (const [what, before, after, held] of cases)
  test(`${what}: ${held ? 'held back' : 'believed'}`, () => {
    assert.equal(doubtOf(fleetOf(before), fleetOf(after), undefined, 0) !== undefined, held);
  });

test('other instances in their place are a loss too', () => {
  assert.equal(doubtOf(fleetOf(4), fleetOf(4, 100), undefined, 0)?.lost, 4);
});

test('what is seen three times in a row, and for a minute, is believed', () => {
  const first = doubtOf(fleetOf(10), fleetOf(1), undefined, 0);
  const second = doubtOf(fleetOf(10), fleetOf(1), first, 1000);
  assert.deepEqual(second, { since: 0, times: 2, lost: 9 });
  const third = doubtOf(fleetOf(10), fleetOf(1), second, 2000);
  assert.equal(third?.times, 3, 'a source that tells of each change is asked every second');
  assert.equal(doubtOf(fleetOf(10), fleetOf(1), third, 60_000), undefined);
});

test('a clock that is set back begins the doubt anew', () => {
  const first = doubtOf(fleetOf(10), fleetOf(1), undefined, 3_600_000);
  assert.equal(doubtOf(fleetOf(10), fleetOf(1), first, 1000)?.since, 1000);
});

test('what is seen for ten minutes is believed', () => {
  const first = doubtOf(fleetOf(10), fleetOf(1), undefined, 0);
  assert.ok(doubtOf(fleetOf(10), fleetOf(1), first, 599_999));
  assert.equal(doubtOf(fleetOf(10), fleetOf(1), first, 600_000), undefined);
});
