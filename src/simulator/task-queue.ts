import type { Agenda } from './agenda.ts';
import type { Conditions } from './effects.ts';
import type { SeededRandom } from './random.ts';
import { isActive, isRunning, RECURRING, type ServerTask, type TaskRequest } from './task.ts';

const HISTORY = 1000;
const FIRST_NUMBER = 1001;
/** Waiting in an idle queue: median 0.12 s in 139 real tasks. */
const PICK_UP_MS = 120;
const CANCELLING_MS = 1_500;
/** How soon a task ends that is let go. */
const HELD_MS = 1_000;

/** A node as the queue sees it: whether it takes tasks, and how many at once. */
export interface Slots {
  readonly id: string;
  readonly cap: number;
  readonly takesTasks: boolean;
}

export interface TaskQueueOptions {
  readonly agenda: Agenda;
  readonly random: SeededRandom;
  slots(): readonly Slots[];
  conditions(): Conditions;
  /** Hears of every task that ends, when it does. */
  onEnd(task: ServerTask, at: number): void;
}

/** The task queue of an instance: first in, first out, as many at once as its nodes allow. */
export class TaskQueue {
  readonly #options: TaskQueueOptions;
  readonly #tasks = new Map<string, ServerTask>();
  readonly #active = new Set<ServerTask>();
  #number = FIRST_NUMBER;

  constructor(options: TaskQueueOptions) {
    this.#options = options;
  }

  /** Those not finished, the oldest first. */
  get active(): Iterable<ServerTask> {
    return this.#active;
  }

  /** All that are known, the newest first. */
  newestFirst(): ServerTask[] {
    return [...this.#tasks.values()].toReversed();
  }

  find(id: string): ServerTask | undefined {
    return this.#tasks.get(id);
  }

  /** How many slots of a node's cap are taken. */
  runningOn(node: string): number {
    let running = 0;
    for (const task of this.#active) if (task.node === node && isRunning(task) && task.takesSlot) running++;
    return running;
  }

  add(request: TaskRequest, at: number, state: 'Queued' | 'New' = 'Queued'): ServerTask {
    const number = this.#number++;
    const task: ServerTask = {
      ...request,
      number,
      id: `ServerTasks-${number}`,
      state,
      queuedAt: Math.floor(at),
      startedAt: undefined,
      completedAt: undefined,
      cancelledAt: undefined,
      node: undefined,
      errorMessage: '',
      neverEnds: false,
      isHeld: false,
      waitsFor: [],
      waitsSince: undefined,
    };
    this.#tasks.set(task.id, task);
    this.#active.add(task);
    this.#forgetOldest();
    this.dispatchSoon(at);
    return task;
  }

  /** Looks for startable tasks a moment from now: call it when something that held them back is gone. */
  dispatchSoon(at: number): void {
    const { agenda, random } = this.#options;
    agenda.add(at + random.lognormal(PICK_UP_MS, 0.5), (due) => {
      this.#dispatch(due);
    });
  }

  /** Cancels as the API does: at once when queued, soon when running. False when it had ended. */
  cancel(task: ServerTask, at: number): boolean {
    if (!isActive(task)) return false;
    if (task.state === 'Cancelling') return true;
    task.cancelledAt = at;
    if (task.state !== 'Executing') {
      this.#end(task, 'Canceled', at);
      return true;
    }
    task.state = 'Cancelling';
    if (!task.neverEnds)
      this.#endLater(task, 'Canceled', at + this.#options.random.lognormal(CANCELLING_MS, 0.4));
    return true;
  }

  /** Lets a task that ignored its cancelling end after all. */
  release(task: ServerTask, at: number): void {
    task.neverEnds = false;
    if (task.state === 'Cancelling') this.#end(task, 'Canceled', at);
  }

  /** What a stopped process does to its running tasks: those that survive go on later, the others fail. */
  interrupt(at: number, survives: (task: ServerTask) => boolean): void {
    for (const task of this.#active) {
      if (!isRunning(task)) continue;
      if (task.state === 'Executing' && !task.neverEnds && survives(task)) continue;
      task.errorMessage = 'The task was abandoned because the Octopus Server was stopped.';
      this.#end(task, task.state === 'Cancelling' ? 'Canceled' : 'Failed', at);
    }
  }

  #dispatch(at: number): void {
    const conditions = this.#options.conditions();
    if (conditions.startsBlocked || conditions.stopped) return;
    const open = this.#options.slots().filter(({ takesTasks }) => takesTasks);
    const nodes = open.map(({ id, cap }) => ({ id, free: cap - this.runningOn(id) }));
    for (const task of this.#active) {
      if (task.state !== 'Queued') continue;
      const node = nodes.find(({ free }) => !task.takesSlot || free > 0);
      if (node === undefined) continue;
      if (task.takesSlot) node.free--;
      this.#start(task, node.id, at, conditions);
    }
  }

  #start(task: ServerTask, node: string, at: number, { failShare, failMessage }: Conditions): void {
    task.state = 'Executing';
    task.startedAt = Math.floor(at);
    task.node = node;
    const isDoomed = failShare > 0 && task.name !== RECURRING && this.#options.random.chance(failShare);
    if (isDoomed || task.outcome === 'Failed') task.errorMessage = failMessage;
    this.#endLater(task, isDoomed ? 'Failed' : task.outcome, at + task.durationMs);
  }

  #endLater(task: ServerTask, outcome: ServerTask['state'], at: number): void {
    const from = task.state;
    this.#options.agenda.add(at, (due) => {
      if (task.state !== from || task.neverEnds) return;
      if (task.isHeld && from === 'Executing') this.#endLater(task, outcome, due + HELD_MS);
      else if (this.#options.conditions().stopped) this.#endLater(task, outcome, due + task.durationMs);
      else this.#end(task, outcome, due);
    });
  }

  #end(task: ServerTask, outcome: ServerTask['state'], at: number): void {
    task.state = outcome;
    task.completedAt = Math.floor(at);
    this.#active.delete(task);
    this.#options.onEnd(task, at);
    this.dispatchSoon(at);
  }

  /** Keeps the history bounded; what is not finished is never forgotten. */
  #forgetOldest(): void {
    if (this.#tasks.size - this.#active.size <= HISTORY) return;
    for (const task of this.#tasks.values()) {
      if (isActive(task)) continue;
      this.#tasks.delete(task.id);
      return;
    }
  }
}
