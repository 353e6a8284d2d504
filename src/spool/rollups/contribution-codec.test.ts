import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../model/failure.ts';
import { decodeContribution, encodeContribution } from './contribution-codec.ts';
import type { Contribution } from './contribution.ts';
import { layoutOf, noNumbers } from './rollup-layout.ts';

const layout = layoutOf({
  dataset: 'request',
  windowMs: 10_000,
  by: ['route', 'status'],
  of: { duration_seconds: [0.1, 1, 10], size: [] },
  seriesLimit: 100,
});

const field = fc.record({
  count: fc.nat(3),
  value: fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.nat(50_000).map((ms) => ms / 1000),
  ),
  buckets: fc.array(fc.nat(300), { minLength: 3, maxLength: 3 }),
});
const group = fc.record({
  window: fc.nat(179_500_000),
  values: fc.array(fc.string(), { minLength: 3, maxLength: 3 }),
  events: fc.nat(1_000_000),
  fields: fc.tuple(field, field),
});

test('what was encoded reads back as it was, to the bit', () => {
  fc.assert(
    fc.property(fc.array(group, { maxLength: 40 }), (groups) => {
      const numbers = noNumbers(layout, groups.length);
      for (const [i, { events, fields }] of groups.entries()) {
        numbers[i * layout.stride] = events;
        for (const [f, { at, bounds }] of layout.fields.entries()) {
          const { count, value, buckets } = fields[f]!;
          if (count === 0) continue;
          numbers.set(
            [count, value, count === 1 ? value : value - 1, count === 1 ? value : value + 1],
            i * layout.stride + at,
          );
          numbers.set(buckets.slice(0, bounds.length), i * layout.stride + at + 4);
        }
      }
      const starts = Float64Array.from(groups, ({ window }) => window * 10_000);
      const contribution: Contribution = [
        { layout, starts, values: groups.map(({ values }) => values), numbers },
      ];
      assert.deepEqual(decodeContribution(encodeContribution(contribution)), contribution);
    }),
  );
});

test('bytes that are none are a Failure, whatever they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const damaged = Buffer.concat([Buffer.from(bytes)]);
      try {
        decodeContribution(damaged);
      } catch (error) {
        assert.ok(error instanceof Failure && error.reason === 'malformed', String(error));
      }
    }),
  );
});
