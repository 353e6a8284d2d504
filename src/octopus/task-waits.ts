import { z } from 'zod';
import type { Clock } from '../model/ports.ts';
import { readJson } from './answer.ts';
import type { Connection } from './connection.ts';
import { createOptionalRoute } from './optional-route.ts';
import { text } from './payload-fields.ts';
import type { RequestPriority } from './request-budget.ts';
import { activityTreeSchema, type Activity } from './task-activity-tree.ts';

/** More holders than a person looks at; the server pages the rest. */
const MAX_HOLDERS = 20;
const MAX_MESSAGES = 20;
/** Lines of each activity: a wait is told in its last ones. */
const TAIL = 5;

/** Asks about one task; undefined from a server that does not have the call, or when the task is gone. */
export type AskOfTask<T> = (
  id: string,
  signal?: AbortSignal,
  priority?: RequestPriority,
) => Promise<T | undefined>;

/** Why a task does not go on. None is asked for without need: the default priority is `spare`. */
export interface TaskWaits {
  /** Ids of the tasks that the server says block this one. */
  readonly blockedBy: AskOfTask<readonly string[]>;
  /** Ids of the tasks that are before it in the queue, 20 at most, the running ones included. */
  readonly queuedBehind: AskOfTask<readonly string[]>;
  /** What the server says of its wait, title and message as one text. */
  readonly statusMessages: AskOfTask<readonly string[]>;
  /** The last lines of its log, by activity. Expensive for the server (Issues 4773): for very few tasks at a time. */
  readonly activities: AskOfTask<readonly Activity[]>;
}

const taskId = z.string().min(1).max(100);
const holder = z.union([taskId, z.looseObject({ Id: taskId }).transform(({ Id }) => Id)]);
const holders = z.array(holder.nullable().catch(null));

/**
 * A list of tasks in any of the forms that lists have: a page (`queued-behind`, OctopusClients `TaskRepository`, whose
 * items are not whole tasks), or an array. The documentation names `blockedby` without its shape.
 */
export const holdersSchema = z
  .union([
    holders,
    z.looseObject({ Items: holders }).transform(({ Items }) => Items),
    z.looseObject({ Tasks: holders }).transform(({ Tasks }) => Tasks),
  ])
  .transform((ids) => [...new Set(ids.filter((id) => id !== null))].slice(0, MAX_HOLDERS));

/** `Messages[]{Category, Title, Message}`. Source: Octopus's REST documentation of tasks. */
export const statusMessagesSchema = z
  .looseObject({ Messages: z.array(z.looseObject({ Title: text(500), Message: text(2000) })) })
  .transform(({ Messages }) =>
    Messages.slice(0, MAX_MESSAGES)
      .map(({ Title, Message }) => [Title, Message].filter((part) => part !== undefined).join(' '))
      .filter((message) => message !== ''),
  );

/** The calls about waiting tasks of one instance. */
export function createTaskWaits(connection: Connection, clock: Clock): TaskWaits {
  function route<S extends z.ZodType>(suffix: string, query: Record<string, string>, schema: S) {
    return createOptionalRoute<z.output<S>>(clock, async (id, signal, priority = 'spare') => {
      const path = `/api/tasks/${encodeURIComponent(id)}${suffix}`;
      const response = await connection.send({ path, query, signal, priority });
      return readJson(response, schema, connection.where(path));
    });
  }

  return {
    blockedBy: route('/blockedby', {}, holdersSchema),
    queuedBehind: route('/queued-behind', { skip: '0', take: String(MAX_HOLDERS) }, holdersSchema),
    statusMessages: route('/status/messages', {}, statusMessagesSchema),
    activities: route('/details', { verbose: 'false', tail: String(TAIL) }, activityTreeSchema),
  };
}
