import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { LIMIT_STATUSES, licenseStatusSchema } from './license.ts';

function limits(...raw: readonly object[]) {
  return licenseStatusSchema.parse({ IsCompliant: true, Limits: raw }).limits;
}

test('the status of a limit: what the server says, or what its numbers say, or other', () => {
  const of = (fields: object) => limits({ Name: 'Projects', ...fields })[0]?.status;
  for (const [fields, expected] of [
    [{ LimitStatus: 'UnderLimit' }, 'under_limit'],
    [{ LimitStatus: 'AlmostAtLimit' }, 'almost_at_limit'],
    [{ LimitStatus: 'AtLimit' }, 'at_limit'],
    [{ LimitStatus: 'InOverrun' }, 'in_overrun'],
    [{ LimitStatus: 'ExceedingLimit' }, 'exceeding_limit'],
    [{ LimitStatus: 'SomethingNew' }, 'other'],
    [{ CurrentUsage: 3, EffectiveLimit: 5 }, 'under_limit'],
    [{ CurrentUsage: 5, EffectiveLimit: 5 }, 'at_limit'],
    [{ CurrentUsage: 6, EffectiveLimit: 5 }, 'exceeding_limit'],
    [{ CurrentUsage: 6, EffectiveLimit: 5, IsUnlimited: true }, 'under_limit'],
    [{ EffectiveLimit: 5 }, 'other'],
  ] as const) {
    assert.equal(of(fields), expected, JSON.stringify(fields));
  }
});

test('what has no end and no limit has none', () => {
  const { daysToExpiry, clusterTaskLimit, nodeTaskLimit, isCompliant } = licenseStatusSchema.parse({
    IsCompliant: null,
    DaysToEffectiveExpiryDate: 2_147_483_647,
    EffectiveClusterTaskLimit: 2_147_483_647,
    EffectiveNodeTaskLimit: 5,
  });
  assert.deepEqual(
    [daysToExpiry, clusterTaskLimit, nodeTaskLimit, isCompliant],
    [undefined, undefined, 5, undefined],
  );
});

test('an answer about something else is refused', () => {
  for (const raw of [{}, { Version: '2026.3' }, [], 'no', null])
    assert.equal(licenseStatusSchema.safeParse(raw).success, false, JSON.stringify(raw));
});

test('no status that a server may think of breaks the answer', () => {
  fc.assert(
    fc.property(fc.string(), fc.oneof(fc.string(), fc.constant(null)), fc.double(), (name, status, used) => {
      const raw = { Name: `x${name}`, LimitStatus: status, CurrentUsage: used, EffectiveLimit: 5 };
      const result = licenseStatusSchema.safeParse({ IsCompliant: true, Limits: [raw] });
      if (!result.success) return;
      const [limit] = result.data.limits;
      assert.ok(limit !== undefined && LIMIT_STATUSES.includes(limit.status));
      assert.match(limit.quota, /^[a-z\d_]+$/);
    }),
  );
});
