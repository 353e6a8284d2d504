import assert from 'node:assert/strict';
import test from 'node:test';
import { defineDataset } from '../model/dataset.ts';
import { Failure } from '../model/failure.ts';
import { taskDataset } from '../octopus/task-dataset.ts';
import type { PollCollector } from './contract.ts';
import { createEvidence } from './evidence.ts';

function collector(name: string): PollCollector {
  return { name, datasets: [taskDataset] } as unknown as PollCollector;
}

function setUp() {
  const evidence = createEvidence([collector('a'), collector('b')]);
  function outcome(name: string, at: number, ok: boolean): void {
    const failure = ok ? undefined : new Failure('timeout', 'no answer');
    evidence.record({ collector: name, tenant: 'acme', at, failure });
  }
  return { evidence, outcome };
}

test('a metric is missing since the first failure in a row', () => {
  const { evidence, outcome } = setUp();
  outcome('a', 1, true);
  outcome('a', 2, false);
  outcome('a', 3, false);
  assert.equal(evidence.missingSince('octopus_tasks_finished_total', 'acme'), 2);
  assert.equal(
    evidence.missingSince('octopus_task_duration_seconds_bucket', 'acme'),
    2,
    'a histogram by its series',
  );
  assert.equal(evidence.missingSince('octopus_tasks_finished_total', 'other'), undefined);
  assert.equal(evidence.missingSince('up', 'acme'), undefined);
  outcome('a', 4, true);
  assert.equal(evidence.missingSince('octopus_tasks_finished_total', 'acme'), undefined);
});

test('one of two collectors that can read is enough', () => {
  const { evidence, outcome } = setUp();
  outcome('a', 1, false);
  outcome('b', 2, true);
  assert.equal(evidence.missingSince('octopus_tasks_finished_total', 'acme'), undefined);
  outcome('b', 3, false);
  assert.equal(evidence.missingSince('octopus_tasks_finished_total', 'acme'), 3);
  assert.deepEqual([...evidence.missing('octopus_tasks_finished_total')], ['acme']);
  assert.deepEqual([...evidence.missing('up')], []);
  outcome('a', 4, true);
  assert.deepEqual([...evidence.missing('octopus_tasks_finished_total')], []);
  outcome('a', 5, false);
  evidence.forget('acme');
  assert.deepEqual([...evidence.missing('octopus_tasks_finished_total')], []);
  assert.equal(evidence.missingSince('octopus_tasks_finished_total', 'acme'), undefined);
});

test('a metric was read once a collector of it has answered twice since the start: a rate takes two samples', () => {
  const { evidence, outcome } = setUp();
  assert.equal(evidence.wasRead('octopus_tasks_finished_total', 'acme'), false);
  outcome('a', 1, false);
  assert.equal(evidence.wasRead('octopus_tasks_finished_total', 'acme'), false);
  outcome('b', 2, true);
  outcome('b', 3, false);
  assert.equal(evidence.wasRead('octopus_tasks_finished_total', 'acme'), false);
  outcome('b', 4, true);
  outcome('b', 5, false);
  assert.equal(evidence.wasRead('octopus_tasks_finished_total', 'acme'), true);
  assert.equal(evidence.wasRead('octopus_tasks_finished_total', 'globex'), false);
  assert.equal(evidence.wasRead('up', 'acme'), undefined, 'nobody polls it');
});

test("a place that cannot be read is missing for the tenants it had points of, and for what is nobody's", () => {
  const evidence = createEvidence([collector('a')]);
  const METRIC = 'octopus_tasks_finished_total';
  function outcome(name: string, at: number, tenants?: readonly string[]): void {
    const place = { kind: 'kubernetes', name } as const;
    const base = { collector: 'a', tenant: '', place, at };
    evidence.record(
      tenants === undefined
        ? { ...base, failure: new Failure('timeout', 'no answer') }
        : { ...base, failure: undefined, tenants: new Set(tenants) },
    );
  }
  outcome('prod-1', 1, ['acme', '']);
  outcome('prod-2', 1, ['globex', '']);
  outcome('prod-1', 2);
  assert.equal(evidence.missingSince(METRIC, 'acme'), 2);
  assert.equal(evidence.missingSince(METRIC, 'globex'), undefined);
  assert.equal(evidence.missingSince(METRIC, ''), undefined, 'prod-2 still tells');
  assert.deepEqual([...evidence.missing(METRIC)], ['acme']);
  outcome('prod-2', 3);
  assert.deepEqual([...evidence.missing(METRIC)].toSorted(), ['', 'acme', 'globex']);
  outcome('prod-1', 4, ['acme', '']);
  assert.equal(evidence.missingSince(METRIC, 'acme'), undefined);
  outcome('prod-1', 5, ['acme', '']);
  assert.equal(evidence.wasRead(METRIC, 'acme'), true);
});

