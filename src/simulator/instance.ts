import { Agenda } from './agenda.ts';
import { combine, type Conditions, type Effect } from './effects.ts';
import { createInventory, type Inventory } from './inventory.ts';
import { requestMessage, taskMessage, type LoggedRequest } from './log-lines.ts';
import type { SeededRandom } from './random.ts';
import type { ServerLog } from './server-log.ts';
import { createNodes, installationId, type ServerNode } from './server-node.ts';
import { TaskQueue } from './task-queue.ts';
import { RECURRING, type ServerTask } from './task.ts';
import { isAtLeast, type Tenant } from './topology.ts';
import { randomTask } from './workload.ts';

const HEARTBEAT_MS = 10_000;

export interface InstanceOptions {
  readonly tenant: Tenant;
  readonly random: SeededRandom;
  readonly serverLog: ServerLog;
  /** When its life begins, ms. */
  readonly start: number;
}

/** What happens to one request that reached the server. */
export interface RequestFate {
  /** Milliseconds to wait before the answer, on top of what the simulator itself takes. */
  readonly delayMs: number;
  /** What the log says it took. */
  readonly loggedMs: number;
  readonly fails: boolean;
}

/**
 * One Octopus server: nodes, task queue, log. Time moves by `advance` only; what is wrong with it is the sum of its
 * effects. Everything it does comes from its own stream of the seed.
 */
export class Instance {
  readonly tenant: Tenant;
  readonly random: SeededRandom;
  readonly agenda = new Agenda();
  readonly nodes: readonly ServerNode[];
  readonly queue: TaskQueue;
  readonly serverLog: ServerLog;
  readonly installationId: string;
  readonly inventory: Inventory;
  /** Raised by upgrades. */
  version: string;
  #now: number;
  #startedAt: number;
  #seenUntil: number | undefined;
  #serial = 1;
  #effects = new Map<string, Effect>();
  #conditions: Conditions = combine([]);
  readonly #http: SeededRandom;
  readonly #endListeners = new Set<(task: ServerTask, at: number) => void>();
  readonly #restartListeners = new Set<(at: number) => void>();

  constructor({ tenant, random, serverLog, start }: InstanceOptions) {
    this.tenant = tenant;
    this.random = random.fork('life');
    this.#http = random.fork('http');
    this.serverLog = serverLog;
    this.nodes = createNodes(tenant);
    this.installationId = installationId(random.fork('installation'));
    this.inventory = createInventory(tenant, random.fork('inventory'), start);
    this.version = tenant.version;
    this.#now = start;
    this.#startedAt = start;
    this.queue = new TaskQueue({
      agenda: this.agenda,
      random: this.random,
      slots: () => this.nodes.map((node) => ({ ...node, takesTasks: !this.isDraining(node) })),
      conditions: () => this.#conditions,
      onEnd: (task, at) => {
        this.#taskEnded(task, at);
      },
    });
    this.#logStart(start);
  }

  get now(): number {
    return this.#now;
  }

  /** When its process last started, ms. */
  get startedAt(): number {
    return this.#startedAt;
  }

  get conditions(): Conditions {
    return this.#conditions;
  }

  /** Lives until `now`. */
  advance(now: number): void {
    const from = this.#now;
    if (now <= from) return;
    this.agenda.run(now);
    this.#now = now;
    this.#pourEffects(from, now);
  }

  isDraining(node: ServerNode): boolean {
    return node.isDraining || this.#conditions.draining;
  }

  /** When the nodes last wrote their heartbeat. */
  lastSeen(): number {
    return this.#seenUntil ?? Math.floor(this.#now / HEARTBEAT_MS) * HEARTBEAT_MS;
  }

