import assert from 'node:assert/strict';
import test from 'node:test';
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
