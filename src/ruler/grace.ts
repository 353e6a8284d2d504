import { DEFAULT_LOOKBACK_MS } from '../promql/options.ts';
import type { GroupState } from './group-state.ts';

/**
 * The time after an interruption in which alerts are held whose condition is not seen: nobody has polled yet. It is a
 * restart, or the machine slept, or the clock was set.
 */
export class Grace {
  readonly #lengthMs: number;
  #until: number;
  #isStart = true;

  constructor(now: number, lengthMs: number) {
    this.#lengthMs = lengthMs;
    this.#until = now + lengthMs;
  }

  /** @param isRead whether the data of interest was read since the start: then there is nothing to wait for after it */
  isOver(now: number, isRead: () => boolean): boolean {
    return now >= this.#until || (this.#isStart && isRead());
  }

  /** Time has jumped, to now. */
  beginAnew(now: number): void {
    this.#until = now + this.#lengthMs;
    this.#isStart = false;
  }
}

/** Whether so much time has passed since the last evaluation that its data is old, or less than none. */
export function hasJumped({ lastEvaluation = Number.NaN, intervalMs }: GroupState, now: number): boolean {
  const passed = now - lastEvaluation;
  return passed < 0 || passed > Math.max(2 * intervalMs, DEFAULT_LOOKBACK_MS);
}
