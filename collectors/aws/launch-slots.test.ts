import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { DAY_MS, withSightings, type Launch, type Sighting } from './launch-ledger.ts';
import { assignSlots } from './launch-slots.ts';
import { summarizeLaunches } from './launch-summary.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 10, 21);
const LIMIT = 5;

/** Who gets credits when everything is known: a slot is free while fewer were taken in the day before. */
function trulyCredited(times: readonly number[]): number[] {
  const taken: number[] = [];
  for (const time of times)
    if (taken.filter((other) => other > time - DAY_MS).length < LIMIT) taken.push(time);
  return taken;
}

test('two days of launches are enough to know who of the last day got credits', () => {
  const hours = fc.array(fc.double({ min: 0, max: 120, noNaN: true }), { maxLength: 80 });
  fc.assert(
    fc.property(hours, (offsets) => {
      const times = [...new Set(offsets.map((hour) => START + Math.round(hour * HOUR_MS)))].toSorted(
        (a, b) => a - b,
      );
      const sightings = times.map((at, i): Sighting => ({
        id: `i-${i}`,
        at,
        type: 't2.medium',
        by: 'poll',
        unlimited: false,
      }));
      let launches: readonly Launch[] = [];
      for (let now = START; now <= START + 150 * HOUR_MS; now += 2 * HOUR_MS) {
        const seen = withSightings(
          launches,
          sightings.filter(({ at }) => at <= now),
          now,
        );
        ({ launches } = assignSlots(seen, LIMIT, undefined, now));
        const { used, launches: all, without } = summarizeLaunches(launches, LIMIT, now);
        const inDay = (time: number): boolean => time > now - DAY_MS && time <= now;
        assert.equal(used, trulyCredited(times).filter(inDay).length);
        assert.equal(all, times.filter(inDay).length);
        assert.equal(without, all - used);
        assert.ok(used <= LIMIT);
      }
    }),
    { numRuns: 60 },
  );
});

test('what is seen twice, by either source and in any order, is one launch', () => {
  const launch = fc.record({ id: fc.integer({ min: 0, max: 3 }), slot: fc.nat({ max: 200 }) });
  const seen = fc.array(launch, { maxLength: 20 }).chain((some) => {
    const sightings = some.flatMap(({ id, slot }) => {
      const one = { id: `i-${id}`, at: START + slot * 180_000, type: 't2.medium', unlimited: undefined };
      return [
        { ...one, by: 'poll' as const },
        { ...one, at: one.at - 2000, by: 'trail' as const },
        { ...one, at: one.at - 2000, by: 'trail' as const },
      ];
    });
    return fc.shuffledSubarray(sightings, { minLength: sightings.length });
  });
  fc.assert(
    fc.property(seen, (sightings) => {
      const now = START + 12 * HOUR_MS;
      const distinct = new Set(
        sightings.filter(({ by }) => by === 'poll').map(({ id, at }) => `${id} ${at}`),
      );
      const ledger = sightings.reduce<readonly Launch[]>((all, one) => withSightings(all, [one], now), []);
      assert.equal(ledger.length, distinct.size);
    }),
  );
});

test('a slot that is free next is that of the oldest launch with credits; over the limit, of the one that ends it', () => {
  const launches = [1, 2, 3, 4].map((hour): Launch => {
    return { id: `i-${hour}`, at: START + hour * HOUR_MS, type: 't2.medium', credited: hour !== 1 };
  });
  const now = START + 5 * HOUR_MS;
  assert.equal(summarizeLaunches(launches, 3, now).nextSlotAt, START + 26 * HOUR_MS);
  assert.equal(summarizeLaunches(launches, 2, now).nextSlotAt, START + 27 * HOUR_MS);
  assert.equal(summarizeLaunches([], 3, now).nextSlotAt, undefined);
});

for (const [minutes, learned] of [
  [14, undefined],
  [15, 3],
] as const)
  test(`a launch without credits that CloudTrail was read ${minutes} minutes beyond teaches ${learned ?? 'nothing yet'}`, () => {
    const launches = [1, 2, 3, 4].map((hour): Launch => {
      const at = START + hour * HOUR_MS;
      const firstBalance = hour === 4 ? 2 : 60;
      return { id: `i-${hour}`, at, type: 't2.medium', credited: true, firstBalance };
    });
    const read = START + 4 * HOUR_MS + minutes * 60_000;
    const { learnedLimit } = assignSlots(launches, undefined, { since: START - DAY_MS, until: read }, read);
    assert.equal(learnedLimit, learned);
  });
