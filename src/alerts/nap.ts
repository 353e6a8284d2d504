import type { Clock } from '../model/ports.ts';

/** A sleep that ends early when something turns out to be due before its end. */
export class Nap {
  readonly #clock: Clock;
  #alarm = new AbortController();
  #endsAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sleeps until `at`, ms, or the signal. */
  async until(at: number, signal: AbortSignal): Promise<void> {
    this.#endsAt = at;
    this.#alarm = new AbortController();
    const until = AbortSignal.any([signal, this.#alarm.signal]);
    await this.#clock.sleep(Math.max(0, at - this.#clock.now()), until).catch((error: unknown) => {
      if (!until.aborted) throw error;
    });
  }

  /** Something is due at `at`, ms. */
  rouse(at: number): void {
    if (at < this.#endsAt) this.#alarm.abort();
  }
}
