import type { Alert } from '../model/alert.ts';
import { formatDuration, humanDuration } from '../model/duration.ts';
import { Failure } from '../model/failure.ts';
import type { Intent, Outcome, Plan, Remedy, Step } from '../model/plan.ts';
import type { Clock } from '../model/ports.ts';
import type { OctopusClient } from '../octopus/client.ts';
import type { Task } from '../octopus/task.ts';

export const OCTOPUS_TASK_CANCEL = 'octopus-task-cancel';

export interface TaskCancelOptions {
  readonly clientFor: (tenant: string) => OctopusClient | undefined;
  readonly clock: Clock;
  /** A task younger than this (ms, since it was queued) is not stuck. */
  readonly minAgeMs: () => number;
}

/**
 * Cancels the oldest stuck task of the type that the alert's `name` label says, for the alert's tenant.
 * One task by its id, read again right before: a task that moved on meanwhile is left alone.
 * Call: `POST /api/{space}/tasks/{id}/cancel`, permission TaskCancel.
 */
export function createTaskCancel({ clientFor, clock, minAgeMs }: TaskCancelOptions): Remedy {
  function client(tenant: string): OctopusClient {
    const found = clientFor(tenant);
    if (found === undefined)
      throw new Failure('not_found', `no API access to ${tenant}: give its url and api_key`);
    return found;
  }

  async function plan(alert: Alert, signal: AbortSignal): Promise<Plan> {
    const { tenant = '', name = '' } = alert.labels;
    if (name === '')
      throw new Failure('invalid', 'the alert has no name label: which type of task is stuck?');
    const { tasks } = await client(tenant).activeTasks(signal);
    const [stuck] = tasks
      .filter((task) => isStuck(task, name))
      .toSorted((a, b) => waitingSince(a) - waitingSince(b));
    if (stuck === undefined) {
      throw new Failure(
        'not_found',
        `no ${name} task on ${tenant} is older than ${formatDuration(minAgeMs())}`,
      );
    }
    return {
      remedy: OCTOPUS_TASK_CANCEL,
      alertKey: alert.key,
      tenant,
      steps: [toStep(stuck, tenant, alert)],
    };
  }

  function isStuck(task: Task, name: string): boolean {
    const open = task.state === 'Queued' || task.state === 'Executing';
    return open && task.name === name && clock.now() - waitingSince(task) >= minAgeMs();
  }

  function toStep(task: Task, tenant: string, alert: Alert): Step {
    const age = humanDuration(clock.now() - waitingSince(task));
    return {
      id: `${OCTOPUS_TASK_CANCEL}:${tenant}:${task.id}:${alert.activeAt}`,
      remedy: OCTOPUS_TASK_CANCEL,
      tenant,
      description: `cancel ${task.id} (${task.name}, ${task.state === 'Queued' ? 'queued' : 'running'} ${age})`,
      undo: 'none: a cancelled task stays cancelled; rerun it by hand, and expect missed runs to catch up',
      params: { taskId: task.id, space: task.spaceId ?? null },
    };
  }

  async function apply(step: Step, signal: AbortSignal): Promise<Outcome> {
    const { id, space } = targetOf(step);
    const task = await client(step.tenant).task(id, signal);
    if (task.state === 'Canceled' || task.state === 'Cancelling')
      return { status: 'applied', detail: step.description };
    if (task.state !== 'Queued' && task.state !== 'Executing') {
      return { status: 'failed', detail: `${id} is ${task.state} by now: nothing to cancel` };
    }
    await client(step.tenant).cancelTask(space, id, signal);
    return { status: 'applied', detail: step.description };
  }

  async function reconcile({ step }: Intent, signal: AbortSignal): Promise<'applied' | 'absent' | 'unknown'> {
    const task = await client(step.tenant).task(targetOf(step).id, signal);
    if (task.state === 'Canceled' || task.state === 'Cancelling') return 'applied';
    return task.state === 'Queued' || task.state === 'Executing' ? 'absent' : 'unknown';
  }

  return { name: OCTOPUS_TASK_CANCEL, plan, apply, reconcile };
}

function waitingSince(task: Task): number {
  return task.queueTime ?? Number.POSITIVE_INFINITY;
}

function targetOf(step: Step): { id: string; space: string | undefined } {
  const { taskId, space } = step.params;
  if (typeof taskId !== 'string') throw new Failure('invalid', `step ${step.id} names no task`);
  return { id: taskId, space: typeof space === 'string' ? space : undefined };
}
