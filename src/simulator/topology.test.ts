import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from './random.ts';
import { isAtLeast, placeTenants, type Tenant } from './topology.ts';

function share(tenants: readonly Tenant[], isIn: (tenant: Tenant) => boolean): number {
  return tenants.filter(isIn).length / tenants.length;
}

test('a thousand tenants are spread as the fleet is', () => {
  const tenants = placeTenants(1000, new SeededRandom('fleet'));
  assert.equal(new Set(tenants.map(({ tenant }) => tenant)).size, 1000);
  assert.deepEqual(
    [0, 1, 42].map((index) => tenants[index]?.tenant),
    ['acme', 'globex', 'tenant-0042'],
  );
  assert.equal(new Set(tenants.map(({ databaseServer }) => databaseServer)).size, 34);
  assert.equal(new Set(tenants.map(({ clusterNode }) => clusterNode)).size, 40);
  for (const [expected, isIn] of [
    [0.46, ({ region }) => region === 'westeurope'],
    [0.6, ({ kind }) => kind === 'dormant'],
    [0.02, ({ kind }) => kind === 'heavy'],
    [0.1, ({ logGeneration }) => logGeneration === 'legacy'],
  ] as const satisfies [number, (tenant: Tenant) => boolean][]) {
    const found = share(tenants, isIn);
    assert.ok(Math.abs(found - expected) < 0.05, `${found} is not near ${expected}`);
  }
});

test('what a spec fixes is kept, and the rest does not depend on it', () => {
  const random = new SeededRandom('fleet');
  const [free] = placeTenants([{ tenant: 'acme' }], random);
  const [fixed] = placeTenants([{ tenant: 'acme', databaseServer: 'sql-7', taskCap: 3 }], random);
  assert.deepEqual(fixed, { ...free, databaseServer: 'sql-7', taskCap: 3 });
});

test('versions are compared by year and minor', () => {
  assert.ok(isAtLeast('2026.3.9411', 2026, 3));
  assert.ok(isAtLeast('2027.1.1', 2026, 3));
  assert.ok(!isAtLeast('2026.2.9999', 2026, 3));
});
