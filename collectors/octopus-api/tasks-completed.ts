import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { OctopusClient } from '../../src/octopus/client.ts';
import { taskDataset } from '../../src/octopus/task-dataset.ts';
import type { TaskList } from '../../src/octopus/task-pages.ts';
import type { ClientFor } from './client-for.ts';
import { finishedTaskPoint } from './finished-task-point.ts';
import { remember, windowMemorySchema } from './window-memory.ts';

/** How far windows overlap: a server may show a task some time after its completion. */
const OVERLAP_MS = 300_000;
const FIRST_WINDOW_MS = 300_000;
const MAX_WINDOW_MS = 6 * 3_600_000;
/** Above the overlap, so that even the smallest window moves on. */
const MIN_WINDOW_MS = 2 * OVERLAP_MS;
/** An open end: nothing is completed in the future, and the server's clock may be ahead. */
const AHEAD_MS = 24 * 3_600_000;

/** Reads the tasks that finished since the last poll, each once. */
export function createTasksCompletedPoll(clientFor: ClientFor): PollCollector {
  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    if (!context.isSource(taskDataset)) return;
    const now = context.clock.now();
    const before = windowMemorySchema.safeParse(context.state).data ?? {
      until: now - FIRST_WINDOW_MS,
      seen: {},
    };
    const { list, until } = await readWindow(clientFor(tenant), before.until, context);
    const fresh = list.tasks.filter(({ id }) => !Object.hasOwn(before.seen, id));
    const points = fresh.map((task) => finishedTaskPoint(task, tenant, list.clockOffset));
    const found = list.tasks.map(({ id, completedTime = 0 }) => [id, completedTime] as const);
    context.state = remember(before, found, until, OVERLAP_MS);
    yield points.filter((point) => point !== undefined);
  }

  return { name: 'octopus-api/tasks-completed', datasets: [taskDataset], intervalMs: 60_000, poll };
}

/** Reads from the end of the last window on, in smaller windows while there is more than one read may hold. */
async function readWindow(
  client: OctopusClient,
  since: number,
  { clock, log, signal }: CollectContext,
): Promise<{ list: TaskList; until: number }> {
  const from = since - OVERLAP_MS;
  const now = clock.now();
  let to = now - from > MAX_WINDOW_MS ? from + MAX_WINDOW_MS : now + AHEAD_MS;
  let list = await client.completedTasks(from, to, signal);
  while (isCut(list) && Math.min(to, now) - from > MIN_WINDOW_MS) {
    to = from + Math.max(MIN_WINDOW_MS, (Math.min(to, now) - from) / 2);
    list = await client.completedTasks(from, to, signal);
  }
  if (isCut(list))
    log.warn({ read: list.tasks.length, total: list.total }, 'more finished tasks than are read');
  return { list, until: Math.min(to, clock.now() + list.clockOffset) };
}

function isCut({ tasks, refused, total }: TaskList): boolean {
  return tasks.length + refused < total;
}
