import assert from 'node:assert/strict';
import test from 'node:test';
import type { CollectContext, Target } from '../../src/collect/contract.ts';
import { NO_FLEET } from '../../src/collect/fleet-of.ts';
import type { Dataset } from '../../src/model/dataset.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { Point } from '../../src/model/point.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import type { OctopusClient } from '../../src/octopus/client.ts';
import type { TaskList } from '../../src/octopus/task-pages.ts';
import { taskSchema, type Task } from '../../src/octopus/task.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { createTasksCompletedPoll } from './tasks-completed.ts';

const START = Date.UTC(2026, 10, 21, 6, 30);
const MINUTE = 60_000;
const TARGET: Target = { tenant: 'acme', url: 'http://acme', info: {}, files: {}, timeZone: 'UTC' };

function finished(id: string, at: number, State = 'Success'): Task {
  return taskSchema.parse({ Id: id, Name: 'Deploy', State, CompletedTime: new Date(at).toISOString() });
}

/** A server that holds finished tasks and lists at most `most` of them. */
function setUp({ clockOffset = 0, most = 2000 } = {}) {
  const clock = new VirtualClock(START);
  const tasks: Task[] = [];
  const windows: [number, number][] = [];
  async function completedTasks(from: number, to: number): Promise<TaskList> {
    windows.push([from, to]);
    const found = tasks.filter(({ completedTime = 0 }) => completedTime >= from && completedTime <= to);
    return { tasks: found.slice(0, most), total: found.length, refused: 0, clockOffset };
  }
  const client = { completedTasks } as unknown as OctopusClient;
  const collector = createTasksCompletedPoll(() => client);
  const { log, lines } = recordedLog();
  let state: JsonValue = null;

  async function poll(isSource: (dataset: Dataset) => boolean = () => true): Promise<Point[]> {
    const { signal } = new AbortController();
    const context: CollectContext = {
      signal,
      clock,
      log,
      metrics: NO_METRICS,
      state,
      fleet: NO_FLEET,
      isSource,
    };
    const points = (await Array.fromAsync(collector.poll(TARGET, context))).flat();
    state = JSON.parse(JSON.stringify(context.state)) as JsonValue;
    return points;
  }

  return { clock, tasks, windows, poll, lines };
}

function idsOf(points: readonly Point[]): string[] {
  return points.map(({ values }) => String(values['task_id']));
}

test('every finished task is handed over once, over overlapping windows and restarts', async () => {
  const { clock, tasks, poll, windows } = setUp();
  tasks.push(finished('a', START - MINUTE));
  assert.deepEqual(idsOf(await poll()), ['a']);
  await clock.advance(MINUTE);
  tasks.push(finished('b', START + 1000), finished('late', START - 2000));
  assert.deepEqual(
    idsOf(await poll()),
    ['b', 'late'],
    'shown by the server only after the window had passed',
  );
  await clock.advance(MINUTE);
  assert.deepEqual(idsOf(await poll()), []);
  assert.ok(windows.every(([from], index) => index === 0 || from < (windows[index - 1]?.[1] ?? 0)));
});

test('a pause of a day is caught up in windows, with nothing lost', async () => {
  const { clock, tasks, poll } = setUp();
  await poll();
  for (let hour = 1; hour < 24; hour++) tasks.push(finished(`h${hour}`, START + hour * 60 * MINUTE));
  await clock.advance(24 * 60 * MINUTE);
  const got: string[] = [];
  for (let round = 0; round < 6; round++) got.push(...idsOf(await poll()));
  assert.deepEqual(got.toSorted(), tasks.map(({ id }) => id).toSorted());
});

test('more tasks than one answer holds are read in smaller windows', async () => {
  const { clock, tasks, poll, lines } = setUp({ most: 10 });
  await poll();
  for (let minute = 1; minute < 120; minute += 4) tasks.push(finished(`m${minute}`, START + minute * MINUTE));
  await clock.advance(120 * MINUTE);
  const got: string[] = [];
  for (let round = 0; round < 12; round++) got.push(...idsOf(await poll()));
  assert.deepEqual(got.toSorted(), tasks.map(({ id }) => id).toSorted());
  assert.deepEqual(lines, []);
});

test('the time of an event is by the clock of the agent, the windows are by that of the server', async () => {
  const hour = 60 * MINUTE;
  for (const clockOffset of [hour, -hour]) {
    const { clock, tasks, poll } = setUp({ clockOffset });
    await poll();
    tasks.push(finished('a', START + clockOffset + 30_000));
    await clock.advance(MINUTE);
    const points = await poll();
    assert.deepEqual(
      points.map(({ time }) => time),
      [START + 30_000],
    );
  }
});

test('tasks that have not ended, or of an unknown state, are no events', async () => {
  const { tasks, poll } = setUp();
  tasks.push(finished('a', START - 1, 'Executing'), finished('b', START - 1, 'Paused'));
  assert.deepEqual(await poll(), []);
});

test('where another source has the tasks it asks nothing', async () => {
  const { tasks, poll, windows } = setUp();
  tasks.push(finished('a', START - 1));
  assert.deepEqual(await poll(() => false), []);
  assert.deepEqual(windows, []);
});
