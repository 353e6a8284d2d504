import type { FinishedState } from '../../src/octopus/task-dataset.ts';
import { attributeWhere } from './attributes.ts';

/** What an ended task's span says of the task. */
export interface TaskExecution {
  readonly id: string;
  readonly state: FinishedState;
  readonly name: string;
  readonly space: string | undefined;
  readonly project: string | undefined;
  readonly description: string | undefined;
}

/** Outcomes in small letters; the server's own names of states, and what .NET says of ended work. */
const STATES: Readonly<Record<string, FinishedState>> = {
  success: 'Success',
  succeeded: 'Success',
  completed: 'Success',
  failed: 'Failed',
  faulted: 'Failed',
  abandoned: 'Failed',
  canceled: 'Canceled',
  cancelled: 'Canceled',
  timedout: 'TimedOut',
};

/** The id of the task that a span worked for: `ServerTasks-21` also of `ServerTasks-21_GJZWYYV2KT`. */
export function taskIdOf(attributes: readonly unknown[]): string | undefined {
  const value = attributeWhere(attributes, named('taskid'));
  return value === undefined ? undefined : /^ServerTasks-\d+/.exec(value)?.[0];
}

/** The task whose end a span is: it names both its id and how it ended. */
export function taskExecution(attributes: readonly unknown[]): TaskExecution | undefined {
  const id = taskIdOf(attributes);
  if (id === undefined) return undefined;
  const outcome = attributeWhere(attributes, named('taskstate', 'taskoutcome', 'taskresult', 'taskstatus'));
  const state = STATES[outcome?.toLowerCase() ?? ''];
  if (state === undefined) return undefined;
  const name = attributeWhere(attributes, named('tasktype')) ?? attributeWhere(attributes, named('taskname'));
  return {
    id,
    state,
    name: name !== undefined && /^[A-Za-z]{1,60}$/.test(name) ? name : 'other',
    space: attributeWhere(attributes, named('spaceid')),
    project: attributeWhere(attributes, named('projectid')),
    description: attributeWhere(attributes, named('taskdescription')),
  };
}

/** Meant are `octopus.task.id`, `Octopus.ServerTask.Id`, `task_id` … alike: no server's names are documented. */
function named(...words: readonly string[]): (key: string) => boolean {
  return (key) =>
    words.includes(
      key
        .toLowerCase()
        .replaceAll(/[^a-z]/g, '')
        .replace(/^octopus/, '')
        .replace(/^server(?=task)/, ''),
    );
}
