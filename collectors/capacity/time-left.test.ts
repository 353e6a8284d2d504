import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SeededRandom } from '../../src/simulator/random.ts';
import { scoreForecasts, scoreTable } from './testing/score.ts';
import type { DailySample } from './theil-sen.ts';
import { daysLeft } from './time-left.ts';

/** Daily values that end today, day 0; undefined is a day without one. */
function pastOf(values: readonly (number | undefined)[]): DailySample[] {
  return values.flatMap((value, index) =>
    value === undefined ? [] : [{ day: index + 1 - values.length, value }],
  );
}

function line(days: number, slope: number, end = 100): number[] {
  return Array.from({ length: days }, (_, index) => end + slope * (index + 1 - days));
}

function left(values: readonly (number | undefined)[], limit: number): Record<string, number> {
  const used = values.at(-1) ?? 0;
  const found = daysLeft({ samples: pastOf(values), today: 0, used, limit });
  return Object.fromEntries([...found].map(([method, days]) => [method, Math.round(days * 10) / 10]));
}

describe('the days until a quota is exhausted', () => {
  test('are not told from fewer than 7 days', () => {
    assert.deepEqual(left(line(6, 2), 120), {});
    assert.deepEqual(left(line(7, 2), 120), { theil_sen_14d: 10, theil_sen_28d: 10 });
  });

  test('are told by both windows: after a launch the short one is the first to know', () => {
    const values = [...line(14, 1, 58), ...line(14, 3, 100)];
    assert.deepEqual(left(values, 160), { theil_sen_14d: 20, theil_sen_28d: 29 });
  });

  test('are at most 365, also of what does not grow', () => {
    for (const slope of [0, -1, 0.001]) assert.equal(left(line(28, slope), 200)['theil_sen_28d'], 365);
  });

  test('are none when the limit is reached, and are not told of what is meant to be full', () => {
    assert.deepEqual(left(line(28, 1), 100), { theil_sen_14d: 0, theil_sen_28d: 0 });
    assert.deepEqual(left(line(28, 0), 100), {});
  });

  test('follow a limit that is raised at once', () => {
    assert.equal(left(line(28, 2), 110)['theil_sen_28d'], 5);
    assert.equal(left(line(28, 2), 300)['theil_sen_28d'], 100);
  });

  test('do not mind gaps', () => {
    const values = line(28, 2).map((value, day) => (day % 3 === 1 ? undefined : value));
    assert.deepEqual(left(values, 120), { theil_sen_14d: 10, theil_sen_28d: 10 });
  });

  test('do not mind one bad sample, however bad', () => {
    for (const bad of [0, 1e9]) {
      const values = line(28, 2).with(20, bad);
      assert.deepEqual(left(values, 120), { theil_sen_14d: 10, theil_sen_28d: 10 });
    }
  });

  test('see a growth that speeds up before the windows do', () => {
    const values = Array.from({ length: 70 }, (_, day) => 100 * 1.02 ** day);
    const used = values.at(-1) ?? 0;
    const found = left(values, used * 2);
    const truth = Math.log(2) / Math.log(1.02);
    assert.ok((found['accelerating_70d'] ?? 0) < truth && truth < (found['theil_sen_14d'] ?? 0), `${truth}`);
  });

  test('know of a purge that comes each month, and that growth goes on behind it', () => {
    // 4 a day, a fifth purged every 30 days: the last time 5 days ago.
    const values: number[] = [];
    for (let day = -99, level = 200; day <= 0; day++)
      values.push((level = day % 30 === -5 ? 0.8 * level : level + 4));
    const used = values.at(-1) ?? 0;
    assert.ok((left(values, used + 90)['theil_sen_28d'] ?? 0) < 24, 'before the next purge');
    assert.ok((left(values, used + 140)['theil_sen_28d'] ?? 0) > 50, 'only after some more');
  });

  test('count on no purge that did not come', () => {
    const values: number[] = [];
    for (let day = -99, level = 200; day <= 0; day++)
      values.push((level = day === -80 || day === -50 ? 0.8 * level : level + 4));
    const used = values.at(-1) ?? 0;
    assert.equal(left(values, used + 140)['theil_sen_28d'], 35);
  });
});

test('at most 10 % of forecasts are too late, whatever the growth', (t) => {
  const scores = scoreForecasts(500, [60, 200], new SeededRandom('forecast').next);
  for (const row of scoreTable(scores)) t.diagnostic(row);
  for (const { kind, headroom, tooLate } of scores)
    assert.ok(tooLate <= 0.1, `${kind}, ${headroom} units left: ${tooLate} are too late`);
});
