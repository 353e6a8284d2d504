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
