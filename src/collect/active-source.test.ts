import assert from 'node:assert/strict';
import test from 'node:test';
import { taskDataset } from '../octopus/task-dataset.ts';
import { createActiveSource, type SourceKind } from './active-source.ts';
import type { LineCollector, PollCollector, Target } from './contract.ts';

const log = { name: 'server-log', datasets: [taskDataset] } as unknown as LineCollector;
const api = { name: 'api/tasks', datasets: [taskDataset] } as unknown as PollCollector;
const FILES = { 'server-log': ['/logs/*.txt'] };

function target(fields: Partial<Target>): Target {
  return { tenant: 'acme', info: {}, files: {}, timeZone: 'UTC', ...fields };
}

test('one collector is the source of a dataset: the preferred one of those that can read it', () => {
  const url = 'https://acme.example';
  const cases: [SourceKind[], Partial<Target>, string | undefined][] = [
    [['log', 'api'], { url, files: FILES }, 'server-log'],
    [['api', 'log'], { url, files: FILES }, 'api/tasks'],
    [['log', 'otlp', 'api'], { url }, 'api/tasks'],
    [['log', 'api'], { url, files: { 'server-log': [] } }, 'api/tasks'],
    [['api', 'log'], { files: FILES }, 'server-log'],
    [['otlp'], { url, files: FILES }, 'server-log'],
    [['log', 'api'], {}, undefined],
  ];
  for (const [prefer, fields, expected] of cases) {
    const isSource = createActiveSource({ prefer, lineCollectors: [log], pollCollectors: [api] });
    const sources = ['server-log', 'api/tasks'].filter((name) => isSource(name, target(fields), taskDataset));
    assert.deepEqual(sources, expected === undefined ? [] : [expected], JSON.stringify([prefer, fields]));
  }
});

test('a poll that is switched off leaves its datasets to others', () => {
  const isSource = createActiveSource({
    prefer: ['api', 'log'],
    lineCollectors: [log],
    pollCollectors: [api],
    isPolled: () => false,
  });
  const both = target({ url: 'https://acme.example', files: FILES });
  assert.ok(isSource('server-log', both, taskDataset));
  assert.ok(!isSource('api/tasks', both, taskDataset));
});

test('a collector of places reads those of its kind alone', () => {
  const pods = { ...api, name: 'kubernetes/pods', reads: 'kubernetes' } as const;
  const isSource = createActiveSource({ prefer: [], lineCollectors: [], pollCollectors: [pods] });
  const place = { kind: 'kubernetes', name: 'prod-1' } as const;
  assert.ok(isSource(pods.name, target({ tenant: '', place }), taskDataset));
  assert.ok(!isSource(pods.name, target({ tenant: '', place: { ...place, kind: 'aws' } }), taskDataset));
  assert.ok(!isSource(pods.name, target({ url: 'https://acme.example' }), taskDataset));
});
