import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isStale } from '../../model/series.ts';
import { isGap } from './gap.ts';
import { Ring, Scratch } from './ring.ts';

const value = fc.oneof(fc.double(), fc.constantFrom('stale' as const, 'gap' as const));

function shown(values: Float64Array): (number | string)[] {
  return Array.from(values, (number, i) =>
    isStale(values, i) ? 'stale' : isGap(values, i) ? 'gap' : number,
  );
}

test('a ring holds the last values it was given, markers included, through growth and shrinking', () => {
  const step = fc.oneof(
    { weight: 9, arbitrary: value },
    { weight: 1, arbitrary: fc.constantFrom('grow' as const, 'shrink' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.nat(1000), (steps, offset) => {
      const ring = new Ring();
      let model: (number | string)[] = [];
      let end = offset;
      for (const next of steps) {
        if (next === 'grow' || next === 'shrink') {
          const capacity = Math.min(64, Math.max(8, ring.capacity * (next === 'grow' ? 2 : 0.5)));
          model = model.slice(-capacity);
          ring.resize(capacity, end - model.length, end);
          continue;
        }
        if (next === 'stale') ring.setStale(end++);
        else if (next === 'gap') ring.setGap(end++);
        else ring.set(end++, next);
        model = [...model, next].slice(-ring.capacity);
        const seen = shown(ring.view(end - model.length, end, new Scratch()));
        assert.deepEqual(seen, model);
      }
    }),
  );
});

test('a copied marker is no marker', () => {
  const ring = new Ring();
  ring.setStale(0);
  ring.set(1, ring.get(0));
  assert.deepEqual(shown(ring.view(0, 2, new Scratch())), ['stale', Number.NaN]);
});
