import { Failure } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import type { Connection } from './connection.ts';
import type { Spaces } from './spaces.ts';
import { FINISHED_STATES } from './task-dataset.ts';
import { joinTaskLists, NO_TASKS, PAGE, readTaskPages, type TaskList, type TaskQuery } from './task-pages.ts';

const ACTIVE_PAGES = 20;
const COMPLETED_PAGES = 20;
const FALLBACK_PAGES = 3;
/** How far a stamp may lie outside of the window that was asked for: servers round. */
const ROUNDING_MS = 60_000;

export interface TaskLists {
  /** Tasks that are new, queued, executing or cancelling, in all spaces, system tasks included. */
  active(signal?: AbortSignal): Promise<TaskList>;
  /** The oldest 100 of about `total` active tasks; undefined where spaces have to be read one after the other. */
  oldestActive(total: number, signal?: AbortSignal): Promise<TaskList | undefined>;
  /** Tasks completed from `from` to `to`, ms by the server's clock; of more than 2000, some and their number. */
  completed(from: number, to: number, signal?: AbortSignal): Promise<TaskList>;
  /** The task of this type that was queued last among those that ended; in each space, where they are read alone. */
  lastFinished(name: string, signal?: AbortSignal): Promise<TaskList>;
}

/** Lists of tasks over all spaces, whatever filters the server knows. */
export function createTaskLists(connection: Connection, spaces: Spaces, clock: Clock): TaskLists {
  let dateFilters = true;

  function active(signal?: AbortSignal): Promise<TaskList> {
    return everywhere({ query: { active: 'true' }, maxPages: ACTIVE_PAGES, overBound: 'oldest' }, signal);
  }

  async function oldestActive(total: number, signal?: AbortSignal): Promise<TaskList | undefined> {
    if ((await spaces.scope(signal)) !== 'all') return undefined;
    const skip = Math.max(0, total - PAGE);
    // The list may have grown at its young end since it was counted.
    const ask = {
      query: { active: 'true' },
      skip,
      take: 2 * PAGE,
      maxPages: 1,
      overBound: 'newest',
    } as const;
    return everywhere(ask, signal);
  }

  async function completed(from: number, to: number, signal?: AbortSignal): Promise<TaskList> {
    const filtered = dateFilters ? await filteredByDate(from, to, signal) : undefined;
    if (filtered !== undefined && !isIgnored(filtered, from, to)) return filtered;
    dateFilters = false;
    const query = { states: FINISHED_STATES.join(',') };
    const newest = await everywhere({ query, maxPages: FALLBACK_PAGES, overBound: 'newest' }, signal);
    return pickByDate(newest, from, to);
  }

  function lastFinished(name: string, signal?: AbortSignal): Promise<TaskList> {
    const query = { name, states: FINISHED_STATES.join(',') };
    return everywhere({ query, maxPages: 1, overBound: 'newest', take: 1 }, signal);
  }

  /** Undefined when the server refuses the filters: it is older than they are. */
  async function filteredByDate(
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<TaskList | undefined> {
    const query = { fromCompletedDate: isoOf(from), toCompletedDate: isoOf(to) };
    try {
      return await everywhere({ query, maxPages: COMPLETED_PAGES, overBound: 'first' }, signal);
    } catch (error) {
      if (error instanceof Failure && error.reason === 'rejected') return undefined;
      throw error;
    }
  }

  async function everywhere(ask: Omit<TaskQuery, 'path'>, signal?: AbortSignal): Promise<TaskList> {
    const scope = await spaces.scope(signal);
    if (scope === 'all') return read('/api/tasks', { spaces: 'all', includeSystem: 'true' }, ask, signal);
    let list = NO_TASKS;
    for (const [index, space] of scope.entries()) {
      const extra = { includeSystem: String(index === 0) };
      list = joinTaskLists(list, await read(`/api/${space}/tasks`, extra, ask, signal));
    }
    return list;
  }

  function read(
    path: string,
    extra: TaskQuery['query'],
    ask: Omit<TaskQuery, 'path'>,
    signal?: AbortSignal,
  ): Promise<TaskList> {
    return readTaskPages(connection, clock, { ...ask, path, query: { ...extra, ...ask.query } }, signal);
  }

  return { active, oldestActive, completed, lastFinished };
}

/** A server that does not know the date filters answers with tasks of any time. */
function isIgnored({ tasks }: TaskList, from: number, to: number): boolean {
  return tasks.some(({ state, completedTime }) => {
    if (completedTime === undefined) return !FINISHED_STATES.some((finished) => finished === state);
    return completedTime < from - ROUNDING_MS || completedTime > to + ROUNDING_MS;
  });
}

function pickByDate(list: TaskList, from: number, to: number): TaskList {
  const tasks = list.tasks.filter(
    ({ completedTime: time }) => time !== undefined && time >= from && time <= to,
  );
  return { ...list, tasks, total: tasks.length };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
