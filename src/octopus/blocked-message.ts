/**
 * How messages begin which say that a task waits for others, or waited for nothing. Sources: OctopusTentacle
 * `Services/Scripts/Locking/ScriptIsolationMutex.cs` and its tests, logs of servers 3.x, Calamari's mutex script.
 */
export const BLOCKED_BEGINNINGS = [
  'Cannot start this task yet',
  'This Tentacle is currently busy',
  'Waiting for the script in task',
  'Waiting on scripts in tasks',
  'Waiting on another script in this task',
  'This task waited more than ',
  'This task was canceled before it could start',
] as const;

/** What reports of locks hold: `"ServerTasks-1, ServerTasks-2" (have read locks)`. */
export const LOCK_REPORTS = [' (has a read lock)', ' (have read locks)', ' (has a write lock)'] as const;

const TASK_ID = /\b(?:ServerTasks?|RunbookRuns)-\d+/g;

/** Whether the message says that a task waits for others, gave up, or who holds the lock it waits for. */
export function isBlockedMessage(message: string): boolean {
  return (
    BLOCKED_BEGINNINGS.some((text) => message.startsWith(text)) ||
    LOCK_REPORTS.some((text) => message.includes(text))
  );
}

/** The ids of tasks and runbook runs that a message names, each once, without `own`. */
export function holdersIn(message: string, own: string | undefined): string[] {
  const ids = [...message.matchAll(TASK_ID)].map(([id]) => id);
  return [...new Set(ids)].filter((id) => id !== own);
}

/** What a message says of a wait. */
export interface BlockedMessage {
  /** `waits`: it still does; `gave_up`: it waited too long or was cancelled; `locks`: a report of who holds the lock. */
  readonly kind: 'waits' | 'gave_up' | 'locks';
  /** Tasks and runbook runs that hold it up, as far as named; a random id or `(error - task not found)` names nobody. */
  readonly holders: readonly string[];
  /** Whether it waits for another script of its own task: that one ends without anybody's help. */
  readonly isOwn: boolean;
}

/** Reads a message about a wait; undefined for any other. @param own the id of the task that it is about */
export function readBlockedMessage(message: string, own: string | undefined): BlockedMessage | undefined {
  if (!isBlockedMessage(message)) return undefined;
  const holders = holdersIn(message, own);
  const isOwn =
    message.startsWith('Waiting on another script in this task') || /\[?This Task\b/.test(message);
  return { kind: kindOf(message), holders, isOwn: isOwn || (own !== undefined && namesTask(message, own)) };
}

function kindOf(message: string): BlockedMessage['kind'] {
  if (message.startsWith('This task ')) return 'gave_up';
  return BLOCKED_BEGINNINGS.some((text) => message.startsWith(text)) ? 'waits' : 'locks';
}

function namesTask(message: string, id: string): boolean {
  return holdersIn(message, undefined).includes(id);
}
