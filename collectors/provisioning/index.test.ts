import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Target } from '../../src/collect/contract.ts';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import { configSchema } from '../../src/config/schema.ts';
import { METRIC_NAME } from '../../src/model/labels.ts';
import type { Point } from '../../src/model/point.ts';
import { MemorySeries } from '../../src/promql/memory-series.ts';
import { FIXTURE_TIME, testPollContract } from '../../test/contract/poll-collector-contract.ts';
import { pollerOf } from '../capacity/testing/polled.ts';
import { createProvisioning } from './index.ts';
import { provisioningDatasets } from './schema.ts';

const { collectors } = configSchema.parse({});
const START = Date.UTC(2026, 10, 1);
const MINUTE = 60_000;

function instance(tenant: string, others: Partial<Target> = {}): Target {
  return { tenant, url: `http://${tenant}.example`, info: {}, files: {}, timeZone: 'UTC', ...others };
}

/** A fleet whose tenants come, answer and go, polled every 10 s; pings are every 15 s. */
function world(first: readonly Target[] = [instance('old')]) {
  const series = new MemorySeries();
  const [collector] = createProvisioning({ series, settings: () => collectors });
  assert.ok(collector);
  let targets = first;
  let now = START - 10_000;
  const up = new Set<string>();
  const poll = pollerOf(
    collector,
    fleetOf(() => targets),
  );
  const ends: string[] = [];
  let last: readonly Point[] = [];

  function ping(): void {
    if ((now - START) % 15_000 !== 0) return;
    for (const { tenant } of targets)
      series.append([
        { labels: { [METRIC_NAME]: 'octopus_ping_up', tenant }, time: now, value: Number(up.has(tenant)) },
      ]);
  }

  /** Lets time go on by so many ms, with a poll every 10 s; the agent is away while `away`. */
  async function pass(ms: number, away = false): Promise<void> {
    for (const until = now + ms; now < until;) {
      now += 5000;
      if (away) continue;
      ping();
      if ((now - START) % 10_000 !== 0) continue;
      last = await poll(now);
      for (const { dimensions, values } of last.filter(({ dataset }) => dataset.kind === 'event'))
        ends.push(
          [dimensions['new_tenant'], dimensions['outcome'], values['duration_seconds']].join(' ').trim(),
        );
    }
  }

  return {
    pass,
    ends,
    up,
    set: (...next: readonly Target[]) => (targets = next),
    metric: (name: string) => last.map(({ values }) => values[name]).find((value) => value !== undefined),
    failing: () =>
      last.filter(({ values }) => values['octopus_provisioning_failed'] === 1).map(({ tenant }) => tenant),
  };
}

