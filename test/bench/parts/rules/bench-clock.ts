import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../../src/model/ports.ts';
import { VirtualClock } from '../../../../src/model/virtual-clock.ts';

/** Stands still and is moved on by hand, until it is let go: from then on it runs as real time does. */
export class BenchClock implements Clock {
  readonly #virtual: VirtualClock;
  #letGoAt: number | undefined;

  constructor(start: number) {
    this.#virtual = new VirtualClock(start);
  }

  now(): number {
    const elapsed = this.#letGoAt === undefined ? 0 : performance.now() - this.#letGoAt;
    return this.#virtual.now() + Math.floor(elapsed);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#letGoAt === undefined) await this.#virtual.sleep(ms, signal);
    else await sleep(ms, undefined, signal === undefined ? {} : { signal });
  }

  advance(ms: number): Promise<void> {
    return this.#virtual.advance(ms);
  }

  /** Time runs; who sleeps wakes once. */
  async letGo(): Promise<void> {
    const woken = this.#virtual.advance(1000);
    this.#letGoAt = performance.now();
    await woken;
  }
}
