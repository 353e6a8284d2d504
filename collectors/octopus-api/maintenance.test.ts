import assert from 'node:assert/strict';
import test from 'node:test';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import { pollOnce } from '../../src/collect/poll-once.ts';
import { Failure } from '../../src/model/failure.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { testPollContract } from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { createMaintenancePoll, type FleetMaintenanceWindow } from './maintenance.ts';

const BASE = { info: {}, files: {}, timeZone: 'UTC' };
const PLACE = { ...BASE, tenant: '', place: { kind: 'fleet', name: 'fleet' } } as const;
/** 2026-11-21 is a Saturday. */
const SATURDAY: FleetMaintenanceWindow = {
  name: 'saturday',
  days: ['saturday'],
  start: '06:00',
  duration: 3_600_000,
  time_zone: 'UTC',
};
const SUNDAY: FleetMaintenanceWindow = {
  ...SATURDAY,
  name: 'sunday',
  days: ['sunday'],
  tenants: ['globex', 'gone'],
};

testPollContract({
  name: 'octopus-api/maintenance',
  readsMemory: true,
  place: PLACE.place,
  create: (_, condition) =>
    createMaintenancePoll(() => {
      if (condition === 'malformed') throw new Failure('malformed', 'no window is to be had');
      return [SATURDAY, SUNDAY];
    }),
  golden: new URL('fixtures/golden/maintenance.json', import.meta.url),
});

async function rowsAt(time: number, windows: () => readonly FleetMaintenanceWindow[]): Promise<unknown[]> {
  const fleet = fleetOf(() => ['acme', 'globex'].map((tenant) => ({ ...BASE, tenant })));
  const { points, failure } = await pollOnce(
    createMaintenancePoll(windows),
    PLACE,
    {
      clock: new VirtualClock(time),
      log: recordedLog().log,
      metrics: NO_METRICS,
      deadlineMs: 1000,
      state: null,
      fleet,
      isSource: () => true,
    },
    AbortSignal.timeout(10_000),
  );
  assert.equal(failure, undefined);
  return points.map(({ tenant, dimensions, values }) => [
    tenant,
    dimensions['window'],
    values['octopus_maintenance_window_active'],
  ]);
}

test('each tenant is within its windows or not; a tenant that the fleet does not know has none', async () => {
  const windows = (): FleetMaintenanceWindow[] => [SATURDAY, SUNDAY];
  assert.deepEqual(await rowsAt(Date.UTC(2026, 10, 21, 6, 30), windows), [
    ['acme', 'saturday', 1],
    ['globex', 'saturday', 1],
    ['globex', 'sunday', 0],
  ]);
  assert.deepEqual(await rowsAt(Date.UTC(2026, 10, 22, 6, 30), windows), [
    ['acme', 'saturday', 0],
    ['globex', 'saturday', 0],
    ['globex', 'sunday', 1],
  ]);
});

test('without windows there is nothing to say', async () => {
  assert.deepEqual(await rowsAt(Date.UTC(2026, 10, 21, 6, 30), () => []), []);
});
