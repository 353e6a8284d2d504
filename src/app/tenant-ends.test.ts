import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Target } from '../collect/contract.ts';
import { createTenantEnds, type TenantEnds } from './tenant-ends.ts';

function target(tenant: string, asleep = false): Target {
  return { tenant, info: {}, files: {}, timeZone: 'UTC', ...(asleep ? { asleep } : {}) };
}

function scene(...inHead: string[]): { ends: TenantEnds; done: string[]; settle(): void } {
  const done: string[] = [];
  let isSettled = false;
  const ends = createTenantEnds({
    head: { tenants: () => new Set(inHead), removeTenant: (tenant) => done.push(`removed ${tenant}`) },
    evidence: {
      forget: (tenant) => done.push(`forgot ${tenant}`),
      forgetTarget: ({ tenant }) => done.push(`awaits nothing of ${tenant}`),
    },
    fleet: { isSettled: () => isSettled },
  });
  return { ends, done, settle: () => void (isSettled = true) };
}

test('who is in the head and in no source is gone, once every source was heard of', () => {
  const { ends, done, settle } = scene('acme', 'gone');
  ends.follow([target('acme')]);
  assert.deepEqual(done, [], 'it may be an instance of a source that is away');
  settle();
  ends.endRemoved();
  assert.deepEqual(done, ['removed gone', 'forgot gone']);
});

test('who was watched and is no more is gone at once, whatever other sources are away', () => {
  const { ends, done } = scene('acme', 'globex');
  ends.follow([target('acme'), target('globex')]);
  ends.follow([target('acme')]);
  assert.deepEqual(done, ['removed globex', 'forgot globex']);
});

test('nothing is awaited of who falls asleep; it is told once', () => {
  const { ends, done } = scene('acme');
  ends.follow([target('acme')]);
  ends.follow([target('acme', true)]);
  ends.follow([target('acme', true)]);
  assert.deepEqual(done, ['awaits nothing of acme']);
});
