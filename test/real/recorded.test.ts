import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { octopusServerLog } from '../../collectors/octopus-server-log/index.ts';
import { octopusTaskLog } from '../../collectors/octopus-task-log/index.ts';
import { octopusWebLog } from '../../collectors/octopus-web-log/index.ts';
import { otlpTrace } from '../../collectors/otlp-trace/index.ts';
import { readBlockedMessage } from '../../src/octopus/blocked-message.ts';
import { machineSchema } from '../../src/octopus/machine.ts';
import { nodesSummarySchema } from '../../src/octopus/node.ts';
import { EVENT_CATEGORIES, serverEventSchema } from '../../src/octopus/server-event.ts';
import { serverInfoSchema } from '../../src/octopus/server-status.ts';
import { isWaiting, span, taskSchema, type Task } from '../../src/octopus/task.ts';
import { parseLines } from '../contract/parsed-lines.ts';

/** Payloads recorded from real servers, kept beside the repository and never inside it. */
const RECORDED = join(import.meta.dirname, '..', '..', '..', 'shared', 'fixtures', 'octopus');
const skip = existsSync(RECORDED) ? false : 'the recorded payloads are not on this machine';
const TARGET = { tenant: 'acme', info: {}, files: {}, timeZone: 'UTC' };

function read(path: string): string {
  return readFileSync(join(RECORDED, path), 'utf8').replace(/^\uFEFF/, '');
}

function readTasks(path: string): { tasks: Task[]; total: number } {
  const page = JSON.parse(read(path)) as { Items: unknown[]; TotalResults: number };
  return { tasks: page.Items.map((item) => taskSchema.parse(item)), total: page.TotalResults };
}

const PAGES_2017 = ['0', '30', '120'].map(
  (at) => `octopusclients/machines_Machines-1_tasks.skip=${at}.GET.json`,
);

test('tasks of a 2017 server: three of the five pages of 139', { skip }, () => {
  const pages = PAGES_2017.map(readTasks);
  assert.deepEqual(
    pages.map(({ tasks, total }) => [tasks.length, total]),
    [
      [30, 139],
      [30, 139],
      [19, 139],
    ],
  );
  const tasks = pages.flatMap((page) => page.tasks);
  for (const task of tasks) {
    assert.notEqual(task.state, 'other', task.id);
    assert.equal(task.node, 'DEMO');
    const wait = span(task.queueTime, task.startTime);
    assert.ok(wait !== undefined && wait < 12_000, `${task.id} waited ${wait} ms`);
    assert.ok(span(task.startTime, task.completedTime) !== undefined, `${task.id} has a duration`);
  }
});

test('active tasks of a 2024 server', { skip }, () => {
  const { tasks } = readTasks('datadog/api_tasks_in_progress_high_limit_pg1.json');
  assert.deepEqual(
    tasks.map(({ id, state, node, hasPendingInterruptions }) => ({
      id,
      state,
      node,
      hasPendingInterruptions,
    })),
    [
      { id: 'ServerTasks-118055', state: 'Queued', node: undefined, hasPendingInterruptions: false },
      { id: 'ServerTasks-118048', state: 'Executing', node: '50c3dfbarc82', hasPendingInterruptions: true },
    ],
  );
  const due = Date.parse('2024-09-23T14:44:00.123Z');
  assert.deepEqual(
    [due - 1, due].map((now) => tasks[0] !== undefined && isWaiting(tasks[0], now)),
    [false, true],
  );
});

test('completed tasks of a 2024 server', { skip }, () => {
  const { tasks, total } = readTasks('datadog/api_tasks_completed_high_limit_pg1.json');
  assert.equal(tasks.length, 4);
  assert.equal(total, 4);
  for (const { state, completedTime } of tasks) {
    assert.match(state, /^(Success|Failed|Canceled|TimedOut)$/);
    assert.notEqual(completedTime, undefined);
  }
});

test('a task that is new is reported as queued, with few fields', { skip }, () => {
  const { tasks } = readTasks('issues/I8485_tasks_states_New_excerpt.json');
  assert.deepEqual(
    tasks.map(({ name, state, startTime }) => [name, state, startTime]),
    [['RecurringScheduledDeployments', 'Queued', undefined]],
  );
});

test('the task inside of task details', { skip }, () => {
  const { Task: inner } = JSON.parse(read('datadog/api_tasks_ServerTasks-1847_details.json')) as {
    Task: unknown;
  };
  assert.equal(taskSchema.parse(inner).id, 'ServerTasks-1847');
});

test('root documents of 2019 and 2024', { skip }, () => {
  const versions = ['octopusclients/2019.7.12_api.GET.json', 'datadog/api_root_2024.2.9409_excerpt.json'].map(
    (path) => serverInfoSchema.parse(JSON.parse(read(path))).version,
  );
  assert.deepEqual(versions, ['2019.7.12', '2024.2.9409']);
});

