import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  createRateLimit,
  type LimitedIncident,
  type LimitSummary,
  type RateLimit,
  type RateLimitSettings,
} from './rate-limit.ts';
import { isFittingLine } from './words.ts';

const MINUTE = 60_000;
const SETTINGS: RateLimitSettings = { enabled: true, incidents: 3, perMs: 10 * MINUTE };

function incident(key: string, over: Partial<LimitedIncident> = {}): LimitedIncident {
  return { key, alertname: 'OctopusDown', firedAt: 0, isTold: false, ...over };
}

function look(
  limit: RateLimit,
  now: number,
  incidents: readonly LimitedIncident[],
): LimitSummary | undefined {
  return limit.look({ now, receiver: 'oncall', incidents });
}

const keys = (...names: string[]): LimitedIncident[] => names.map((name) => incident(name));

test('what is over the limit is one summary, which grows', () => {
  const limit = createRateLimit({ ...SETTINGS, incidents: 10 });
  const stuck = Array.from({ length: 9 }, (_, i) =>
    incident(`q${i}`, { alertname: 'OctopusQueueStuck', firedAt: 2 }),
  );
  const down = Array.from({ length: 15 }, (_, i) => incident(`d${i}`, { firedAt: 1 }));
  assert.equal(look(limit, 5, down.slice(0, 10)), undefined);
  const first = look(limit, 6, down);
  assert.equal(first?.line, '5 more incidents at oncall: 5 OctopusDown');
  const second = look(limit, 7, [...stuck, ...down]);
  assert.equal(second?.line, '14 more incidents at oncall: 9 OctopusQueueStuck, 5 OctopusDown');
  assert.equal(second.id, first?.id);
  assert.equal(second.members.length, 14);
});

test('nobody is released from it; what is new when the window has room is told alone', () => {
  const limit = createRateLimit(SETTINGS);
  assert.deepEqual(look(limit, 0, keys('a', 'b', 'c', 'd'))?.members, ['d']);
  assert.deepEqual(look(limit, 10 * MINUTE - 1, keys('a', 'b', 'c', 'd', 'e'))?.members, ['d', 'e']);
  assert.deepEqual(look(limit, 10 * MINUTE, keys('a', 'b', 'c', 'd', 'e', 'f'))?.members, ['d', 'e']);
  assert.deepEqual(look(limit, 30 * MINUTE, keys('a', 'b', 'c', 'd', 'e', 'f'))?.members, ['d', 'e']);
});

test('it ends with its last member, and the next one is another', () => {
  const limit = createRateLimit(SETTINGS);
  const first = look(limit, 0, keys('a', 'b', 'c', 'd'));
  assert.equal(look(limit, 1, keys('a', 'b', 'c')), undefined);
  const again = look(limit, 2, [...keys('a', 'b', 'c'), incident('d', { firedAt: 2 })]);
  assert.deepEqual(again?.members, ['d']);
  assert.notEqual(again.id, first?.id);
});

test('what the receiver knows is never folded: repeats are no new incidents', () => {
  const limit = createRateLimit(SETTINGS);
  const known = Array.from({ length: 20 }, (_, i) => incident(`k${i}`, { isTold: true }));
  assert.equal(look(limit, 0, known), undefined);
  assert.equal(look(limit, 1, [...known, ...keys('a', 'b', 'c')]), undefined);
  assert.deepEqual(look(limit, 2, [...known, ...keys('a', 'b', 'c', 'd')])?.members, ['d']);
});

test('a storm is always told, and counts', () => {
  const limit = createRateLimit(SETTINGS);
  const storms = ['s1', 's2', 's3', 's4'].map((key) => incident(key, { isStorm: true, firedAt: 9 }));
  assert.deepEqual(look(limit, 0, [...keys('a'), ...storms])?.members, ['a']);
});

test('the oldest come first, then those with the smaller key', () => {
  const limit = createRateLimit({ ...SETTINGS, incidents: 1 });
  const summary = look(limit, 5, [
    incident('a', { firedAt: 2 }),
    incident('c', { firedAt: 1 }),
    incident('b'),
  ]);
  assert.deepEqual(summary?.members, ['a', 'c']);
});

test('receivers have limits of their own; switched off there is none', () => {
  const limit = createRateLimit(SETTINGS);
  look(limit, 0, keys('a', 'b', 'c'));
  assert.equal(limit.look({ now: 1, receiver: 'other', incidents: keys('a', 'b', 'c') }), undefined);
  const off = createRateLimit({ ...SETTINGS, enabled: false });
  assert.equal(look(off, 0, keys('a', 'b', 'c', 'd', 'e')), undefined);
});

test('a restart goes on where it was; what is over is forgotten', () => {
  const before = createRateLimit(SETTINGS);
  const summary = look(before, 0, keys('a', 'b', 'c', 'd'));
  const after = createRateLimit(SETTINGS);
  for (const [receiver, saved] of before.changes()) if (saved !== undefined) after.restore(receiver, saved);
  assert.deepEqual(look(after, 1, keys('a', 'b', 'c', 'd')), summary);
  assert.equal(after.changes().size, 0);
  assert.equal(look(after, 20 * MINUTE, []), undefined);
  assert.deepEqual([...after.changes()], [['oncall', undefined]]);
  assert.throws(() => after.restore('oncall', '{}'), /the rate limit of oncall/);
});

test('a clock that is set back neither opens nor closes the window', () => {
  const limit = createRateLimit(SETTINGS);
  look(limit, 600 * MINUTE, keys('a', 'b', 'c'));
  assert.deepEqual(look(limit, MINUTE, keys('a', 'b', 'c', 'd'))?.members, ['d']);
  assert.deepEqual(look(limit, 11 * MINUTE, keys('a', 'b', 'c', 'd', 'e'))?.members, ['d']);
});

test('never more new incidents alone in any window, each told one way, whatever the order', () => {
  const key = fc.integer({ min: 0, max: 30 });
  const step = fc.record({ passMs: fc.integer({ min: 0, max: 4 * MINUTE }), open: fc.uniqueArray(key) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const [limit, mirror] = [createRateLimit(SETTINGS), createRateLimit(SETTINGS)];
      const opened: number[] = [];
      let alone = new Set<string>();
      let folded = new Set<string>();
      let now = 0;
      for (const { passMs, open } of steps) {
        now += passMs;
        const incidents = open.map((id) => incident(`k${id}`));
        const summary = look(limit, now, incidents);
        assert.deepEqual(look(mirror, now, incidents.toReversed()), summary);
        const members = new Set(summary?.members);
        const others = new Set(incidents.map((each) => each.key)).difference(members);
        for (const each of others) {
          assert.ok(!folded.has(each), 'released');
          if (!alone.has(each)) opened.push(now);
        }
        assert.equal(members.intersection(alone).size, 0, 'folded although told');
        const start = now - SETTINGS.perMs;
        assert.ok(opened.filter((at) => at > start).length <= SETTINGS.incidents);
        [alone, folded] = [others, members];
      }
    }),
  );
});

test('the line fits whatever the names', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 90 });
  fc.assert(
    fc.property(name, fc.array(name, { minLength: 1, maxLength: 40 }), (receiver, names) => {
      const limit = createRateLimit({ ...SETTINGS, incidents: 1 });
      const incidents = names.flatMap((alertname, i) => [
        incident(`a${i}`, { alertname }),
        incident(`b${i}`, { alertname }),
      ]);
      const line = limit.look({ now: 0, receiver, incidents })?.line ?? '';
      assert.ok(line.startsWith(`${incidents.length - 1} more incident`) && isFittingLine(line), line);
    }),
  );
});
