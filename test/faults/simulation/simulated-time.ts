import type { Clock } from '../../../src/model/ports.ts';
import { never, type Life } from './life.ts';

interface Event {
  at: number;
  readonly order: number;
  readonly life: Life | undefined;
  /** Undefined once it is cancelled. */
  run: (() => void) | undefined;
}

/** 2026-11-21 06:00 UTC. */
const EPOCH = 1_795_240_800_000;

/** Time that passes from event to event; the wall clock on it can be set. */
export class SimulatedTime {
  /** Of monotonic time, ms since the beginning. */
  now = 0;
  /** How far the wall clock was set forward, ms. */
  wallOffset = 0;
  readonly #heap: Event[] = [];
  #order = 0;

  get wall(): number {
    return EPOCH + this.now + this.wallOffset;
  }

  /** Runs something after `ms`, unless the process it belongs to is dead by then; returns how to cancel it. */
  after(ms: number, run: () => void, life?: Life): () => void {
    const event: Event = { at: this.now + Math.max(0, ms), order: this.#order++, life, run };
    this.#push(event);
    return () => {
      event.run = undefined;
    };
  }

  /** Lets time pass until `end` (ms since the beginning) or until `isDone`, looked at after each event. */
  async runUntil(end: number, isDone: () => boolean = () => false): Promise<void> {
    await settled();
    for (let event = this.#heap[0]; event !== undefined && event.at <= end; event = this.#heap[0]) {
      this.#pop();
      if (event.run === undefined || event.life?.alive === false) continue;
      this.now = Math.max(this.now, event.at);
      if (event.life !== undefined && event.life.pausedUntil > this.now) {
        event.at = event.life.pausedUntil;
        this.#push(event);
        continue;
      }
      event.run();
      await settled();
      if (isDone()) return;
    }
    this.now = Math.max(this.now, end);
  }

  /** The clock of one process. */
  clockOf(life: Life): Clock {
    return {
      now: () => this.wall,
      sleep: (ms, signal) =>
        life.alive
          ? new Promise((resolve, reject) => this.#sleep(ms, signal, life, resolve, reject))
          : never(),
    };
  }

  #sleep(
    ms: number,
    signal: AbortSignal | undefined,
    life: Life,
    resolve: () => void,
    reject: (reason: unknown) => void,
  ): void {
    if (signal?.aborted === true) return reject(signal.reason);
    const wake = (): void => {
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    const cancel = this.after(ms, wake, life);
    function abort(): void {
      cancel();
      reject(signal?.reason);
    }
    signal?.addEventListener('abort', abort, { once: true });
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(event, heap[parent])) break;
      [heap[at], heap[parent]] = [heap[parent] ?? event, event];
      at = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      const smaller = heap[child];
      if (smaller === undefined || !isBefore(smaller, last)) return;
      [heap[at], heap[child]] = [smaller, last];
      at = child;
    }
  }
}

function isBefore(a: Event | undefined, b: Event | undefined): boolean {
  if (a === undefined || b === undefined) return b === undefined && a !== undefined;
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** When every promise callback has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
