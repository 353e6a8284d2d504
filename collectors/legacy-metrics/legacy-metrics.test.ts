import assert from 'node:assert/strict';
import test from 'node:test';
import type { BatchRow } from '../../src/model/batch-rows.ts';
import { taskEventId } from '../../src/octopus/task-dataset.ts';
import { testLineContract } from '../../test/contract/line-collector-contract.ts';
import { parseLines, type ParsedLines } from '../../test/contract/parsed-lines.ts';
import { createLegacyMetrics, type LegacyMetricsSettings } from './index.ts';

const TARGET = { tenant: 'acme', info: {}, files: {}, timeZone: 'UTC' };
const USUAL = { format: 'json', fields: {}, duration_unit: 'ms' } as const satisfies LegacyMetricsSettings;
const PATTERN =
  '^(?P<when>\\S+ \\S+(?: [+-]\\S+)?) \\[web\\] (?P<method>\\S+) (?P<path>\\S+) (?P<status>\\d+) (?P<duration>\\S+)(?: (?P<user>\\S+))?$';

const FORMS: readonly LegacyMetricsSettings[] = [
  USUAL,
  { ...USUAL, format: 'pairs' },
  {
    ...USUAL,
    format: 'pattern',
    pattern: PATTERN,
    fields: { timestamp: 'When' },
    duration_unit: 's',
  },
];
for (const settings of FORMS) {
  testLineContract({
    name: `legacy-metrics ${settings.format}`,
    collector: createLegacyMetrics(settings),
    folder: new URL('.', import.meta.url),
    fixtures: [`${settings.format}.log`],
  });
}

function parse(lines: readonly string[], settings: LegacyMetricsSettings = USUAL): ParsedLines {
  const parser = createLegacyMetrics(settings).createParser(TARGET, () => true);
  return parseLines(parser, lines.map((line) => `${line}\n`).join(''));
}

function rowOf(values: object, settings?: LegacyMetricsSettings): BatchRow | undefined {
  return parse([JSON.stringify({ timestamp: '2019-06-03T08:15:30Z', ...values })], settings).rows[0];
}

const REQUEST = { method: 'GET', path: '/api', status: 200 };
const TASK = { taskId: 'ServerTasks-1', state: 'Success' };

const IMPOSSIBLE: readonly (readonly [string, Partial<LegacyMetricsSettings>, RegExp])[] = [
  ['a field that is none', { fields: { paht: 'Url' } }, /no field paht: use timestamp, method, path/],
  ['a field of every object', { fields: { constructor: 'Url' } }, /no field constructor/],
  ['no pattern', { format: 'pattern' }, /legacy-metrics\.pattern has no named group/],
  ['a pattern without groups', { format: 'pattern', pattern: '(.*)' }, /has no named group/],
  ['half a pattern', { format: 'pattern', pattern: '(?P<path' }, /legacy-metrics\.pattern: .*\(\?P<path/],
];
for (const [what, settings, problem] of IMPOSSIBLE) {
  test(`${what} is refused by name`, () => {
    assert.throws(() => createLegacyMetrics({ ...USUAL, ...settings }), problem);
  });
}

test('status is the code of a request and the state of a task', () => {
  const request = rowOf({ ...REQUEST, status: 404 });
  assert.deepEqual([request?.['dataset'], request?.['status']], ['web_request', '404']);
  const task = rowOf({ taskId: 'ServerTasks-1', status: 'Failed' });
  assert.deepEqual([task?.['dataset'], task?.['state']], ['task', 'Failed']);
});

test('a name that is configured is the only one of its field', () => {
  const settings = { ...USUAL, fields: { path: 'Route', state: 'Outcome' } };
  assert.equal(rowOf({ method: 'GET', ROUTE: '/api', path: '/x', status: 200 }, settings)?.['path'], '/api');
  assert.equal(rowOf(REQUEST, settings), undefined);
  assert.equal(rowOf({ taskId: 'ServerTasks-1', status: 'Failed' }, settings), undefined);
  assert.equal(rowOf({ taskId: 'ServerTasks-1', outcome: 'Failed' }, settings)?.['state'], 'Failed');
});

const STATES: readonly (readonly [string, string | undefined])[] = [
  ['Success', 'Success'],
  ['SUCCEEDED', 'Success'],
  ['completed', 'Success'],
  ['Failure', 'Failed'],
  ['Cancelled', 'Canceled'],
  ['timedout', 'TimedOut'],
  ['Executing', undefined],
  ['Cancelling', undefined],
  ['__proto__', undefined],
  ['toString', undefined],
];
for (const [spelled, state] of STATES) {
  test(`a task that is ${spelled} ${state === undefined ? 'has not ended' : `ended as ${state}`}`, () => {
    const line = JSON.stringify({ timestamp: '2019-06-03T08:15:30Z', ...TASK, state: spelled });
    const { counts, rows } = parse([line]);
    assert.equal(rows[0]?.['state'], state);
    assert.deepEqual(counts, {
      parsed: state === undefined ? 0 : 1,
      folded: 0,
      skipped: state === undefined ? 1 : 0,
      refused: 0,
    });
  });
}

test('a task has the id that other sources give it; one that the line does not name has its place', () => {
  assert.equal(rowOf(TASK)?.['id'], taskEventId('acme', 'ServerTasks-1', 'Success'));
  const unnamed = rowOf({ taskName: 'Deploy', state: 'Success' });
  assert.deepEqual([unnamed?.['name'], unnamed?.['id']], ['Deploy', undefined]);
});

const DURATIONS: readonly (readonly [unknown, 'ms' | 's', number | undefined])[] = [
  [22.5, 'ms', 0.0225],
  [22.5, 's', 22.5],
  ['22.5', 'ms', 0.0225],
  ['00:00:01.5000000', 'ms', 1.5],
  ['1.02:03:04.5', 's', 93_784.5],
  ['soon', 'ms', undefined],
  [null, 'ms', undefined],
  [-1, 'ms', undefined],
];
for (const [duration, unit, seconds] of DURATIONS) {
  test(`a duration of ${String(duration)}, numbers in ${unit}, is ${seconds ?? 'unknown'}`, () => {
    const settings = { ...USUAL, duration_unit: unit };
    assert.equal(rowOf({ ...REQUEST, duration }, settings)?.['duration_seconds'], seconds);
  });
}

test('JSON with escapes means what JSON says', () => {
  const description = 'Deploy "Web – Shop"\tto C:\\Octopus\u0000';
  assert.equal(rowOf({ ...TASK, description })?.['description'], description);
  const escapedName =
    '{"\\u0054imestamp":"2019-06-03T08:15:30Z","method":"GET","path":"/api","status":"200"}';
  assert.equal(parse([escapedName]).rows[0]?.['path'], '/api');
});

test('a word that never ends is no pair, and is told at once', () => {
  const pairs = { ...USUAL, format: 'pairs' } as const;
  const started = performance.now();
  assert.equal(parse(['a'.repeat(1_000_000)], pairs).counts.refused, 1);
  assert.ok(performance.now() - started < 2000, 'the time is linear in the line');
});
