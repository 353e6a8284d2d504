import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { TaskList } from '../../src/octopus/task-pages.ts';
import type { Task } from '../../src/octopus/task.ts';
import type { ClientFor } from './client-for.ts';
import { taskFlowDataset, taskQueueDataset } from './schema.ts';
import { activityOf, oldest } from './task-activity.ts';
import { parseMemory, remember, type TaskMemory } from './task-memory.ts';

/** Reads the tasks that wait, run or are being cancelled. */
export function createTasksActivePoll(clientFor: ClientFor): PollCollector {
  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const list = await clientFor(tenant).activeTasks(context.signal);
    const now = context.clock.now();
    const serverNow = now + list.clockOffset;
    const complete = list.tasks.length >= list.total;
    warnOfGaps(list, context);
    const memory = remember(parseMemory(context.state), list.tasks, complete, now, serverNow);
    context.state = memory;
    yield [flowPoint(list.tasks, memory, now, serverNow), ...queuePoints(list.tasks, memory, now, serverNow)];
  }

  const datasets = [taskQueueDataset, taskFlowDataset];
  return { name: 'octopus-api/tasks-active', datasets, intervalMs: 30_000, poll };
}

function warnOfGaps({ tasks, total, refused }: TaskList, { log }: CollectContext): void {
  if (refused > 0) log.warn({ refused }, 'tasks without an id or a type left out');
  if (tasks.length + refused < total)
    log.warn({ read: tasks.length, total }, 'more active tasks than are read');
}

function flowPoint(tasks: readonly Task[], memory: TaskMemory, now: number, serverNow: number): Point {
  const { queued, executing, scheduled, awaitingPerson } = activityOf(tasks, serverNow);
  const values = {
    octopus_tasks_waiting: queued,
    octopus_tasks_running: executing,
    octopus_tasks_scheduled: scheduled,
    octopus_tasks_awaiting_person: awaitingPerson,
    octopus_tasks_started_total: memory.started,
  };
  return { dataset: taskFlowDataset, time: now, dimensions: {}, values };
}

function queuePoints(tasks: readonly Task[], memory: TaskMemory, now: number, serverNow: number): Point[] {
  const byName = Map.groupBy(tasks, ({ name }) => name);
  return [...byName].map(([name, group]) => {
    const { queued, executing, cancelling, queueAge, updateAge } = activityOf(group, serverNow);
    const values = {
      octopus_tasks_queued: queued,
      octopus_tasks_executing: executing,
      octopus_tasks_cancelling: cancelling,
      octopus_task_queue_age_seconds: queueAge,
      octopus_task_update_age_seconds: updateAge,
      octopus_task_cancelling_age_seconds: cancellingAge(group, memory, now),
    };
    return { dataset: taskQueueDataset, time: now, dimensions: { name }, values };
  });
}

function cancellingAge(tasks: readonly Task[], { cancelling }: TaskMemory, now: number): number | undefined {
  const since = tasks.map(({ id }) => cancelling[id]).filter((at) => at !== undefined);
  return oldest(since.map((at) => Math.max(0, now - at)));
}
