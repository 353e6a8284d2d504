import assert from 'node:assert/strict';
import { test } from 'node:test';
import { situation } from './situation.ts';
import type { TenantState } from './tenant-state.ts';

const cases: readonly [states: readonly TenantState[], sentence: string][] = [
  [[], 'No tenants are configured'],
  [['healthy'], 't0 healthy'],
  [['healthy', 'healthy', 'healthy'], 'All 3 tenants healthy'],
  [['asleep'], 't0 asleep'],
  [['healthy', 'asleep', 'healthy'], '2 of 3 tenants healthy, 1 asleep'],
  [['asleep', 'asleep'], 'All 2 tenants asleep'],
  [['asleep', 'down'], 't1 down'],
  [['healthy', 'down'], 't1 down'],
  [['down', 'healthy', 'down'], '2 of 3 tenants down'],
  [['healing', 'healthy'], 't0 being healed'],
  [['down', 'healing', 'down', 'degraded'], '2 of 4 tenants down, 1 being healed, 1 degraded'],
  [['degraded', 'unknown', 'unknown'], '2 of 3 tenants unknown, 1 degraded'],
];

for (const [states, sentence] of cases) {
  test(sentence, () => {
    assert.equal(situation(states.map((state, index) => ({ tenant: `t${index}`, state }))), sentence);
  });
}
