import { readBlockedMessage } from '../../src/octopus/blocked-message.ts';
import type { Activity, ActivityLine } from '../../src/octopus/task-activity-tree.ts';
import type { Task } from '../../src/octopus/task.ts';
import type { WaitReason } from './task-wait-datasets.ts';

/** A task that waits, as far as the server says why. */
export interface TaskWait {
  readonly task: Task;
  readonly reason: WaitReason;
  /** Ids of the tasks that it waits for; none where nobody names them. */
  readonly holders: readonly string[];
  /** Whether it waits for a script of its own alone. */
  readonly isOwn: boolean;
  /** Since when, ms by the server's clock. */
  readonly since: number;
  readonly message: string | undefined;
}

/** Words of the server about a queue. The texts are not published: these are our reading of the features' names. */
const CONCURRENCY = /\bconcurren/i;
const TASK_CAP = /\btask cap\b|\btask limit\b|\bmaximum number of\b.*\btasks\b|\bslots?\b/i;

/** Why a queued task waits, from what the server says and whom it names. */
export function queueReason(
  texts: readonly string[],
  blockers: readonly string[],
  behind: readonly string[],
): WaitReason {
  if (texts.some((text) => readBlockedMessage(text, undefined)?.kind === 'waits')) return 'mutex';
  if (texts.some((text) => CONCURRENCY.test(text))) return 'concurrency_tag';
  if (texts.some((text) => TASK_CAP.test(text))) return 'task_cap';
  if (blockers.length > 0) return 'blocked_by';
  return behind.length > 0 ? 'queued_behind' : 'unknown';
}

/**
 * The wait of a running task for scripts on its targets: what the last lines of its running activities say. Undefined
 * when none of them waits.
 */
export function scriptWait(task: Task, activities: readonly Activity[]): TaskWait | undefined {
  const waiting = activities
    .filter(({ status }) => status === 'Running')
    .map(({ lines }) => waitingLine(lines, task.id))
    .filter((wait) => wait !== undefined);
  const [first] = waiting.toSorted((a, b) => a.since - b.since);
  if (first === undefined) return undefined;
  const holders = [...new Set(waiting.flatMap((wait) => wait.holders))];
  return {
    task,
    reason: 'mutex',
    holders,
    isOwn: holders.length === 0 && waiting.every(({ isOwn }) => isOwn),
    since: first.since === Infinity ? (task.lastUpdatedTime ?? task.startTime ?? 0) : first.since,
    message: first.message,
  };
}

interface WaitingLine {
  readonly holders: readonly string[];
  readonly isOwn: boolean;
  readonly since: number;
  readonly message: string;
}

/** An activity waits when that is the last that it said; it waits since the first of the lines that say so. */
function waitingLine(lines: readonly ActivityLine[], own: string): WaitingLine | undefined {
  const told = lines.map((line) => ({ ...line, wait: readBlockedMessage(line.message, own) }));
  const before = told.findLastIndex(({ wait }) => wait?.kind !== 'waits');
  const [first] = told.slice(before + 1);
  const last = told.at(-1);
  if (first === undefined || last?.wait === undefined) return undefined;
  const { holders, isOwn } = last.wait;
  return { holders, isOwn, since: first.occurredAt ?? Infinity, message: last.message };
}