  /** Sets what the cause named `key` does from now on; undefined when it is gone. */
  setEffect(key: string, effect: Effect | undefined, at: number): void {
    if (effect === undefined) this.#effects.delete(key);
    else this.#effects.set(key, effect);
    const before = this.#conditions;
    this.#conditions = combine(this.#effects.values());
    if (this.#conditions.stopped && !before.stopped) this.#stopped(at);
    if (!this.#conditions.stopped && before.stopped) this.#started(at);
    if (isHeldBack(before) && !isHeldBack(this.#conditions)) this.queue.dispatchSoon(at);
  }

  /** Stops the server process and starts it again `downMs` later; heals what a restart heals. */
  restart(at: number, downMs: number): void {
    this.setEffect('restart', { network: 'refused', stopped: true }, at);
    for (const listener of this.#restartListeners) listener(at);
    this.agenda.add(at + downMs, (due) => {
      this.setEffect('restart', undefined, due);
    });
  }

  /** Calls `listener` at each restart; returns the function that stops it. */
  onRestart(listener: (at: number) => void): () => void {
    this.#restartListeners.add(listener);
    return () => this.#restartListeners.delete(listener);
  }

  /** Calls `listener` whenever a task ends. */
  onTaskEnd(listener: (task: ServerTask, at: number) => void): void {
    this.#endListeners.add(listener);
  }

  /** Enqueues a task such as people and builds start; lost when the server does not run. */
  enqueueRandom(at: number): void {
    if (this.#conditions.stopped) return;
    const task = randomTask(this.random, this.#serial++);
    this.queue.add({ ...task, durationMs: task.durationMs * this.tenant.taskLength }, at);
  }

  /** What becomes of a request under the present conditions; `ownLife` for the simulated users' own requests. */
  requestFate(ownLife: boolean): RequestFate {
    const random = ownLife ? this.random : this.#http;
    const { delayMs, slowShare, slowMs, errorShare } = this.#conditions;
    const slow = random.chance(slowShare) ? random.lognormal(slowMs, 0.3) : 0;
    const delay = delayMs === 0 ? slow : random.lognormal(delayMs, 0.3) + slow;
    const base = random.lognormal(28, 0.6);
    return { delayMs: delay, loggedMs: base + delay, fails: random.chance(errorShare) };
  }

  logRequest(at: number, request: LoggedRequest): void {
    const level = request.status >= 500 ? 'ERROR' : 'INFO';
    this.serverLog.add(at, level, requestMessage(request, this.tenant.logGeneration));
  }

  #pourEffects(from: number, to: number): void {
    const { errorLines, extraTasksPerMinute, stopped } = this.#conditions;
    if (stopped || (errorLines.length === 0 && extraTasksPerMinute === 0)) return;
    const minutes = (to - from) / 60_000;
    for (const { perMinute, message, exception } of errorLines) {
      const count = this.random.poisson(perMinute * minutes);
      for (let i = 0; i < count; i++)
        this.serverLog.add(this.random.uniform(from, to), 'ERROR', message, exception);
    }
    const tasks = this.random.poisson(extraTasksPerMinute * minutes);
    for (let i = 0; i < tasks; i++) this.enqueueRandom(to);
  }

  #taskEnded(task: ServerTask, at: number): void {
    const ran = task.startedAt === undefined ? 0 : at - task.startedAt;
    if (task.startedAt !== undefined && task.name !== RECURRING) {
      const isGood = task.state === 'Success';
      const message = taskMessage(task.description, isGood ? 'completed' : 'abandoned', ran);
      this.serverLog.add(at, isGood ? 'INFO' : 'ERROR', message);
    }
    for (const listener of this.#endListeners) listener(task, at);
  }

  #stopped(at: number): void {
    this.#seenUntil = Math.floor(at / HEARTBEAT_MS) * HEARTBEAT_MS;
    const isResilient = isAtLeast(this.version, 2026, 3);
    this.queue.interrupt(at, ({ name }) => isResilient && (name === 'Deploy' || name === 'RunbookRun'));
  }

  #started(at: number): void {
    this.#seenUntil = undefined;
    this.#startedAt = at;
    this.serverLog.recent.clear();
    this.#logStart(at);
  }

  #logStart(at: number): void {
    const version = `Octopus.Server version ${this.version} (${this.version}) instance OctopusServer`;
    this.serverLog.add(at, 'INFO', version);
    for (const { name } of this.nodes) {
      this.serverLog.add(at, 'INFO', `Defaulting server node name to '"${name}"'.`);
    }
  }
}

function isHeldBack({ stopped, startsBlocked, draining }: Conditions): boolean {
  return stopped || startsBlocked || draining;
}
