import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SAY_EVERY_MS } from '../../src/collect/ask-seldom.ts';
import type { CollectContext } from '../../src/collect/contract.ts';
import { fleetOf, NO_FLEET } from '../../src/collect/fleet-of.ts';
import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import type { Point } from '../../src/model/point.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { remembering } from './remembered.ts';

const EVERY_MS = 600_000;
const remembered = remembering(EVERY_MS, [quotaDataset]);

function contextAt(clock: VirtualClock): CollectContext {
  const { signal } = new AbortController();
  const { log } = recordedLog();
  return { signal, clock, log, metrics: NO_METRICS, state: null, fleet: NO_FLEET, isSource: () => true };
}

function counting(clock: VirtualClock): { reads: number; read(): Promise<readonly Point[]> } {
  return {
    reads: 0,
    read() {
      const used = ++this.reads;
      const values = { cloud_quota_used: used, cloud_quota_limit: undefined };
      return Promise.resolve([
        { dataset: quotaDataset, time: clock.now(), dimensions: { quota: 'vpcs' }, values },
      ]);
    },
  };
}

test('what was read is said at each turn, with the time of the turn, and read again after ten minutes', async () => {
  const clock = new VirtualClock(1_000_000);
  const context = contextAt(clock);
  const source = counting(clock);
  const said: (readonly unknown[])[] = [];
  for (let turn = 0; turn < 6; turn++) {
    const points = await remembered(context, () => source.read());
    said.push(points.map(({ time, values }) => [time - 1_000_000, values['cloud_quota_used']]).flat());
    await clock.advance(SAY_EVERY_MS);
  }
  assert.deepEqual(said, [
    [0, 1],
    [150_000, 1],
    [300_000, 1],
    [450_000, 1],
    [600_000, 2],
    [750_000, 2],
  ]);
});

test('a failure is no answer: the next turn reads again, and what was known is not said for it', async () => {
  const clock = new VirtualClock(1_000_000);
  const context = contextAt(clock);
  const source = counting(clock);
  await remembered(context, () => source.read());
  await clock.advance(EVERY_MS);
  await assert.rejects(
    remembered(context, () => Promise.reject(new Error('throttled'))),
    /throttled/,
  );
  await clock.advance(SAY_EVERY_MS);
  const [point] = await remembered(context, () => source.read());
  assert.equal(point?.values['cloud_quota_used'], 2);
});

test('a memory of another shape, or from the future, is read anew', async () => {
  const clock = new VirtualClock(1_000_000);
  const source = counting(clock);
  for (const state of ['x', { at: 1 }, { at: 2_000_000, answer: [] }]) {
    const context = { ...contextAt(clock), state };
    await remembered(context, () => source.read());
  }
  assert.equal(source.reads, 3);
});

test('points said again belong to their tenant while the fleet has it', async () => {
  const clock = new VirtualClock(1_000_000);
  let tenants = ['acme'];
  const fleet = fleetOf(() => tenants.map((tenant) => ({ tenant, info: {}, files: {}, timeZone: 'UTC' })));
  const context = { ...contextAt(clock), fleet };
  const read = (): Promise<readonly Point[]> =>
    Promise.resolve([
      { dataset: quotaDataset, time: 0, tenant: 'acme', dimensions: {}, values: { cloud_quota_used: 1 } },
    ]);
  const owner = async (): Promise<unknown> => (await remembered(context, read)).map(({ tenant }) => tenant);
  await owner();
  assert.deepEqual(await owner(), ['acme']);
  tenants = [];
  assert.deepEqual(await owner(), ['']);
});
