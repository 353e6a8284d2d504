import { z } from 'zod';
import type { Clock } from '../model/ports.ts';
import { readJson } from './answer.ts';
import type { Connection } from './connection.ts';
import { clockOffset } from './server-clock.ts';
import { taskSchema, type Task } from './task.ts';

/** Tasks of a page. */
export const PAGE = 100;
const pageSchema = z.looseObject({
  TotalResults: z.number().int().nonnegative(),
  Items: z.array(z.unknown()),
});

export interface TaskQuery {
  /** `/api/tasks` or that of a space. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Pages of 100 that are read at most. */
  readonly maxPages: number;
  /**
   * What is read of a list over the bound: the newest pages, the newest page and the oldest ones (those tasks have
   * waited longest), or the first page alone, as the caller will ask for less.
   */
  readonly overBound: 'newest' | 'oldest' | 'first';
  /** Tasks a page, where fewer than 100 are wanted. */
  readonly take?: number;
  /** Tasks that are passed over first; default 0. */
  readonly skip?: number;
}

export interface TaskList {
  readonly tasks: readonly Task[];
  /** How many there are by the server's count; more than `tasks` when the bound cut the list. */
  readonly total: number;
  /** Tasks whose payload was not readable. */
  readonly refused: number;
  /** The server's clock minus ours, ms. */
  readonly clockOffset: number;
}

export const NO_TASKS: TaskList = { tasks: [], total: 0, refused: 0, clockOffset: 0 };

/** Reads a list of tasks, newest first as the server sorts it, page by page up to the bound. */
export async function readTaskPages(
  connection: Connection,
  clock: Clock,
  { path, query, maxPages, overBound, take = PAGE, skip = 0 }: TaskQuery,
  signal: AbortSignal | undefined,
): Promise<TaskList> {
  async function page(index: number): Promise<TaskList> {
    const paging = { skip: String(skip + index * take), take: String(take) };
    const response = await connection.send({ path, query: { ...query, ...paging }, signal });
    const { TotalResults, Items } = readJson(response, pageSchema, connection.where(path));
    return { ...readTasks(Items), total: TotalResults, clockOffset: clockOffset(response, clock.now()) };
  }

  let list = await page(0);
  const pages = Math.ceil(list.total / take);
  const skipped = Math.max(0, pages - maxPages);
  if (skipped > 0 && overBound === 'first') return list;
  const start = overBound === 'oldest' ? 1 + skipped : 1;
  for (let index = start; index < Math.min(pages, start + maxPages - 1); index++) {
    list = joinTaskLists(list, await page(index), list.total);
  }
  return list;
}

/** Two lists as one, each task once: tasks move between pages while they are read. */
export function joinTaskLists(a: TaskList, b: TaskList, total = a.total + b.total): TaskList {
  const byId = new Map([...a.tasks, ...b.tasks].map((task) => [task.id, task]));
  const refused = a.refused + b.refused;
  return { tasks: [...byId.values()], total, refused, clockOffset: b.clockOffset };
}

function readTasks(items: readonly unknown[]): { tasks: Task[]; refused: number } {
  const results = items.map((item) => taskSchema.safeParse(item));
  const tasks = results.flatMap((result) => (result.success ? [result.data] : []));
  return { tasks, refused: items.length - tasks.length };
}
