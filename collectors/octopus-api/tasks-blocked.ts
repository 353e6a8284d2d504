import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { OctopusClient } from '../../src/octopus/client.ts';
import type { TaskList } from '../../src/octopus/task-pages.ts';
import type { Task } from '../../src/octopus/task.ts';
import type { ClientFor } from './client-for.ts';
import { taskWaitDatasets } from './task-wait-datasets.ts';
import { WaitCandidates } from './wait-candidates.ts';
import { inquireWaits } from './wait-inquiry.ts';
import { parseWaitMemory } from './wait-memory.ts';
import { waitPoints } from './wait-points.ts';

/** The list of the poll of active tasks tells whether anything waits. */
const MAX_LIST_AGE_MS = 45_000;

/** Asks why tasks wait that have for more than 2 minutes, and who is at the end of their chains. */
export function createTasksBlockedPoll(clientFor: ClientFor): PollCollector {
  async function* poll(
    { tenant, url = '' }: Target,
    context: CollectContext,
  ): AsyncIterable<readonly Point[]> {
    const { clock, log, signal } = context;
    const before = parseWaitMemory(context.state);
    const client = clientFor(tenant);
    const { candidates, tasks, clockOffset } = await whoWaits(client, context);
    const serverNow = clock.now() + clockOffset;
    const inquiry = await inquireWaits({
      api: client.waits,
      candidates,
      scripts: before.scripts,
      now: serverNow,
      clock,
      log,
      signal,
    });
    const situation = { ...inquiry, tasks, tenant, url, now: clock.now(), clockOffset };
    const { points, told } = waitPoints(situation, before.told);
    context.state = { told, scripts: inquiry.scripts };
    yield points;
  }

  const name = 'octopus-api/tasks-blocked';
  return { name, datasets: taskWaitDatasets, intervalMs: 60_000, deadlineMs: 30_000, poll };
}

/**
 * The active tasks, the oldest of them read anew where something may wait: who has waited longest starts first, and
 * nobody is asked about a task that has. Younger ones are as the other poll saw them.
 */
async function whoWaits(
  client: OctopusClient,
  { clock, signal }: CollectContext,
): Promise<TaskList & { candidates: WaitCandidates }> {
  const before = await client.activeTasks(signal, MAX_LIST_AGE_MS);
  const mayWait = new WaitCandidates(before.tasks, clock.now() + before.clockOffset);
  if (mayWait.isEmpty) return { ...before, candidates: mayWait };
  const oldest = await client.oldestActiveTasks(before.total, signal);
  if (oldest === undefined) return { ...before, candidates: mayWait };
  const until = Math.max(...oldest.tasks.map(dueAt));
  const tasks = [...before.tasks.filter((task) => dueAt(task) > until), ...oldest.tasks];
  return { ...before, tasks, candidates: new WaitCandidates(tasks, clock.now() + oldest.clockOffset) };
}

function dueAt({ queueTime = 0 }: Task): number {
  return queueTime;
}
