import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { defineDataset } from '../model/dataset.ts';
import { Failure } from '../model/failure.ts';
import type { Batch } from '../model/ports.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import type { PollCollector, Target } from './contract.ts';
import { NO_FLEET } from './fleet-of.ts';
import type { PollOutcome } from './outcome-log.ts';
import { createPollRunner } from './poll-runner.ts';

const INTERVAL = 15_000;
const labels = { metric: { help: 'Name.', label: false }, labels: { help: 'Labels.', label: false } };
const sampleDataset = defineDataset({
  name: 'sample',
  kind: 'gauge',
  help: 'Samples.',
  dimensions: labels,
  metrics: { sample_value: { type: 'gauge', unit: 'none', help: 'Value.' } },
  samples: { name: 'metric', labels: 'labels' },
});
const upDataset = defineDataset({
  name: 'up',
  kind: 'gauge',
  help: 'Up.',
  dimensions: {},
  metrics: { up: { type: 'gauge', unit: 'none', help: 'Up.' } },
});

/** Two places, of which `down` fails after it has said so. */
function setUp() {
  const scrape: PollCollector = {
    name: 'prometheus/scrape',
    datasets: [sampleDataset, upDataset],
    probes: [upDataset],
    reads: 'prometheus',
    intervalMs: INTERVAL,
    async *poll({ place }, { clock }) {
      const isUp = place?.name === 'good';
      const sample = { metric: 'my_metric', labels: '' };
      yield [{ dataset: sampleDataset, time: clock.now(), dimensions: sample, values: { sample_value: 1 } }];
      yield [{ dataset: upDataset, time: clock.now(), dimensions: {}, values: { up: Number(isUp) } }];
      if (!isUp) throw new Failure('network', 'refused');
    },
  };
  const clock = new VirtualClock();
  const written: { source: string; position: unknown; rows: string[]; complete: unknown }[] = [];
  const outcomes: PollOutcome[] = [];
  const removed: (string | undefined)[] = [];
  const runner = createPollRunner({
    collectors: [scrape],
    writer: {
      write: async ({ source, position, columns, complete }: Batch) => {
        const rows = Array.from(columns.tables(), ({ dataset, rows: count }) => `${dataset.name} ${count}`);
        written.push({ source, position, rows, complete: complete?.datasets.map(({ name }) => name) });
      },
    },
    clock,
    log: recordedLog().log,
    metrics: countedMetrics().metrics,
    random: () => 0,
    positions: () => 'kept',
    fleet: NO_FLEET,
    isSource: () => true,
    onOutcome: (outcome) => outcomes.push(outcome),
    onRemoved: ({ place }) => removed.push(place?.name),
  });
  return { clock, runner, written, outcomes, removed };
}

function placeOf(name: string): Target {
  return { tenant: '', place: { kind: 'prometheus', name }, info: {}, files: {}, timeZone: 'UTC' };
}

test('a poll that fails leaves what it said of how it went, and its series as they are', async () => {
  const { clock, runner, written, outcomes } = setUp();
  const stop = new AbortController();
  const done = runner.run([placeOf('good'), placeOf('down')], stop.signal);
  await clock.advance(1);
  assert.deepEqual(written, [
    {
      source: 'prometheus/scrape:good',
      position: 'kept',
      rows: ['sample 1', 'up 1', 'poll 1'],
      complete: ['sample', 'up'],
    },
    { source: 'prometheus/scrape:down', position: 'kept', rows: ['up 1', 'poll 1'], complete: undefined },
  ]);
  assert.deepEqual(
    outcomes.map(({ failure, names, tenants }) => [failure?.reason, names, tenants]),
    [
      [undefined, new Set(['my_metric']), new Set([''])],
      ['network', undefined, new Set([''])],
    ],
  );
  stop.abort();
  await clock.advance(1000);
  await done;
});

test('the series of a place that is removed end; at a stop they do not', async () => {
  const { clock, runner, written, removed } = setUp();
  const stop = new AbortController();
  const done = runner.run([placeOf('good'), placeOf('down')], stop.signal);
  await clock.advance(1);
  written.length = 0;
  runner.setTargets([placeOf('down')]);
  await clock.advance(1);
  const end = { source: 'prometheus/scrape:good', position: 'kept', rows: [], complete: ['sample', 'up'] };
  assert.deepEqual(written, [end]);
  assert.deepEqual(removed, ['good']);
  stop.abort();
  await clock.advance(1000);
  await done;
  assert.deepEqual(written, [end]);
});

test('the end of a place comes after what its last poll left', async () => {
  const clock = new VirtualClock();
  const positions: unknown[] = [];
  const slow: PollCollector = {
    name: 'aws/launches',
    datasets: [upDataset],
    reads: 'aws',
    intervalMs: INTERVAL,
    async *poll(_target, context) {
      context.state = Number(context.state) + 1;
      yield [];
    },
  };
  const runner = createPollRunner({
    collectors: [slow],
    // As the spool does: what is read waits a moment for others, what ends does not.
    writer: {
      async write({ position, columns }: Batch) {
        if (columns.rows > 0) await clock.sleep(200);
        positions.push(position);
      },
    },
    clock,
    log: recordedLog().log,
    metrics: countedMetrics().metrics,
    random: () => 0,
    positions: () => 41,
    fleet: NO_FLEET,
    isSource: () => true,
  });
  const stop = new AbortController();
  const place: Target = { ...placeOf('main'), place: { kind: 'aws', name: 'main' } };
  const done = runner.run([place], stop.signal);
  await clock.advance(1);
  runner.setTargets([]);
  await clock.advance(1000);
  assert.deepEqual(positions, [42, 42]);
  stop.abort();
  await clock.advance(1000);
  await done;
});
