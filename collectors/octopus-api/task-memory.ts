import { z } from 'zod';
import type { JsonValue } from '../../src/model/json.ts';
import { isWaiting, type Task } from '../../src/octopus/task.ts';

const memorySchema = z.object({
  /** Value of the counter of starts. */
  started: z.number(),
  running: z.array(z.string()),
  waiting: z.array(z.string()),
  /** When a task was first seen cancelling, ms by the agent's clock, by id. */
  cancelling: z.record(z.string(), z.number()),
});

/** What the last poll saw: enough to count starts and to date cancellations. */
export type TaskMemory = z.output<typeof memorySchema>;

/** The memory as it was committed; undefined at the first poll. */
export function parseMemory(state: JsonValue): TaskMemory | undefined {
  return memorySchema.safeParse(state).data;
}

/**
 * The memory after a poll. A task has started when it runs and did not before, or when it waited and is gone: it ran
 * and ended between two polls. At the first poll what runs already is no start.
 * @param complete whether `tasks` is all there is; only then does absence say something
 * @param now ms by the agent's clock
 * @param serverNow ms by the server's
 */
export function remember(
  before: TaskMemory | undefined,
  tasks: readonly Task[],
  complete: boolean,
  now: number,
  serverNow: number,
): TaskMemory {
  const active = new Set(tasks.map(({ id }) => id));
  const running = tasks.filter(isRunning).map(({ id }) => id);
  const waiting = tasks.filter((task) => isWaiting(task, serverNow)).map(({ id }) => id);
  const cancelling = tasks.filter(({ state }) => state === 'Cancelling');
  return {
    started:
      before === undefined ? 0 : before.started + starts(before, running, complete ? active : undefined),
    running,
    waiting,
    cancelling: Object.fromEntries(cancelling.map(({ id }) => [id, before?.cancelling[id] ?? now])),
  };
}

function starts(before: TaskMemory, running: readonly string[], active: Set<string> | undefined): number {
  const known = new Set(before.running);
  const fresh = running.filter((id) => !known.has(id)).length;
  return fresh + before.waiting.filter((id) => active?.has(id) === false).length;
}

/** Runs, or ran until it was cancelled. */
function isRunning({ state, startTime }: Task): boolean {
  return state === 'Executing' || (state === 'Cancelling' && startTime !== undefined);
}
