import type { SimulatedInstance } from '../../src/simulator/simulator.ts';
import { eventually } from './eventually.ts';

interface TaskPage {
  readonly Items: readonly {
    readonly State: string;
    readonly Name: string;
    readonly QueueTime: string;
    readonly StartTime: string | null;
  }[];
}

export interface StuckQueue {
  /** The oldest waiting task has waited this long, ms. */
  readonly waitingMs: number;
  /** No task has started for this long, ms. */
  readonly noStartMs: number;
}

const SCHEDULER = 'RecurringScheduledDeployments';

/** When the queue of an instance first was stuck, asked of the instance itself many times a second; ms since the epoch. */
export function watchCondition(
  instance: SimulatedInstance,
  { waitingMs, noStartMs }: StuckQueue,
): Promise<number> {
  return eventually(
    'the queue is stuck',
    async () => {
      const tasks = await recentTasks(instance);
      const now = Date.now();
      const waiting = tasks.filter(({ State, Name }) => State === 'Queued' && Name !== SCHEDULER);
      const started = tasks.flatMap(({ StartTime }) => (StartTime === null ? [] : [Date.parse(StartTime)]));
      const isStuck =
        waiting.some(({ QueueTime }) => now - Date.parse(QueueTime) > waitingMs) &&
        Math.max(0, ...started) < now - noStartMs;
      return isStuck && now;
    },
    90_000,
  );
}

async function recentTasks({ url, apiKey }: SimulatedInstance): Promise<TaskPage['Items']> {
  const response = await fetch(`${url}/api/tasks?spaces=all&includeSystem=true&take=100`, {
    headers: { 'x-octopus-apikey': apiKey },
    signal: AbortSignal.timeout(2000),
  });
  const page: TaskPage = JSON.parse(await response.text());
  return page.Items;
}
