import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INCIDENT_TYPES } from './incidents/catalogue.ts';
import { randomIncidents } from './random-incidents.ts';
import { SeededRandom } from './random.ts';

const MONTH = 30 * 86_400_000;

function month(stress: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { type, afterMs } of randomIncidents(1000, stress, new SeededRandom('month'))) {
    if (afterMs > MONTH) break;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

test('a month of a thousand tenants has the incidents of the catalogue', () => {
  const counts = month(1);
  for (const type of ['Q1', 'Q6', 'T15'] as const) {
    const { rate } = INCIDENT_TYPES[type];
    const found = counts.get(type) ?? 0;
    assert.ok(Math.abs(found - rate) < 4 * Math.sqrt(rate), `${type}: ${found} of ${rate}`);
  }
});

test('stress multiplies what is wrong by itself, and what must stay quiet by 3 when that is 20', () => {
  const counts = month(20);
  assert.ok(Math.abs((counts.get('T5') ?? 0) - 300) < 70, String(counts.get('T5')));
  assert.ok(Math.abs((counts.get('Q6') ?? 0) - 9_000) < 400, String(counts.get('Q6')));
});

test('unplanned downtime is of the order that is published: 4 to 12 s per tenant and week, shared failures apart', () => {
  const random = new SeededRandom('lengths');
  const meanSeconds = (type: 'T7' | 'S1'): number => {
    let sum = 0;
    for (let i = 0; i < 2_000; i++) sum += INCIDENT_TYPES[type].lengthMs(random) / 1000;
    return sum / 2_000;
  };
  const tenantsPerMachine = 25;
  const perMonth =
    INCIDENT_TYPES.T7.rate * meanSeconds('T7') +
    INCIDENT_TYPES.S1.rate * tenantsPerMachine * meanSeconds('S1');
  const perTenantWeek = perMonth / 1000 / (30 / 7);
  assert.ok(perTenantWeek > 1 && perTenantWeek < 12, String(perTenantWeek));
});
