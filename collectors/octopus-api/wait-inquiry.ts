import { Failure, type FailureReason } from '../../src/model/failure.ts';
import type { Clock, Log } from '../../src/model/ports.ts';
import { timeLeft } from '../../src/model/time-left.ts';
import { holdersIn } from '../../src/octopus/blocked-message.ts';
import type { RequestPriority } from '../../src/octopus/request-budget.ts';
import type { TaskWaits } from '../../src/octopus/task-waits.ts';
import type { Task } from '../../src/octopus/task.ts';
import { queueReason, scriptWait, type TaskWait } from './task-wait.ts';
import type { WaitCandidates } from './wait-candidates.ts';
import { scriptAnswerOf, scriptWaitOf, type ScriptAnswer, type WaitMemory } from './wait-memory.ts';

const MAX_TASKS = 10;
/** Of these, those whose log is asked for: that is expensive for the server. */
const MAX_LOGS = 3;
const LOG_AGAIN_MS = 300_000;
/** Well within the poll's deadline: a slow server must not cost what others have answered. */
const TIME_MS = 20_000;
/** After these it is no use to ask on. */
const ENDS: ReadonlySet<FailureReason> = new Set(['budget', 'rate_limited', 'timeout']);
/** These may be about the one task. */
const PASSED_OVER: ReadonlySet<FailureReason> = new Set(['server_error', 'malformed', 'rejected', 'timeout']);

export interface Inquiry {
  /** What the server said. */
  readonly waits: readonly TaskWait[];
  /** Queued tasks that it was not asked about: they wait, nobody knows why. */
  readonly unasked: readonly TaskWait[];
  /** Tasks that wait or stall and were not asked about. */
  readonly unexamined: number;
  /** What logs said, now or within the last 5 minutes. */
  readonly scripts: WaitMemory['scripts'];
}

export interface InquiryOptions {
  readonly api: TaskWaits;
  readonly candidates: WaitCandidates;
  /** What logs said before. */
  readonly scripts: WaitMemory['scripts'];
  /** ms by the server's clock. */
  readonly now: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Asks why tasks wait: those that wait longest first, and then whom they wait for, so that the end of a chain is found
 * before the next one is begun. When the request budget is low, the server wants a pause or is slow, it ends with what it
 * has; a task that the server fails to explain is passed over.
 * @throws Failure when it explains none
 */
export async function inquireWaits(options: InquiryOptions): Promise<Inquiry> {
  const { due } = options.candidates;
  const { asked, scripts } = await askAbout(options);
  const rest = due.filter(({ id }) => !asked.has(id));
  return {
    waits: [...asked.values()].filter((wait) => wait !== undefined),
    unasked: rest.filter(({ state }) => state === 'Queued').map(unexplained),
    unexamined: rest.length,
    scripts,
  };
}

interface Answers {
  /** By task, in the order of asking; undefined for one that does not wait after all. */
  readonly asked: ReadonlyMap<string, TaskWait | undefined>;
  readonly scripts: WaitMemory['scripts'];
}

async function askAbout(options: InquiryOptions): Promise<Answers> {
  const { candidates } = options;
  const asked = new Map<string, TaskWait | undefined>();
  const scripts: Record<string, ScriptAnswer> = {};
  const left: Left = { tasks: MAX_TASKS, logs: MAX_LOGS, until: options.clock.now() + TIME_MS, answered: 0 };
  const next = [...candidates.due, ...candidates.longRunning];
  for (let task = next.shift(); task !== undefined; task = next.shift()) {
    if (asked.has(task.id)) continue;
    const isQueued = task.state === 'Queued';
    const answer = isQueued ? await askQueued(task, options, left) : await askRunning(task, options, left);
    if (answer === undefined) continue;
    const { wait, script } = answer;
    if (script !== undefined) scripts[task.id] = script;
    asked.set(task.id, wait && { ...wait, holders: wait.holders.map((id) => candidates.taskIdOf(id)) });
    const known = asked.get(task.id);
    if (known !== undefined) next.unshift(...candidates.holdersToAsk(known));
  }
  if (left.answered === 0 && left.failure !== undefined) throw left.failure;
  return { asked, scripts };
}

/** How many more the server is asked about; none when the request budget is low. */
interface Left {
  tasks: number;
  logs: number;
  /** ms by the agent's clock. */
  readonly until: number;
  answered: number;
  failure?: Failure;
}

interface Answer {
  readonly wait: TaskWait | undefined;
  readonly script?: ScriptAnswer;
}

async function askQueued(task: Task, options: InquiryOptions, left: Left): Promise<Answer | undefined> {
  // A queue of thousands takes half of the budget to list: the longest wait is asked about all the same.
  const priority = left.tasks === MAX_TASKS ? 'normal' : 'spare';
  const wait = await orNothing(left, options, () => explain(task, options, priority));
  return wait && { wait };
}

/** What its log says, or said a few minutes ago: a wait that is over is told of 5 minutes longer at most. */
async function askRunning(task: Task, options: InquiryOptions, left: Left): Promise<Answer | undefined> {
  const { api, scripts, now, signal } = options;
  const before = scripts[task.id];
  if (before !== undefined && timeLeft(before.at + LOG_AGAIN_MS, LOG_AGAIN_MS, now) > 0)
    return { wait: scriptWaitOf(task, before), script: before };
  if (left.logs === 0) return undefined;
  left.logs--;
  const activities = await orNothing(
    left,
    options,
    async () => (await api.activities(task.id, signal)) ?? [],
  );
  if (activities === undefined) return undefined;
  const wait = scriptWait(task, activities);
  return { wait, script: scriptAnswerOf(wait, now) };
}

/** Undefined when there is no answer; what went wrong is kept for when there is none at all. */
async function orNothing<T>(
  left: Left,
  { clock, log }: InquiryOptions,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  if (clock.now() > left.until) left.tasks = 0;
  if (left.tasks === 0) return undefined;
  left.tasks--;
  try {
    const answer = await ask();
    left.answered++;
    return answer;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (ENDS.has(error.reason)) left.tasks = 0;
    else if (!PASSED_OVER.has(error.reason)) throw error;
    if (PASSED_OVER.has(error.reason)) left.failure ??= error;
    log.debug({ reason: error.reason, error: error.message }, 'no answer about a waiting task');
    return undefined;
  }
}

async function explain(
  task: Task,
  { api, signal }: InquiryOptions,
  priority: RequestPriority,
): Promise<TaskWait> {
  const texts = (await api.statusMessages(task.id, signal, priority)) ?? [];
  const blockers = (await api.blockedBy(task.id, signal, priority)) ?? [];
  const named = [...new Set(texts.flatMap((text) => holdersIn(text, task.id)))];
  const known = blockers.length > 0 ? blockers : named;
  // A list of a queue may hold the task itself; only `blockedby` means it.
  const behind =
    known.length > 0
      ? []
      : ((await api.queuedBehind(task.id, signal, priority)) ?? []).filter((id) => id !== task.id);
  return {
    ...unexplained(task),
    reason: queueReason(texts, known, behind),
    holders: known.length > 0 ? known : behind,
    message: texts[0],
  };
}

function unexplained(task: Task): TaskWait {
  const since = task.queueTime ?? 0;
  return { task, reason: 'unknown', holders: [], isOwn: false, since, message: undefined };
}
