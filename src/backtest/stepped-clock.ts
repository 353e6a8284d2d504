import type { Clock } from '../model/ports.ts';

/** A clock that is set, for evaluation that never waits. */
export class SteppedClock implements Clock {
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  set(now: number): void {
    this.#now = now;
  }

  /** Time passes at once. */
  async sleep(ms: number): Promise<void> {
    this.#now += ms;
  }
}
