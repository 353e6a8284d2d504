import { Failure } from '../../src/model/failure.ts';
import { holdersIn } from '../../src/octopus/blocked-message.ts';
import type { TaskWaits } from '../../src/octopus/task-waits.ts';
import { isWaiting, span, type Task } from '../../src/octopus/task.ts';
import { queueReason, scriptWait, type TaskWait } from './task-wait.ts';

/** Shorter waits are everyday life. */
export const LEAST_WAIT_MS = 120_000;
/** A running task reports at least every couple of minutes. */
const STALLED_MS = 180_000;
const MAX_TASKS = 10;
/** Of these, those whose log is asked for: that is expensive for the server. */
const MAX_LOGS = 3;

export interface Inquiry {
  /** What the server said. */
  readonly waits: readonly TaskWait[];
  /** Queued tasks that it was not asked about: they wait, nobody knows why. */
  readonly unasked: readonly TaskWait[];
  /** Tasks that wait or stall and were not asked about. */
  readonly unexamined: number;
}

/**
 * Asks why tasks wait: those that wait longest first, and then whom they wait for, so that the end of a chain is found
 * before the next one is begun. When the request budget is low it ends with what it has.
 * @param tasks the active ones
 * @param now ms by the server's clock
 */
export async function inquireWaits(
  api: TaskWaits,
  tasks: readonly Task[],
  now: number,
  signal: AbortSignal,
): Promise<Inquiry> {
  const due = tasks.filter((task) => waitOf(task, now) !== undefined).toSorted(longestFirst(now));
  const asked = await askAbout(due, new TaskIndex(tasks), now, api, signal);
  const rest = due.filter(({ id }) => !asked.has(id));
  return {
    waits: [...asked.values()].filter((wait) => wait !== undefined),
    unasked: rest.filter(({ state }) => state === 'Queued').map(unexplained),
    unexamined: rest.length,
  };
}

/** Answers by task, in the order of asking; undefined for one that does not wait after all. */
async function askAbout(
  due: readonly Task[],
  index: TaskIndex,
  now: number,
  api: TaskWaits,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, TaskWait | undefined>> {
  const asked = new Map<string, TaskWait | undefined>();
  const next = [...due];
  let logs = 0;
  for (let task = next.shift(); task !== undefined && asked.size < MAX_TASKS; task = next.shift()) {
    const isRunning = task.state !== 'Queued';
    if (asked.has(task.id) || (isRunning && logs >= MAX_LOGS)) continue;
    if (isRunning) logs++;
    try {
      const wait = await (isRunning ? askRunning(task, api, signal) : askQueued(task, api, signal));
      const resolved = wait && { ...wait, holders: wait.holders.map((id) => index.taskIdOf(id)) };
      asked.set(task.id, resolved);
      if (resolved !== undefined) next.unshift(...holdersToAsk(resolved, index, now));
    } catch (error) {
      if (error instanceof Failure && error.reason === 'budget') break;
      throw error;
    }
  }
  return asked;
}

/** Holders that may wait themselves: queued ones, and running ones that wait for a script as the task does, or stall. */
function holdersToAsk({ holders, reason }: TaskWait, index: TaskIndex, now: number): readonly Task[] {
  const tasks = holders.map((id) => index.find(id)).filter((task) => task !== undefined);
  return tasks.filter((task) => {
    if (task.state === 'Queued' || waitOf(task, now) !== undefined) return true;
    return reason === 'mutex' && task.state === 'Executing' && !task.hasPendingInterruptions;
  });
}

async function askQueued(task: Task, api: TaskWaits, signal: AbortSignal): Promise<TaskWait> {
  const texts = (await api.statusMessages(task.id, signal)) ?? [];
  const blockers = (await api.blockedBy(task.id, signal)) ?? [];
  const named = [...new Set(texts.flatMap((text) => holdersIn(text, task.id)))];
  const known = blockers.length > 0 ? blockers : named;
  const behind = known.length > 0 ? [] : await others(api.queuedBehind(task.id, signal), task.id);
  return {
    ...unexplained(task),
    reason: queueReason(texts, known, behind),
    holders: known.length > 0 ? known : behind,
    message: texts[0],
  };
}

async function askRunning(task: Task, api: TaskWaits, signal: AbortSignal): Promise<TaskWait | undefined> {
  return scriptWait(task, (await api.activities(task.id, signal)) ?? []);
}

/** A list of a queue may hold the task itself; only `blockedby` means it. */
async function others(ids: Promise<readonly string[] | undefined>, own: string): Promise<readonly string[]> {
  return ((await ids) ?? []).filter((id) => id !== own);
}

function unexplained(task: Task): TaskWait {
  const since = task.queueTime ?? 0;
  return { task, reason: 'unknown', holders: [], isOwn: false, since, message: undefined };
}

/** How long the task waits or stalls, ms; undefined when it does neither for long, or nobody knows since when. */
function waitOf(task: Task, now: number): number | undefined {
  if (isWaiting(task, now)) return atLeast(span(task.queueTime, now), LEAST_WAIT_MS);
  if (task.state !== 'Executing' || task.hasPendingInterruptions) return undefined;
  return atLeast(span(task.lastUpdatedTime, now), STALLED_MS);
}

function atLeast(ms: number | undefined, least: number): number | undefined {
  return ms !== undefined && ms >= least ? ms : undefined;
}

function longestFirst(now: number): (a: Task, b: Task) => number {
  return (a, b) => (waitOf(b, now) ?? 0) - (waitOf(a, now) ?? 0);
}

/** Finds active tasks by what texts call them. */
class TaskIndex {
  readonly #byId: ReadonlyMap<string, Task>;
  readonly #byRunbookRun: ReadonlyMap<string, Task>;

  constructor(tasks: readonly Task[]) {
    this.#byId = new Map(tasks.map((task) => [task.id, task]));
    this.#byRunbookRun = new Map(
      tasks.flatMap((task) => (task.runbookRunId === undefined ? [] : [[task.runbookRunId, task]])),
    );
  }

  /** The task that carries out a runbook run; any other id as it is. */
  taskIdOf(id: string): string {
    return this.#byRunbookRun.get(id)?.id ?? id;
  }

  find(id: string): Task | undefined {
    return this.#byId.get(id);
  }
}
