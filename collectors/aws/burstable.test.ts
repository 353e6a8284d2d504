import assert from 'node:assert/strict';
import test from 'node:test';
import { baselineRatio, burstableOf, secondsToEmpty, type Burstable } from './burstable.ts';

const T2_MEDIUM: Burstable = { vcpus: 2, creditsPerHour: 24 };

test('types that burst, by family and size', () => {
  assert.deepEqual(burstableOf('t2.medium'), T2_MEDIUM);
  assert.deepEqual(burstableOf('db.t2.medium'), T2_MEDIUM);
  assert.deepEqual(burstableOf('t3a.xlarge'), { vcpus: 4, creditsPerHour: 96 });
  assert.deepEqual(burstableOf('db.t4g.large'), { vcpus: 2, creditsPerHour: 36 });
  for (const type of ['m5.large', 't2.colossal', 't1.micro', 'db.m5.large', ''])
    assert.equal(burstableOf(type), undefined);
});

test('the baseline is averaged over vCPUs: 20 % for a t2.medium, not 40 %', () => {
  assert.equal(baselineRatio(T2_MEDIUM), 0.2);
  assert.equal(baselineRatio({ vcpus: 4, creditsPerHour: 54 }), 0.225);
});

test('ten minutes of two full vCPUs take 16 credits more than are earned', () => {
  assert.equal(secondsToEmpty(T2_MEDIUM, 16, 1), 600);
  assert.equal(secondsToEmpty(T2_MEDIUM, 0, 1), 0);
});

test('at or below the baseline nothing runs out', () => {
  assert.equal(secondsToEmpty(T2_MEDIUM, 60, 0.2), undefined);
  assert.equal(secondsToEmpty(T2_MEDIUM, 60, 0.01), undefined);
});
