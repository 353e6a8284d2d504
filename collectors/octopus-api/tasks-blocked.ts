import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { ClientFor } from './client-for.ts';
import { taskWaitDatasets } from './task-wait-datasets.ts';
import { WaitCandidates } from './wait-candidates.ts';
import { inquireWaits } from './wait-inquiry.ts';
import { parseWaitMemory } from './wait-memory.ts';
import { waitPoints } from './wait-points.ts';

/** The list of the poll of active tasks will do: who has waited for minutes is on it. */
const MAX_LIST_AGE_MS = 45_000;

/** Asks why tasks wait that have for more than 2 minutes, and who is at the end of their chains. */
export function createTasksBlockedPoll(clientFor: ClientFor): PollCollector {
  async function* poll(
    { tenant, url = '' }: Target,
    context: CollectContext,
  ): AsyncIterable<readonly Point[]> {
    const { clock, signal } = context;
    const before = parseWaitMemory(context.state);
    const client = clientFor(tenant);
    const { tasks, clockOffset } = await client.activeTasks(signal, MAX_LIST_AGE_MS);
    const serverNow = clock.now() + clockOffset;
    const candidates = new WaitCandidates(tasks, serverNow);
    const inquiry = await inquireWaits({
      api: client.waits,
      candidates,
      scripts: before.scripts,
      now: serverNow,
      signal,
    });
    const situation = { ...inquiry, tasks, tenant, url, now: clock.now(), clockOffset };
    const { points, told } = waitPoints(situation, before.told);
    context.state = { told, scripts: inquiry.scripts };
    yield points;
  }

  const name = 'octopus-api/tasks-blocked';
  return { name, datasets: taskWaitDatasets, intervalMs: 60_000, poll };
}
