import type { Instance } from '../instance.ts';
import { isActive, isRunning, type ServerTask } from '../task.ts';
import { notFound, type Answer, type ApiRequest } from './answer.ts';
import { pageAnswer } from './page.ts';
import { offsetDate, taskPayload } from './task-payload.ts';
import { findTask } from './task-routes.ts';

/** `GET /api/tasks/{id}/blockedby`: the tasks whose end it waits for, as an array. */
export function blockedBy(instance: Instance, id: string): Answer {
  const task = findTask(instance, id);
  if (task === undefined) return notFound();
  return { status: 200, json: blockersOf(instance, task).map((other) => taskPayload(other, instance)) };
}

/** `GET /api/tasks/{id}/queued-behind`: those before it in the queue, and those that run in its place. */
export function queuedBehind(instance: Instance, id: string, { path, query }: ApiRequest): Answer {
  const task = findTask(instance, id);
  if (task === undefined) return notFound();
  const before = isWaiting(task) && task.takesSlot ? aheadOf(instance, task) : [];
  const all = [...blockersOf(instance, task), ...before].map((other) => taskPayload(other, instance));
  return pageAnswer('Task', all, path, query);
}

/** `GET /api/tasks/{id}/status/messages`. The texts are made up: those of Octopus are not published. */
export function statusMessages(instance: Instance, id: string): Answer {
  const task = findTask(instance, id);
  if (task === undefined) return notFound();
  const Messages = messagesOf(instance, task).map((Message) => ({ Category: 'Info', Title: null, Message }));
  return { status: 200, json: { Messages } };
}

/** `GET /api/tasks/{id}/details`: one step, on one target, with the lines that tell what it does. */
export function taskDetails(instance: Instance, id: string, { query }: ApiRequest): Answer {
  const task = findTask(instance, id);
  if (task === undefined) return notFound();
  const tail = Number(query.get('tail') ?? 100);
  const Status = isRunning(task) ? 'Running' : isActive(task) ? 'Pending' : 'Success';
  const log = `${task.id}_LOG`;
  const leaf = {
    Id: `${log}/1`,
    Name: 'web-1',
    Status,
    Children: [],
    LogElements: linesOf(task).slice(-tail),
  };
  const root = { Id: log, Name: task.description, Status, Children: [leaf], LogElements: [] };
  return {
    status: 200,
    json: {
      Task: taskPayload(task, instance),
      ActivityLogs: [root],
      PhysicalLogSize: 0,
      Progress: {},
      Links: {},
    },
  };
}

/** Tasks that hold all slots, for one that needs a slot; nobody, when the queue itself does not move. */
function blockersOf(instance: Instance, task: ServerTask): readonly ServerTask[] {
  if (!isWaiting(task) || !task.takesSlot || instance.conditions.startsBlocked) return [];
  const open = instance.nodes.filter((node) => !instance.isDraining(node));
  const isFull = open.length > 0 && open.every(({ id, cap }) => instance.queue.runningOn(id) >= cap);
  return isFull ? [...instance.queue.active].filter((other) => other.takesSlot && isRunning(other)) : [];
}

function aheadOf(instance: Instance, task: ServerTask): readonly ServerTask[] {
  return [...instance.queue.active].filter(
    (other) => isWaiting(other) && other.takesSlot && other.number < task.number,
  );
}

function isWaiting({ state }: ServerTask): boolean {
  return state === 'Queued' || state === 'New';
}

function messagesOf(instance: Instance, task: ServerTask): readonly string[] {
  if (!isWaiting(task)) return [];
  const cap = instance.nodes.reduce((sum, node) => sum + node.cap, 0);
  const isCapped = blockersOf(instance, task).length > 0;
  return isCapped ? [`The task cap of ${cap} is reached: the task starts when another one ends.`] : [];
}

function linesOf({ startedAt, waitsFor, waitsSince, description }: ServerTask): readonly object[] {
  if (startedAt === undefined) return [];
  const first = { Category: 'Info', MessageText: description, OccurredAt: offsetDate(startedAt), Number: 1 };
  const [holder] = waitsFor;
  if (holder === undefined || waitsSince === undefined) return [first];
  const link = `[${holder}](~/app#/tasks/${holder})`;
  const MessageText = `Waiting for the script in task ${link} to finish as this script requires that no other Octopus scripts are executing on this target at the same time.`;
  return [first, { Category: 'Wait', MessageText, OccurredAt: offsetDate(waitsSince), Number: 2 }];
}
