export interface RateLimit {
  readonly perMinute: number;
  readonly burst: number;
}

/** A token bucket as Octopus keeps one per user and node. */
export class TokenBucket {
  readonly #limit: RateLimit;
  #tokens: number;
  #at: number;

  constructor(limit: RateLimit, now: number) {
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#at = now;
  }

  /** Takes a token: 0 when there was one, else the whole seconds until there will be. */
  take(now: number): number {
    const { perMinute, burst } = this.#limit;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 60_000) * perMinute);
    this.#at = now;
    if (this.#tokens < 1) return Math.max(1, Math.ceil(((1 - this.#tokens) / perMinute) * 60));
    this.#tokens -= 1;
    return 0;
  }
}
