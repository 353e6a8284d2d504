import type { Instance } from '../instance.ts';
import { TASK_STATES, type ServerTask } from '../task.ts';
import { isAtLeast } from '../topology.ts';
import { errorAnswer, notFound, type Answer, type ApiRequest } from './answer.ts';
import { pageAnswer } from './page.ts';
import { taskFilter } from './task-filter.ts';
import { taskPayload } from './task-payload.ts';

/** `GET /api/tasks` over all spaces, or `GET /api/{space}/tasks`. Newest first. */
export function listTasks(instance: Instance, request: ApiRequest, space: string | undefined): Answer {
  const { query } = request;
  const matches = taskFilter(query, instance.version);
  if (matches === undefined) return errorAnswer(400, 'The date of a filter could not be read.');
  const isInScope = scopeOf(query, space);
  const inScope = instance.queue.newestFirst().filter(isInScope);
  const found = inScope.filter(matches);
  const counts = isAtLeast(instance.version, 2026, 1)
    ? {}
    : { TotalCounts: countStates(inScope), TotalCountsInOtherSpaces: {} };
  const items = lazily(found, query, (task) => taskPayload(task, instance));
  return pageAnswer('Task', items, request.path, query, counts);
}

/** `GET /api/tasks/{id}`. */
export function getTask(instance: Instance, id: string): Answer {
  const task = findTask(instance, id);
  return task === undefined ? notFound() : { status: 200, json: taskPayload(task, instance) };
}

/** `POST /api/tasks/{id}/cancel`: the task as it is afterwards. */
export function cancelTask(instance: Instance, id: string): Answer {
  const task = findTask(instance, id);
  if (task === undefined) return notFound();
  if (!instance.queue.cancel(task, instance.now)) {
    return errorAnswer(400, `The task ${task.id} cannot be canceled: its state is ${task.state}.`);
  }
  return { status: 200, json: taskPayload(task, instance) };
}

/** The task of an id in any case. */
export function findTask(instance: Instance, id: string): ServerTask | undefined {
  return instance.queue.find(id.replace(/^servertasks-/i, 'ServerTasks-'));
}

/** One space and, when asked for, the system; `spaces=all` or a list of spaces; else the default space. */
function scopeOf(query: URLSearchParams, space: string | undefined): (task: ServerTask) => boolean {
  const includesSystem = query.get('includeSystem')?.toLowerCase() === 'true';
  const asked = space === undefined ? query.getAll('spaces').flatMap((value) => value.split(',')) : [space];
  const spaces = new Set((asked.length === 0 ? ['Spaces-1'] : asked).map((id) => id.toLowerCase()));
  return ({ spaceId }) =>
    spaceId === undefined ? includesSystem : spaces.has('all') || spaces.has(spaceId.toLowerCase());
}

/** Payloads for the page that is asked for only; the others are never looked at. */
function lazily(
  tasks: readonly ServerTask[],
  query: URLSearchParams,
  payload: (task: ServerTask) => object,
): readonly object[] {
  const skip = Number(query.get('skip') ?? 0);
  const take = Number(query.get('take') ?? 30);
  return tasks.map((task, index) => (index >= skip && index < skip + take ? payload(task) : task));
}

function countStates(tasks: readonly ServerTask[]): object {
  const counts: Record<string, number> = Object.fromEntries(TASK_STATES.map((state) => [state, 0]));
  for (const { state } of tasks) {
    const name = state === 'New' ? 'Queued' : state;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
