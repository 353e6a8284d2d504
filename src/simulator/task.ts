/** States as the API reports them, with their numbers in Octopus. A `New` task is reported as `Queued`. */
export const TASK_STATES = [
  'Queued',
  'Executing',
  'Failed',
  'Canceled',
  'TimedOut',
  'Success',
  'Cancelling',
] as const;
export type TaskState = (typeof TASK_STATES)[number] | 'New';

export const RECURRING = 'RecurringScheduledDeployments';

/** What is asked to run. */
export interface TaskRequest {
  readonly name: string;
  readonly description: string;
  readonly arguments: Readonly<Record<string, string>>;
  /** Undefined for a task of the system. */
  readonly spaceId: string | undefined;
  readonly projectId: string | undefined;
  /** How long it runs when nothing disturbs it, ms. */
  readonly durationMs: number;
  readonly outcome: 'Success' | 'Failed' | 'TimedOut';
  /** Whether it takes a slot of the node's task cap. */
  readonly takesSlot: boolean;
}

/** One server task. Times in ms since the epoch. */
export interface ServerTask extends TaskRequest {
  readonly number: number;
  readonly id: string;
  state: TaskState;
  readonly queuedAt: number;
  startedAt: number | undefined;
  completedAt: number | undefined;
  /** When it was asked to cancel. */
  cancelledAt: number | undefined;
  /** The id of the server node that runs or ran it. */
  node: string | undefined;
  errorMessage: string;
  /** Set on a task that ignores being cancelled. */
  neverEnds: boolean;
  /** Set on a task whose script goes on, or waits for another, until it is let go. */
  isHeld: boolean;
  /** Ids of the tasks whose scripts its own waits for. */
  waitsFor: readonly string[];
  /** Since when it does. */
  waitsSince: number | undefined;
}

export function isActive(task: ServerTask): boolean {
  return (
    task.state === 'New' ||
    task.state === 'Queued' ||
    task.state === 'Executing' ||
    task.state === 'Cancelling'
  );
}

export function isRunning(task: ServerTask): boolean {
  return task.state === 'Executing' || task.state === 'Cancelling';
}

const UPDATE_EVERY_MS = 15_000;

/** When the server last wrote to the task: a running one reports progress, one that hangs in cancelling does not. */
export function lastUpdated(task: ServerTask, now: number): number {
  if (task.completedAt !== undefined) return task.completedAt;
  if (task.cancelledAt !== undefined) return task.cancelledAt;
  if (task.startedAt === undefined) return task.queuedAt;
  return task.startedAt + Math.floor((now - task.startedAt) / UPDATE_EVERY_MS) * UPDATE_EVERY_MS;
}
