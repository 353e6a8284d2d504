import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../model/alert.ts';
import { refusalOf, type Evidence, type HealLimits, type Refusal } from './guard.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 100 * HOUR;
const LIMITS: HealLimits = {
  perTenantHour: 2,
  perHour: 4,
  perDay: 6,
  cooldownMs: 10 * MINUTE,
  stormTenants: 2,
};

function alert(tenant: string, over: Partial<Alert> = {}): Alert {
  const labels = { alertname: 'Stalled', tenant };
  return {
    key: tenant,
    group: 'g',
    state: 'firing',
    value: 1,
    activeAt: 0,
    labels,
    annotations: {},
    ...over,
  };
}

interface Case {
  readonly name: string;
  readonly asked?: Alert;
  readonly firing?: readonly Alert[];
  /** Tenant and how long ago, ms. */
  readonly acted?: readonly (readonly [string, number])[];
  readonly limits?: Partial<HealLimits>;
  readonly refused?: Refusal['reason'];
}

const CASES: readonly Case[] = [
  { name: 'nothing stands in the way' },
  { name: 'no tenant', asked: alert('', { labels: { alertname: 'Stalled' } }), refused: 'no_tenant' },
  { name: 'the data is missing', asked: alert('acme', { heldSince: 1 }), refused: 'stale_evidence' },
  { name: 'as many tenants as one cause may have', firing: [alert('acme'), alert('b')] },
  { name: 'one more is a storm', firing: [alert('acme'), alert('b'), alert('c')], refused: 'storm' },
  {
    name: 'other alerts are no storm',
    firing: ['b', 'c', 'd'].map((tenant) => alert(tenant, { labels: { alertname: 'Other', tenant } })),
  },
  {
    name: 'several alerts of one tenant are no storm',
    firing: ['1', '2', '3'].map((key) => ({ ...alert('acme'), key })),
  },
  { name: 'within the cooldown', acted: [['acme', 9 * MINUTE]], refused: 'cooldown' },
  { name: 'after the cooldown', acted: [['acme', 10 * MINUTE]] },
  { name: 'the cooldown is per tenant', acted: [['globex', MINUTE]] },
  {
    name: 'a cooldown longer than the hour',
    acted: [['acme', 5 * HOUR]],
    limits: { cooldownMs: 6 * HOUR },
    refused: 'cooldown',
  },
  {
    name: 'a cooldown longer than the day',
    acted: [['acme', 30 * HOUR]],
    limits: { cooldownMs: 48 * HOUR },
    refused: 'cooldown',
  },
  {
    name: "the tenant's budget",
    acted: [
      ['acme', 20 * MINUTE],
      ['acme', 59 * MINUTE],
    ],
    refused: 'tenant_budget',
  },
  {
    name: "the tenant's budget is free again",
    acted: [
      ['acme', 20 * MINUTE],
      ['acme', 61 * MINUTE],
    ],
  },
  {
    name: "the fleet's hour",
    acted: ['b', 'c', 'd', 'e'].map((tenant) => [tenant, MINUTE] as const),
    refused: 'fleet_budget',
  },
  {
    name: "the fleet's day",
    acted: ['b', 'c', 'd', 'e', 'f', 'g'].map((tenant, index) => [tenant, (index + 2) * HOUR] as const),
    refused: 'fleet_budget',
  },
  { name: 'an action in the future: the clock was set back', acted: [['acme', -HOUR]], refused: 'cooldown' },
];

for (const { name, asked = alert('acme'), firing = [asked], acted = [], limits, refused } of CASES) {
  test(`guard: ${name}`, () => {
    const actions = acted.map(([tenant, ago]) => ({ tenant, remedy: 'r', at: NOW - ago }));
    const evidence: Evidence = {
      healId: 'this',
      firing,
      limits: { ...LIMITS, ...limits },
      now: NOW,
      journal: { actionsSince: (time) => actions.filter(({ at }) => at >= time) },
    };
    const refusal = refusalOf(asked, evidence);
    assert.equal(refusal?.reason, refused);
    assert.doesNotMatch(refusal?.detail ?? '', /\n/);
  });
}
