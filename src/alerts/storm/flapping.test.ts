import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PAGE_LINE_LENGTH } from '../page-line.ts';
import { createFlapping, lineWithNote, type Flapping, type FlappingSettings } from './flapping.ts';
import { isFittingLine } from './words.ts';

const MINUTE = 60_000;
const SETTINGS: FlappingSettings = {
  enabled: true,
  changes: 4,
  withinMs: 60 * MINUTE,
  settleMs: 15 * MINUTE,
};

/** Fires for a minute and is quiet for four, `times` times; returns when it last ended. */
function flap(flapping: Flapping, times: number, from = 0): number {
  for (let i = 0; i < times; i++) {
    flapping.look('k', true, from + i * 5 * MINUTE);
    flapping.look('k', false, from + (i * 5 + 1) * MINUTE);
  }
  return from + ((times - 1) * 5 + 1) * MINUTE;
}

test('the fourth end within an hour is none: it stays open, and says so', () => {
  const flapping = createFlapping(SETTINGS);
  const third = flap(flapping, 3);
  assert.equal(flapping.look('k', false, third), undefined);
  flapping.look('k', true, 15 * MINUTE);
  const flaps = flapping.look('k', false, 16 * MINUTE);
  assert.deepEqual(flaps, {
    since: 16 * MINUTE,
    times: 4,
    note: 'flaps: 4 times in 1 h',
    endsAt: 31 * MINUTE,
  });
});

test('told once: since does not move while it goes on', () => {
  const flapping = createFlapping(SETTINGS);
  flap(flapping, 4);
  const last = flap(flapping, 2, 20 * MINUTE);
  const flaps = flapping.look('k', true, last + MINUTE);
  assert.deepEqual(flaps, { since: 16 * MINUTE, times: 6, note: 'flaps: 6 times in 1 h' });
});

test('it ends after settle without firing, and not a millisecond before', () => {
  const flapping = createFlapping(SETTINGS);
  const last = flap(flapping, 4);
  assert.ok(flapping.look('k', false, last + 15 * MINUTE - 1));
  assert.equal(flapping.look('k', false, last + 15 * MINUTE), undefined);
});

test('it comes again within the hour: its next end is none', () => {
  const flapping = createFlapping(SETTINGS);
  const last = flap(flapping, 4);
  flapping.look('k', false, last + 15 * MINUTE);
  assert.equal(flapping.look('k', true, last + 16 * MINUTE), undefined);
  assert.equal(flapping.look('k', false, last + 17 * MINUTE)?.since, last + 17 * MINUTE);
});

test('what fires for an hour without an end is an outage, and ends at once', () => {
  const flapping = createFlapping(SETTINGS);
  const last = flap(flapping, 4);
  assert.ok(flapping.look('k', true, last + MINUTE));
  assert.equal(flapping.look('k', true, last + 61 * MINUTE), undefined);
  assert.equal(flapping.look('k', false, last + 62 * MINUTE), undefined);
});

test('ends an hour apart are no flapping, and other incidents do not count', () => {
  const flapping = createFlapping(SETTINGS);
  for (let i = 0; i < 10; i++) {
    for (const key of ['a', 'b']) {
      flapping.look(key, true, i * 25 * MINUTE);
      assert.equal(flapping.look(key, false, (i * 25 + 1) * MINUTE), undefined);
    }
  }
});

test('a restart goes on where it was; what is long over is forgotten', () => {
  const before = createFlapping(SETTINGS);
  const last = flap(before, 4);
  const after = createFlapping(SETTINGS);
  for (const [key, saved] of before.changes()) if (saved !== undefined) after.restore(key, saved);
  assert.deepEqual(after.look('k', false, last + MINUTE), before.look('k', false, last + MINUTE));
  assert.equal(after.changes().size, 0);
  after.forget(last + 61 * MINUTE);
  assert.deepEqual([...after.changes()], [['k', undefined]]);
  assert.throws(() => after.restore('k', '[]'), /the flapping of k/);
});

test('a clock that is set back prolongs nothing', () => {
  const flapping = createFlapping(SETTINGS);
  flap(flapping, 4, 600 * MINUTE);
  assert.equal(flapping.look('k', false, MINUTE)?.endsAt, 16 * MINUTE);
  assert.equal(flapping.look('k', false, 16 * MINUTE), undefined);
});

test('switched off it finds nothing', () => {
  const flapping = createFlapping({ ...SETTINGS, enabled: false });
  assert.equal(flap(flapping, 9) > 0 && flapping.look('k', false, 0), undefined);
});

test('flapping is a matter of the ends within the window, whatever the times', () => {
  const step = fc.record({ passMs: fc.integer({ min: 0, max: 20 * MINUTE }), isFiring: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const flapping = createFlapping(SETTINGS);
      const ends: number[] = [];
      let now = 0;
      let was = false;
      let flapped = false;
      for (const { passMs, isFiring } of steps) {
        now += passMs;
        const hasEnded: boolean = was && !isFiring;
        if (hasEnded) ends.push(now);
        was = isFiring;
        const flaps = flapping.look('k', isFiring, now);
        const recent = ends.filter((end) => end > now - SETTINGS.withinMs).length;
        if (hasEnded && recent >= SETTINGS.changes) assert.ok(flaps, 'enough ends, and it may end');
        if (flaps !== undefined && !flapped) assert.ok(hasEnded && recent >= SETTINGS.changes);
        if (!isFiring && now - (ends.at(-1) ?? -Infinity) >= SETTINGS.settleMs)
          assert.equal(flaps, undefined, 'quiet, and still open');
        flapped = flaps !== undefined;
      }
    }),
  );
});

test('the note stands behind the line, which gives way', () => {
  assert.equal(
    lineWithNote('acme: down, no answer to any probe for 2m', 'flaps: 6 times in 1 h'),
    'acme: down, no answer to any probe for 2m, flaps: 6 times in 1 h',
  );
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.integer({ min: 4, max: 1000 }),
      (line, times) => {
        const noted = lineWithNote(line, `flaps: ${times} times in 1 h`);
        assert.ok(noted.endsWith(`flaps: ${times} times in 1 h`));
        assert.ok(Array.from(noted).length <= PAGE_LINE_LENGTH && isFittingLine(noted), noted);
      },
    ),
  );
});
