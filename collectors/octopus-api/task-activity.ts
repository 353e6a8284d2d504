import { isWaiting, span, type Task } from '../../src/octopus/task.ts';

/** What active tasks of one type, or of all, amount to. Ages are in seconds; undefined where no task has one. */
export interface TaskActivity {
  readonly queued: number;
  readonly executing: number;
  readonly cancelling: number;
  readonly scheduled: number;
  readonly awaitingPerson: number;
  readonly queueAge: number | undefined;
  readonly updateAge: number | undefined;
}

/** Sums up active tasks. @param now ms by the server's clock */
export function activityOf(tasks: readonly Task[], now: number): TaskActivity {
  const queued = tasks.filter((task) => isWaiting(task, now));
  const executing = tasks.filter(({ state }) => state === 'Executing');
  const working = executing.filter(({ hasPendingInterruptions }) => !hasPendingInterruptions);
  return {
    queued: queued.length,
    executing: executing.length,
    cancelling: tasks.filter(({ state }) => state === 'Cancelling').length,
    scheduled: tasks.filter(({ state }) => state === 'Queued').length - queued.length,
    awaitingPerson: executing.length - working.length,
    queueAge: oldest(queued.map(({ queueTime }) => span(queueTime, now))),
    updateAge: oldest(working.map(({ lastUpdatedTime }) => span(lastUpdatedTime, now))),
  };
}

/** The largest span, in seconds. @param spans ms */
export function oldest(spans: readonly (number | undefined)[]): number | undefined {
  const known = spans.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : known.reduce((a, b) => Math.max(a, b)) / 1000;
}
