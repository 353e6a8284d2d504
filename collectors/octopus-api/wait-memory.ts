import { z } from 'zod';
import type { JsonValue } from '../../src/model/json.ts';
import type { Task } from '../../src/octopus/task.ts';
import type { TaskWait } from './task-wait.ts';

const scriptSchema = z.object({
  /** When its log was read, ms by the server's clock. */
  at: z.number(),
  /** Null when it did not wait for a script. */
  wait: z
    .object({
      holders: z.array(z.string()),
      isOwn: z.boolean(),
      since: z.number(),
      message: z.string().nullable(),
    })
    .nullable(),
});

const memorySchema = z.object({
  /** Why a task waits and for whom in the end, as it was told last, by its id. */
  told: z.record(z.string(), z.string()),
  /** What the logs of running tasks said, by task. */
  scripts: z.record(z.string(), scriptSchema),
});

/** What the last poll saw of waits. */
export type WaitMemory = z.output<typeof memorySchema>;
export type ScriptAnswer = z.output<typeof scriptSchema>;

/** The memory as it was committed; empty at the first poll. */
export function parseWaitMemory(state: JsonValue): WaitMemory {
  return memorySchema.safeParse(state).data ?? { told: {}, scripts: {} };
}

/** The wait that a log told of. */
export function scriptWaitOf(task: Task, { wait }: ScriptAnswer): TaskWait | undefined {
  if (wait === null) return undefined;
  return { ...wait, task, reason: 'mutex', message: wait.message ?? undefined };
}

export function scriptAnswerOf(wait: TaskWait | undefined, at: number): ScriptAnswer {
  if (wait === undefined) return { at, wait: null };
  const { holders, isOwn, since, message = null } = wait;
  return { at, wait: { holders: [...holders], isOwn, since, message } };
}
