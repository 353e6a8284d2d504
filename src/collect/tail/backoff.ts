const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/** Growing pauses after failures, by key. */
export class Backoff {
  readonly #entries = new Map<string, { pause: number; until: number }>();

  /** Notes a failure; how long to leave the thing alone, in ms. */
  fail(key: string, now: number): number {
    const last = this.#entries.get(key);
    const pause = last === undefined ? FIRST_MS : Math.min(last.pause * 2, LONGEST_MS);
    this.#entries.set(key, { pause, until: now + pause });
    return pause;
  }

  succeed(key: string): void {
    this.#entries.delete(key);
  }

  isPaused(key: string, now: number): boolean {
    const { until = now, pause = 0 } = this.#entries.get(key) ?? {};
    // A rest that is longer than the pause was: the clock was set back.
    return until > now && until - now <= pause;
  }
}