test('a node of a 2024 server, as the summary would hold it', { skip }, () => {
  const { Items } = JSON.parse(read('datadog/api_octopusservernodes_high_limit_pg1.json')) as {
    Items: unknown;
  };
  const [node] = nodesSummarySchema.parse({ Nodes: Items });
  assert.equal(node?.taskCap, 5);
  assert.equal(node?.isDraining, false);
  assert.equal(node?.runningTasks, undefined, 'not told is not zero');
});

test('deployment targets of a 2024 server, one with a health that is no name', { skip }, () => {
  const { Items } = JSON.parse(read('datadog/api_Spaces-1_machines_low_limit_pg1.json')) as {
    Items: unknown[];
  };
  assert.deepEqual(
    Items.map((item) => machineSchema.parse(item)),
    ['healthy', 'has_warnings'].map((health) => ({
      health,
      isDisabled: false,
      needsUpgrade: false,
      poolIds: [],
    })),
  );
});

test('audit events of a 2024 server', { skip }, () => {
  const { Items } = JSON.parse(read('datadog/api_Spaces-1_events_low_limit_pg1.json')) as {
    Items: unknown[];
  };
  const events = Items.map((item) => serverEventSchema.parse(item));
  assert.deepEqual(
    events.map(({ id, category, space }) => [id, category, space]),
    [
      ['Events-4873', 'MachineUnhealthy', 'Spaces-1'],
      ['Events-4865', 'DeploymentFailed', 'Spaces-1'],
    ],
  );
  for (const { category, occurred } of events) {
    assert.ok(EVENT_CATEGORIES.some((known) => known === category));
    assert.notEqual(occurred, undefined);
  }
});

test('every line of the server log is accepted', { skip }, () => {
  const text = read('datadog/octopus_server_log_samples.txt');
  const { counts, rows } = parseLines(
    octopusServerLog.createParser(TARGET, () => true),
    text,
  );
  assert.deepEqual(counts, { parsed: 3, folded: 0, skipped: 2, refused: 0 });
  assert.deepEqual(
    rows.map((row) => row['dataset']),
    ['web_request', 'task', 'log_event', 'log_event'],
  );
  assert.equal(rows[0]?.['duration_seconds'], 0.0224869);
});

test('every row of the web log of a 2017 server is a request', { skip }, () => {
  const text = read('seqflatfileimport/Web-2017-03-28.log');
  const { counts, rows } = parseLines(
    octopusWebLog.createParser(TARGET, () => true),
    text,
  );
  assert.deepEqual(counts, { parsed: 28, folded: 0, skipped: 4, refused: 0 });
  const [first] = rows;
  assert.deepEqual(
    [first?.['time'], first?.['route'], first?.['user'], first?.['duration_seconds']],
    ['2017-03-28T03:49:55.000Z', '/api', '<anonymous>', 0.513],
  );
});

test('every line of the raw task log of a 2016 server is read; its errors are kept', { skip }, () => {
  const text = read('seqflatfileimport/servertasks-21_gjzwyyv2kt.txt');
  const { counts, rows } = parseLines(
    octopusTaskLog.createParser(TARGET, () => true),
    text,
  );
  assert.deepEqual(counts, { parsed: 18, folded: 0, skipped: 504, refused: 0 });
  const kinds = Map.groupBy(rows, (row) => row['kind']);
  assert.deepEqual([kinds.get('error')?.length, kinds.get('fatal')?.length], [14, 4]);
  assert.deepEqual([...new Set(rows.map((row) => row['task_id']))], ['ServerTasks-21']);
});

test('every known form of the message about a blocked task is told as one', { skip }, () => {
  const messages = read('octopustentacle/blocked_messages.txt')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t')[2] ?? '');
  assert.equal(messages.length, 18);
  for (const message of messages) {
    const line = JSON.stringify(['ServerTasks-9', 'INF', '2016-07-29T04:18:52+00:00', message, '', 0]);
    const { rows } = parseLines(
      octopusTaskLog.createParser(TARGET, () => true),
      `${line}\n`,
    );
    assert.equal(rows[0]?.['kind'], 'task_blocked', message);
    const holders = new Set(message.match(/\b(?:ServerTasks?|RunbookRuns)-\d+/g));
    assert.equal(rows[0]['holder'] ?? '', [...holders].join(', '));
    assert.deepEqual(readBlockedMessage(message, 'ServerTasks-9')?.holders, [...holders]);
  }
});

test(
  "every batch of a 2026 server's traces is accepted: nothing inbound, no task, no failure",
  { skip },
  () => {
    const text = read('otelimporter/sample-traces.jsonl');
    const found = parseLines(
      otlpTrace.createParser(TARGET, () => true),
      text,
    );
    assert.deepEqual(found, { counts: { parsed: 0, folded: 0, skipped: 4, refused: 0 }, rows: [] });
  },
);
