import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../model/alert.ts';
import type { HealStatus } from '../model/plan.ts';
import { tenantView, type TenantState } from './tenant-state.ts';
import { firingAlert, healStatus } from './testing/web-fixture.ts';

const page = firingAlert();
const ticket = firingAlert({ key: 'k2', labels: { tenant: 'acme', severity: 'ticket' } });
const log = firingAlert({ key: 'k3', labels: { tenant: 'acme', severity: 'log' } });
const unnamed = firingAlert({ key: 'k4', labels: { tenant: 'acme' } });
const foreign = firingAlert({ labels: { tenant: 'globex', severity: 'page' } });
const heldTicket = { ...ticket, heldSince: 1 };

const cases: readonly [
  name: string,
  alerts: readonly Alert[],
  heal: HealStatus | undefined,
  state: TenantState,
][] = [
  ['nothing', [], undefined, 'healthy'],
  ['a page', [page], undefined, 'down'],
  ['a ticket', [ticket], undefined, 'degraded'],
  ['an alert without severity', [unnamed], undefined, 'degraded'],
  ['a log', [log], undefined, 'healthy'],
  ['a page of another tenant', [foreign], undefined, 'healthy'],
  ['a pending page', [{ ...page, state: 'pending' }], undefined, 'healthy'],
  ['a resolved page', [{ ...page, state: 'resolved' }], undefined, 'healthy'],
  ['a page being healed', [page], healStatus(), 'healing'],
  ['a page only planned to be healed', [page], healStatus({ state: 'planned' }), 'down'],
  ['a page whose heal failed', [page], healStatus({ state: 'failed' }), 'down'],
  ['a page being healed, and a ticket', [page, ticket], healStatus(), 'degraded'],
  ['a page that is held for want of data', [{ ...page, heldSince: 1 }], undefined, 'unknown'],
  ['a ticket that is held, and a page', [heldTicket, page], undefined, 'down'],
];

for (const [name, alerts, heal, state] of cases) {
  test(`${name}: ${state}`, () => {
    const view = tenantView({ tenant: 'acme', info: {} }, alerts, (key) =>
      key === heal?.alertKey ? heal : undefined,
    );
    assert.equal(view.state, state);
  });
}

test('the worst alert is the one that decides', () => {
  assert.equal(tenantView({ tenant: 'acme', info: {} }, [ticket, page], () => undefined).worst, page);
});

for (const [alerts, state] of [
  [[], 'asleep'],
  [[log], 'healthy'],
  [[page], 'down'],
] as const) {
  test(`a tenant that sleeps, with ${alerts.length} alerts: ${state}`, () => {
    assert.equal(
      tenantView({ tenant: 'acme', info: {}, asleep: true }, alerts, () => undefined).state,
      state,
    );
  });
}
