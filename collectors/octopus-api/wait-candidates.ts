import { isWaiting, span, type Task } from '../../src/octopus/task.ts';
import type { TaskWait } from './task-wait.ts';

/** Shorter waits are everyday life. */
export const LEAST_WAIT_MS = 120_000;
/** A running task reports at least every couple of minutes. */
const STALLED_MS = 180_000;
/** A task that waits for a script goes on reporting: one that runs for long may be such. */
const LONG_RUN_MS = 600_000;

/** Tasks that the server may be asked about, and by what others call them. */
export class WaitCandidates {
  /** Those that wait or stall, the longest first. */
  readonly due: readonly Task[];
  /** Those that run for long and report, the longest first. */
  readonly longRunning: readonly Task[];
  readonly #now: number;
  readonly #byId: ReadonlyMap<string, Task>;
  readonly #byRunbookRun: ReadonlyMap<string, Task>;

  /** @param tasks the active ones @param now ms by the server's clock */
  constructor(tasks: readonly Task[], now: number) {
    this.#now = now;
    this.#byId = new Map(tasks.map((task) => [task.id, task]));
    this.#byRunbookRun = new Map(
      tasks.flatMap((task) => (task.runbookRunId === undefined ? [] : [[task.runbookRunId, task]])),
    );
    this.due = longest(tasks, (task) => waitOf(task, now));
    const due = new Set(this.due);
    const others = tasks.filter((task) => isAtWork(task) && !due.has(task));
    this.longRunning = longest(others, ({ startTime }) => atLeast(span(startTime, now), LONG_RUN_MS));
  }

  get isEmpty(): boolean {
    return this.due.length + this.longRunning.length === 0;
  }

  /** The task that carries out a runbook run; any other id as it is. */
  taskIdOf(id: string): string {
    return this.#byRunbookRun.get(id)?.id ?? id;
  }

  /** Holders that may wait themselves: queued ones, and running ones that stall, or wait for a script as the task does. */
  holdersToAsk({ holders, reason }: TaskWait): readonly Task[] {
    const tasks = holders.map((id) => this.#byId.get(id)).filter((task) => task !== undefined);
    return tasks.filter(
      (task) =>
        task.state === 'Queued' ||
        waitOf(task, this.#now) !== undefined ||
        (reason === 'mutex' && isAtWork(task)),
    );
  }
}

function isAtWork({ state, hasPendingInterruptions }: Task): boolean {
  return state === 'Executing' && !hasPendingInterruptions;
}

/** How long the task waits or stalls, ms; undefined when it does neither for long, or nobody knows since when. */
function waitOf(task: Task, now: number): number | undefined {
  if (isWaiting(task, now)) return atLeast(span(task.queueTime, now), LEAST_WAIT_MS);
  return isAtWork(task) ? atLeast(span(task.lastUpdatedTime, now), STALLED_MS) : undefined;
}

function atLeast(ms: number | undefined, least: number): number | undefined {
  return ms !== undefined && ms >= least ? ms : undefined;
}

function longest(tasks: readonly Task[], lengthOf: (task: Task) => number | undefined): readonly Task[] {
  return tasks
    .map((task) => ({ task, ms: lengthOf(task) }))
    .filter(({ ms }) => ms !== undefined)
    .toSorted((a, b) => (b.ms ?? 0) - (a.ms ?? 0))
    .map(({ task }) => task);
}
