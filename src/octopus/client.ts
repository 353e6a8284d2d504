import { timeLeft } from '../model/time-left.ts';
import { createActivityCalls, type ActivityCalls } from './activity-calls.ts';
import { readJson } from './answer.ts';
import { askCanary, type CanaryAnswer } from './canary.ts';
import { createConnection, type ConnectionOptions } from './connection.ts';
import { nodesSummarySchema, pingSchema, type ServerNode } from './node.ts';
import { createReadPages } from './pages.ts';
import { readRecentLogs, type RecentLog } from './recent-logs.ts';
import { createServerCalls, type ServerCalls } from './server-calls.ts';
import { clockOffset } from './server-clock.ts';
import { healthSchema, serverInfoSchema, type ServerHealth, type ServerInfo } from './server-status.ts';
import { createSpaceCalls, type SpaceCalls } from './space-calls.ts';
import { createSpaces } from './spaces.ts';
import { createTaskLists } from './task-lists.ts';
import type { TaskList } from './task-pages.ts';
import { createTaskWaits, type TaskWaits } from './task-waits.ts';
import { taskSchema, type Task } from './task.ts';
import { createTenantCalls, type TenantCalls } from './tenants.ts';

/** What is not working normally, yet answers: drained, offline for work, degraded. */
const TEAPOT = 418;

export interface Ping {
  /** `draining`: answers, but takes no work (418). */
  readonly status: 'up' | 'draining';
  /** The node that answered, where it says so. */
  readonly node: string | undefined;
  readonly seconds: number;
  /** The server's clock minus ours, ms. */
  readonly clockOffset: number;
}

/**
 * Calls to one Octopus server. Every call may throw a Failure: `budget` (our own request limit), `rate_limited`,
 * `unauthorized`, `forbidden`, `malformed`, and those of `Http`.
 */
export interface OctopusClient extends ActivityCalls, ServerCalls, SpaceCalls, TenantCalls {
  /**
   * Whether the instance answers. Sent without the key, outside of budget and pauses; a rate limit is an answer too.
   * @throws Failure when it is down, saying why
   */
  ping(signal?: AbortSignal): Promise<Ping>;
  nodesSummary(signal?: AbortSignal): Promise<{ nodes: readonly ServerNode[]; clockOffset: number }>;
  health(signal?: AbortSignal): Promise<ServerHealth>;
  /** Tasks that wait, run or are being cancelled. @param maxAgeMs how old a list may be that was read before; default 0 */
  activeTasks(signal?: AbortSignal, maxAgeMs?: number): Promise<TaskList>;
  /** The oldest 100 of about `total` active tasks, in one request; undefined where that takes more. */
  oldestActiveTasks(total: number, signal?: AbortSignal): Promise<TaskList | undefined>;
  /** Tasks completed from `from` to `to`, ms by the server's clock. */
  completedTasks(from: number, to: number, signal?: AbortSignal): Promise<TaskList>;
  /** The task of a type that was queued last among those that ended; in each space, where these are read alone. */
  lastFinished(name: string, signal?: AbortSignal): Promise<TaskList>;
  task(id: string, signal?: AbortSignal): Promise<Task>;
  /** Asks the server to cancel. Permission TaskCancel; `space` is undefined for system tasks. */
  cancelTask(space: string | undefined, id: string, signal?: AbortSignal): Promise<void>;
  serverInfo(signal?: AbortSignal): Promise<ServerInfo>;
  readonly waits: TaskWaits;
  /** What an outsider gets of the status page; undefined where there is none. @throws Failure without an answer */
  canary(signal?: AbortSignal): Promise<CanaryAnswer | undefined>;
  /** The last warnings and errors of the process that answers, 100 at most. */
  recentLogs(signal?: AbortSignal): Promise<{ logs: readonly RecentLog[]; refused: number }>;
}

/** A client of one instance; `options.apiKey` is sent to `options.url` alone and never logged. */
export function createOctopusClient(options: ConnectionOptions): OctopusClient {
  const { clock } = options;
  const connection = createConnection(options);
  const spaces = createSpaces(connection, clock);
  const lists = createTaskLists(connection, spaces, clock);
  const readPages = createReadPages(connection, clock);

  let latest: { list: TaskList; at: number } | undefined;

  async function activeTasks(signal?: AbortSignal, maxAgeMs = 0): Promise<TaskList> {
    if (latest !== undefined && timeLeft(latest.at + maxAgeMs, maxAgeMs, clock.now()) > 0) return latest.list;
    const list = await lists.active(signal);
    latest = { list, at: clock.now() };
    return list;
  }

  async function ping(signal?: AbortSignal): Promise<Ping> {
    const path = '/api/octopusservernodes/ping';
    const start = clock.now();
    const response = await connection.send({ path, signal, expected: [TEAPOT, 429], anonymous: true });
    const now = clock.now();
    return {
      status: response.status === TEAPOT ? 'draining' : 'up',
      node: response.status === 200 ? readJson(response, pingSchema, connection.where(path)) : undefined,
      seconds: (now - start) / 1000,
      clockOffset: clockOffset(response, now),
    };
  }

  async function nodesSummary(
    signal?: AbortSignal,
  ): Promise<{ nodes: readonly ServerNode[]; clockOffset: number }> {
    const path = '/api/octopusservernodes/summary';
    const response = await connection.send({ path, signal });
    const nodes = readJson(response, nodesSummarySchema, connection.where(path));
    return { nodes, clockOffset: clockOffset(response, clock.now()) };
  }

  async function health(signal?: AbortSignal): Promise<ServerHealth> {
    const path = '/api/serverstatus/health';
    const response = await connection.send({ path, signal, expected: [TEAPOT] });
    return readJson(response, healthSchema, connection.where(path));
  }

  async function task(id: string, signal?: AbortSignal): Promise<Task> {
    const path = `/api/tasks/${encodeURIComponent(id)}`;
    return readJson(
      await connection.send({ path, signal, priority: 'urgent' }),
      taskSchema,
      connection.where(path),
    );
  }

  async function cancelTask(space: string | undefined, id: string, signal?: AbortSignal): Promise<void> {
    const scope = space === undefined ? '' : `/${encodeURIComponent(space)}`;
    const path = `/api${scope}/tasks/${encodeURIComponent(id)}/cancel`;
    await connection.send({ path, method: 'POST', signal, priority: 'urgent' });
  }

  async function serverInfo(signal?: AbortSignal): Promise<ServerInfo> {
    const path = '/api';
    return readJson(await connection.send({ path, signal }), serverInfoSchema, connection.where(path));
  }

  return {
    ...createActivityCalls(connection),
    ...createServerCalls(connection, readPages),
    ...createSpaceCalls(spaces, readPages),
    ...createTenantCalls(connection, readPages),
    ping,
    nodesSummary,
    health,
    activeTasks,
    oldestActiveTasks: (total, signal) => lists.oldestActive(total, signal),
    completedTasks: (from, to, signal) => lists.completed(from, to, signal),
    lastFinished: (name, signal) => lists.lastFinished(name, signal),
    task,
    cancelTask,
    serverInfo,
    waits: createTaskWaits(connection, clock),
    canary: (signal) => askCanary(connection, clock, signal),
    recentLogs: (signal) => readRecentLogs(connection, signal),
  };
}