describe('a new tenant', () => {
  test('is timed from its first sighting to its first answered ping', async () => {
    const { pass, set, up, ends, metric } = world();
    await pass(15 * MINUTE);
    set(instance('old'), instance('new'));
    await pass(20_000);
    assert.equal(metric('octopus_provisioning_waiting'), 1);
    assert.equal(metric('octopus_provisioning_waiting_seconds'), 10);
    up.add('new');
    await pass(MINUTE);
    assert.deepEqual(ends, ['new ready 15']);
    assert.equal(metric('octopus_provisioning_waiting_seconds'), undefined);
    assert.equal(Number(metric('octopus_provisioning_failure_bound_ratio')).toFixed(2), '0.95');
  });

  test('fails when it has not answered for 10 minutes, once, and is named until it does', async () => {
    const { pass, set, up, ends, failing, metric } = world();
    await pass(15 * MINUTE);
    set(instance('old'), instance('new'));
    await pass(9 * MINUTE);
    assert.deepEqual([ends, failing()], [[], []]);
    await pass(5 * MINUTE);
    assert.deepEqual([ends, failing()], [['new failed'], ['new']]);
    assert.deepEqual(
      [metric('octopus_provisioning_recent_attempts'), metric('octopus_provisioning_recent_failures')],
      [1, 1],
    );
    up.add('new');
    await pass(MINUTE);
    assert.deepEqual([ends, failing()], [['new failed'], []]);
  });

  test('is nobody that was there at the first start, nor one that its source lost sight of', async () => {
    const { pass, set, up, ends } = world([]);
    await pass(2 * MINUTE);
    set(instance('old'), instance('older'));
    up.add('old').add('older');
    await pass(20 * MINUTE);
    set();
    await pass(30 * MINUTE);
    set(instance('old'), instance('older'));
    await pass(20 * MINUTE);
    assert.deepEqual(ends, []);
  });

  test('is new again after a day without it', async () => {
    const { pass, set, up, ends } = world();
    up.add('old');
    await pass(15 * MINUTE);
    set();
    await pass(25 * 60 * MINUTE);
    set(instance('old'));
    await pass(MINUTE);
    assert.deepEqual(ends, ['old ready 0']);
  });

  test('counts nowhere when the agent was away meanwhile', async () => {
    const { pass, set, up, ends, metric } = world();
    await pass(15 * MINUTE);
    set(instance('old'), instance('waiting'));
    await pass(MINUTE);
    up.add('waiting').add('came');
    await pass(10 * MINUTE, true);
    set(instance('old'), instance('waiting'), instance('came'));
    await pass(MINUTE);
    assert.deepEqual(ends.toSorted(), ['came unseen', 'waiting unseen']);
    assert.equal(metric('octopus_provisioning_recent_attempts'), 0);
  });

  test('that is put to sleep before it answers has not failed, and is not waited for when it wakes', async () => {
    const { pass, set, ends, failing, metric } = world();
    await pass(15 * MINUTE);
    set(instance('old'), instance('new'));
    await pass(12 * MINUTE);
    assert.deepEqual([ends, failing()], [['new failed'], ['new']]);
    set(instance('old'), instance('new', { asleep: true }), instance('other'));
    await pass(5 * MINUTE);
    assert.deepEqual([failing(), metric('octopus_provisioning_waiting')], [[], 1]);
    set(instance('old'), instance('new'), instance('other', { asleep: true }));
    await pass(20 * MINUTE);
    assert.deepEqual([ends, failing(), metric('octopus_provisioning_waiting')], [['new failed'], [], 0]);
  });

  test('that is removed before it answers has not failed; one that sleeps is not waited for', async () => {
    const { pass, set, ends, metric } = world();
    await pass(15 * MINUTE);
    set(instance('old'), instance('brief'), instance('sleepy', { asleep: true }));
    await pass(2 * MINUTE);
    assert.equal(metric('octopus_provisioning_waiting'), 1);
    set(instance('old'), instance('sleepy', { asleep: true }));
    await pass(30 * MINUTE);
    assert.deepEqual(ends, []);
    assert.equal(metric('octopus_provisioning_waiting'), 0);
  });
});

testPollContract({
  name: 'provisioning/first-answer',
  place: { kind: 'fleet', name: 'fleet' },
  fleet: [instance('globex')],
  readsMemory: true,
  create(_, condition) {
    const series = new MemorySeries();
    const ping = { [METRIC_NAME]: 'octopus_ping_up', tenant: 'acme' };
    series.append([{ labels: ping, time: FIXTURE_TIME - 5000, value: 1 }]);
    const damaged = {
      select() {
        throw new Error('not a series');
      },
    };
    const settings = { provisioning: { ...collectors.provisioning, first_start: 0 } };
    const [collector] = createProvisioning({
      series: condition === 'malformed' ? damaged : series,
      settings: () => settings,
    });
    assert.ok(collector);
    return collector;
  },
  golden: new URL('fixtures/golden/first-answer.json', import.meta.url),
});

test('the poll yields the declared datasets, no more and no fewer', () => {
  const polls = createProvisioning({ series: new MemorySeries(), settings: () => collectors });
  assert.deepEqual(new Set(polls.flatMap(({ datasets }) => datasets)), new Set(provisioningDatasets));
});
