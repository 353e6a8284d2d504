import type { Alert } from '../model/alert.ts';
import { formatDuration, humanDuration } from '../model/duration.ts';
import { Failure } from '../model/failure.ts';
import type { Intent, Outcome, Plan, Remedy, Step } from '../model/plan.ts';
import type { Clock } from '../model/ports.ts';
import type { OctopusClient } from '../octopus/client.ts';
import type { Task } from '../octopus/task.ts';

export const OCTOPUS_TASK_CANCEL = 'octopus-task-cancel';

/** The calls that the remedy makes. */
export type TaskCancelCalls = Pick<OctopusClient, 'activeTasks' | 'task' | 'cancelTask'>;

export interface TaskCancelOptions {
  readonly clientFor: (tenant: string) => TaskCancelCalls | undefined;
  readonly clock: Clock;
  /** A task that has been waiting or without progress for less than this (ms) is not stuck. */
  readonly minAgeMs: () => number;
}

/**
 * Cancels the oldest stuck task of the type that the alert's `name` label says, for the alert's tenant.
 * Stuck is: queued for too long, or running without any progress for too long; what waits for a person is neither.
 * One task by its id, read again right before: a task that moved on meanwhile is left alone.
 * Call: `POST /api/{space}/tasks/{id}/cancel`, permission TaskCancel.
 */
export function createTaskCancel({ clientFor, clock, minAgeMs }: TaskCancelOptions): Remedy {
  function client(tenant: string): TaskCancelCalls {
    const found = clientFor(tenant);
    if (found === undefined)
      throw new Failure('not_found', `no API access to ${tenant}: give its url and api_key`);
    return found;
  }

  async function plan(alert: Alert, signal: AbortSignal): Promise<Plan> {
    const { tenant = '', name = '' } = alert.labels;
    if (name === '')
      throw new Failure('invalid', 'the alert has no name label: which type of task is stuck?');
    const { tasks, clockOffset } = await client(tenant).activeTasks(signal);
    const now = clock.now() + clockOffset;
    const [stuck] = tasks
      .filter((task) => isStuck(task, name, now))
      .toSorted((one, other) => idleSince(one) - idleSince(other));
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
      steps: [toStep(stuck, tenant, alert, now)],
    };
  }

  function isStuck(task: Task, name: string, now: number): boolean {
    return (
      isCancellable(task) &&
      task.name === name &&
      !task.hasPendingInterruptions &&
      now - idleSince(task) >= minAgeMs()
    );
  }

  function toStep(task: Task, tenant: string, alert: Alert, now: number): Step {
    const age = humanDuration(now - idleSince(task));
    return {
      id: `${OCTOPUS_TASK_CANCEL}:${tenant}:${task.id}:${alert.activeAt}`,
      remedy: OCTOPUS_TASK_CANCEL,
      tenant,
      description: `cancel ${task.id} (${task.name}, ${task.state === 'Queued' ? 'queued' : 'no progress for'} ${age})`,
      undo: 'none: a cancelled task stays cancelled; rerun it by hand, and expect missed runs to catch up',
      params: { taskId: task.id, space: task.spaceId ?? null, state: task.state },
    };
  }

  async function apply(step: Step, signal: AbortSignal): Promise<Outcome> {
    const { id, space, state } = targetOf(step);
    const task = await client(step.tenant).task(id, signal);
    if (task.state === 'Canceled' || task.state === 'Cancelling')
      return { status: 'applied', detail: step.description };
    if (task.state !== state) return leftAlone(`${id} was ${state} and is ${task.state} by now`);
    if (task.hasPendingInterruptions) return leftAlone(`${id} waits for a person by now`);
    await client(step.tenant).cancelTask(space, id, signal);
    return { status: 'applied', detail: step.description };
  }

  async function reconcile({ step }: Intent, signal: AbortSignal): Promise<'applied' | 'absent' | 'unknown'> {
    const task = await client(step.tenant).task(targetOf(step).id, signal);
    if (task.state === 'Canceled' || task.state === 'Cancelling') return 'applied';
    return isCancellable(task) ? 'absent' : 'unknown';
  }

  return { name: OCTOPUS_TASK_CANCEL, plan, apply, reconcile };
}

function leftAlone(why: string): Outcome {
  return { status: 'failed', detail: `${why}: left alone` };
}

function isCancellable({ state }: Task): boolean {
  return state === 'Queued' || state === 'Executing';
}

/** Since when nothing happens to a task, by the server's clock; never for one that does not say. */
function idleSince(task: Task): number {
  const { state, queueTime, startTime, lastUpdatedTime } = task;
  const since = state === 'Queued' ? queueTime : Math.max(startTime ?? 0, lastUpdatedTime ?? 0);
  return since === undefined || since === 0 ? Number.POSITIVE_INFINITY : since;
}

function targetOf({ id, params }: Step): { id: string; space: string | undefined; state: string } {
  const { taskId, space, state } = params;
  if (typeof taskId !== 'string' || typeof state !== 'string')
    throw new Failure('invalid', `step ${id} names no task`);
  return { id: taskId, space: typeof space === 'string' ? space : undefined, state };
}
