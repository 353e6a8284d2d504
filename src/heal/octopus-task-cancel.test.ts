import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../model/alert.ts';
import { Failure } from '../model/failure.ts';
import type { Remedy } from '../model/plan.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { taskSchema, type Task } from '../octopus/task.ts';
import { createTaskCancel, type TaskCancelCalls } from './octopus-task-cancel.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 21, 3);
const SCHEDULER = 'RecurringScheduledDeployments';
const NEVER = new AbortController().signal;

/** A task of the scheduler that has been queued for 12 minutes; times in minutes before now. */
function task(id: string, over: Record<string, unknown> = {}): Task {
  const at = (minutes: number): string => new Date(NOW - minutes * MINUTE).toISOString();
  return taskSchema.parse({
    Id: id,
    Name: SCHEDULER,
    State: 'Queued',
    QueueTime: at(12),
    ...Object.fromEntries(
      Object.entries(over).map(([name, value]) => [name, typeof value === 'number' ? at(value) : value]),
    ),
  });
}

const alert: Alert = {
  key: 'k',
  group: 'g',
  state: 'firing',
  value: 700,
  activeAt: 42,
  labels: { alertname: 'OctopusSchedulerStalled', tenant: 'acme', name: SCHEDULER },
  annotations: {},
};

interface Scene {
  readonly remedy: Remedy;
  readonly tasks: Map<string, Task>;
  readonly cancelled: string[];
}

function scene(tasks: readonly Task[], clockOffset = 0): Scene {
  const byId = new Map(tasks.map((one) => [one.id, one]));
  const cancelled: string[] = [];
  const client: TaskCancelCalls = {
    activeTasks: () =>
      Promise.resolve({ tasks: [...byId.values()], total: byId.size, refused: 0, clockOffset }),
    task(id) {
      const found = byId.get(id);
      return found === undefined ? Promise.reject(new Failure('not_found', id)) : Promise.resolve(found);
    },
    cancelTask(space, id) {
      cancelled.push(`${space ?? '-'} ${id}`);
      const found = byId.get(id);
      if (found !== undefined) byId.set(id, { ...found, state: 'Canceled' });
      return Promise.resolve();
    },
  };
  const remedy = createTaskCancel({
    clock: new VirtualClock(NOW),
    clientFor: (tenant) => (tenant === 'acme' ? client : undefined),
    minAgeMs: () => 5 * MINUTE,
  });
  return { remedy, tasks: byId, cancelled };
}

test('cancels the oldest stuck task of the type that the alert names, and no other', async () => {
  const { remedy, cancelled } = scene([
    task('ServerTasks-9'),
    task('ServerTasks-7', { QueueTime: 30, SpaceId: 'Spaces-2' }),
    task('ServerTasks-1', { QueueTime: 90, Name: 'Deploy' }),
  ]);
  const plan = await remedy.plan(alert, NEVER);
  assert.deepEqual(
    plan.steps.map(({ description, tenant, id }) => [description, tenant, id]),
    [
      [
        `cancel ServerTasks-7 (${SCHEDULER}, queued 30m)`,
        'acme',
        'octopus-task-cancel:acme:ServerTasks-7:42',
      ],
    ],
  );
  assert.deepEqual(cancelled, [], 'a plan reads, it never writes');
  for (const step of plan.steps) assert.equal((await remedy.apply(step, NEVER)).status, 'applied');
  assert.deepEqual(cancelled, ['Spaces-2 ServerTasks-7']);
  for (const step of plan.steps) {
    assert.equal((await remedy.apply(step, NEVER)).status, 'applied', 'twice is once');
    assert.equal(await remedy.reconcile({ step, at: NOW }, NEVER), 'applied');
  }
  assert.equal(cancelled.length, 1);
});

const LEFT_ALONE: readonly (readonly [string, Task])[] = [
  ['younger than min_age', task('t', { QueueTime: 4 })],
  ['scheduled for later', task('t', { QueueTime: -30 })],
  ['without a queue time', task('t', { QueueTime: null })],
  ['of another type', task('t', { Name: 'Deploy' })],
  ['finished', task('t', { State: 'Success' })],
  ['cancelling already', task('t', { State: 'Cancelling' })],
  ['of a state nobody knows', task('t', { State: 'Sleeping' })],
  ['waiting for a person', task('t', { HasPendingInterruptions: true })],
  ['running since a moment, though queued for long', task('t', { State: 'Executing', StartTime: 1 })],
  ['running for long, with progress', task('t', { State: 'Executing', StartTime: 60, LastUpdatedTime: 1 })],
];

for (const [name, left] of LEFT_ALONE) {
  test(`left alone: a task ${name}`, async () => {
    await assert.rejects(
      scene([left]).remedy.plan(alert, NEVER),
      (error) => error instanceof Failure && error.reason === 'not_found' && !error.retryable,
    );
  });
}

test('a running task without progress is stuck', async () => {
  const { remedy } = scene([task('t', { State: 'Executing', StartTime: 60, LastUpdatedTime: 20 })]);
  const { steps } = await remedy.plan(alert, NEVER);
  assert.equal(steps[0]?.description, `cancel t (${SCHEDULER}, no progress for 20m)`);
});

test("ages are by the server's clock", async () => {
  const ahead = scene([task('t', { QueueTime: -8 })], 15 * MINUTE);
  assert.equal((await ahead.remedy.plan(alert, NEVER)).steps[0]?.description.includes('queued 7m'), true);
  const behind = scene([task('t')], -10 * MINUTE);
  await assert.rejects(behind.remedy.plan(alert, NEVER), /no RecurringScheduledDeployments task/);
});

test('what moved on between plan and call is left alone', async () => {
  for (const over of [
    { State: 'Executing', StartTime: 0 },
    { State: 'Success' },
    { HasPendingInterruptions: true },
  ]) {
    const { remedy, tasks, cancelled } = scene([task('t')]);
    const { steps } = await remedy.plan(alert, NEVER);
    tasks.set('t', task('t', over));
    for (const step of steps) {
      const outcome = await remedy.apply(step, NEVER);
      assert.equal(outcome.status, 'failed');
      assert.match(outcome.detail, /left alone/);
    }
    assert.deepEqual(cancelled, []);
  }
});

test('after a lost answer: still there is absent, gone another way is unknown', async () => {
  const { remedy, tasks } = scene([task('t')]);
  const [step] = (await remedy.plan(alert, NEVER)).steps;
  assert.ok(step);
  assert.equal(await remedy.reconcile({ step, at: NOW }, NEVER), 'absent');
  tasks.set('t', task('t', { State: 'Cancelling' }));
  assert.equal(await remedy.reconcile({ step, at: NOW }, NEVER), 'applied');
  tasks.set('t', task('t', { State: 'Failed' }));
  assert.equal(await remedy.reconcile({ step, at: NOW }, NEVER), 'unknown');
});

test('no access, no type: refused by name', async () => {
  const { remedy } = scene([task('t')]);
  const labels = (over: Record<string, string>): Alert => ({
    ...alert,
    labels: { ...alert.labels, ...over },
  });
  await assert.rejects(remedy.plan(labels({ tenant: 'globex' }), NEVER), /no API access to globex/);
  await assert.rejects(remedy.plan(labels({ name: '' }), NEVER), /has no name label/);
});
