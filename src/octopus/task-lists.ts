import { Failure } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import type { Connection } from './connection.ts';
import type { Spaces } from './spaces.ts';
import { FINISHED_STATES } from './task-dataset.ts';
import { joinTaskLists, NO_TASKS, readTaskPages, type TaskList } from './task-pages.ts';

const ACTIVE_PAGES = 20;
const COMPLETED_PAGES = 10;
const FALLBACK_PAGES = 3;
/** How far a stamp may lie outside of the window that was asked for: servers round. */
const ROUNDING_MS = 60_000;

export interface TaskLists {
  /** Tasks that are new, queued, executing or cancelling, in all spaces, system tasks included. */
  active(signal?: AbortSignal): Promise<TaskList>;
  /** Tasks completed from `from` to `to`, ms by the server's clock, both included. */
  completed(from: number, to: number, signal?: AbortSignal): Promise<TaskList>;
}

/** Lists of tasks over all spaces, whatever filters the server knows. */
export function createTaskLists(connection: Connection, spaces: Spaces, clock: Clock): TaskLists {
  let dateFilters = true;

  function active(signal?: AbortSignal): Promise<TaskList> {
    return everywhere({ active: 'true' }, ACTIVE_PAGES, signal);
  }

  async function completed(from: number, to: number, signal?: AbortSignal): Promise<TaskList> {
    const filtered = dateFilters ? await filteredByDate(from, to, signal) : undefined;
    if (filtered !== undefined && !isIgnored(filtered, from, to)) return filtered;
    dateFilters = false;
    return pickByDate(
      await everywhere({ states: FINISHED_STATES.join(',') }, FALLBACK_PAGES, signal),
      from,
      to,
    );
  }

  /** Undefined when the server refuses the filters: it is older than they are. */
  async function filteredByDate(
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<TaskList | undefined> {
    const window = { fromCompletedDate: isoOf(from), toCompletedDate: isoOf(to) };
    try {
      return await everywhere(window, COMPLETED_PAGES, signal);
    } catch (error) {
      if (error instanceof Failure && error.reason === 'rejected') return undefined;
      throw error;
    }
  }

  async function everywhere(
    filter: Record<string, string>,
    maxPages: number,
    signal?: AbortSignal,
  ): Promise<TaskList> {
    const scope = await spaces.scope(signal);
    if (scope === 'all') {
      const query = { spaces: 'all', includeSystem: 'true', ...filter };
      return readTaskPages(connection, clock, { path: '/api/tasks', query, maxPages }, signal);
    }
    let list = NO_TASKS;
    for (const [index, space] of scope.entries()) {
      const query = { includeSystem: String(index === 0), ...filter };
      const path = `/api/${space}/tasks`;
      list = joinTaskLists(list, await readTaskPages(connection, clock, { path, query, maxPages }, signal));
    }
    return list;
  }

  return { active, completed };
}

/** A server that does not know the date filters answers with tasks of any time. */
function isIgnored({ tasks }: TaskList, from: number, to: number): boolean {
  return tasks.some(({ completedTime }) => {
    if (completedTime === undefined) return true;
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
