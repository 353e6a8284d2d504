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