function scrapes() {
  const scrape = { name: 'scrape', datasets: [sampleDataset, upDataset], probes: [upDataset] };
  const evidence = createEvidence([collector('a'), scrape as unknown as PollCollector]);
  const place = { kind: 'prometheus', name: 'edge' } as const;
  let at = 0;
  return {
    evidence,
    place,
    scrape(names: readonly string[]): void {
      const base = { collector: 'scrape', tenant: '', place, failure: undefined, at: ++at };
      evidence.record({ ...base, tenants: new Set(['acme', '']), names: new Set(names) });
    },
    fail(): void {
      const failure = new Failure('network', 'refused');
      evidence.record({ collector: 'scrape', tenant: '', place, failure, at: ++at });
    },
  };
}

const dimensions = { metric: { help: 'Name.', label: false }, labels: { help: 'Labels.', label: false } };
const sampleDataset = defineDataset({
  name: 'sample',
  kind: 'gauge',
  help: 'Samples.',
  dimensions,
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

test('what a page had when it could be read last is missing, and nothing else', () => {
  const { evidence, scrape, fail } = scrapes();
  scrape(['octopus_ping_up', 'octopus_tasks_finished_total']);
  assert.equal(evidence.missingSince('octopus_ping_up', 'acme'), undefined);
  fail();
  fail();
  assert.equal(evidence.missingSince('octopus_ping_up', 'acme'), 2);
  assert.equal(evidence.missingSince('octopus_ping_up', ''), 2);
  assert.equal(evidence.missingSince('octopus_ping_up', 'other'), undefined);
  assert.equal(evidence.missingSince('another', 'acme'), undefined);
  assert.deepEqual([...evidence.missing('octopus_ping_up')], ['acme', '']);
  evidence.record({ collector: 'a', tenant: 'acme', failure: undefined, at: 9 });
  assert.equal(evidence.missingSince('octopus_tasks_finished_total', 'acme'), undefined, 'another read it');
  scrape(['octopus_ping_up']);
  assert.equal(evidence.missingSince('octopus_ping_up', 'acme'), undefined);
});

test('a probe is never missing: that it failed is what it says', () => {
  const { evidence, fail } = scrapes();
  fail();
  assert.equal(evidence.missingSince('up', ''), undefined);
  fail();
  scrapes().scrape([]);
  assert.deepEqual([...evidence.missing('up')], []);
});

test('a series of a page was read after two pages; a place that is gone holds nothing back', () => {
  const { evidence, place, scrape, fail } = scrapes();
  assert.equal(evidence.wasRead('my_metric', ''), undefined);
  scrape(['my_metric']);
  assert.equal(evidence.wasRead('my_metric', ''), false);
  fail();
  assert.equal(evidence.wasRead('up', ''), true);
  scrape(['my_metric']);
  assert.equal(evidence.wasRead('my_metric', ''), true);
  fail();
  assert.equal(evidence.missingSince('my_metric', ''), 4);
  evidence.forgetTarget({ tenant: '', place });
  assert.equal(evidence.missingSince('my_metric', ''), undefined);
  assert.equal(evidence.wasRead('my_metric', ''), undefined);
});

test('the fleet is asked about every tenant, also where it has nothing to say of one', () => {
  const evidence = createEvidence([collector('fleet/windows')]);
  const place = { kind: 'fleet', name: 'fleet' } as const;
  const metric = 'octopus_tasks_finished_total';
  const outcome = (at: number, failure?: Failure): void =>
    evidence.record({ collector: 'fleet/windows', tenant: '', place, at, failure });
  outcome(1);
  assert.equal(evidence.wasRead(metric, 'acme'), false);
  outcome(2);
  assert.equal(evidence.wasRead(metric, 'acme'), true);
  outcome(3, new Failure('timeout', 'no answer'));
  assert.equal(evidence.missingSince(metric, 'acme'), 3);
});
