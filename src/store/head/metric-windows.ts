/** How far back series are kept, lookback and offsets included, in ms. */
export interface MetricWindows {
  /** For metrics that no rule names. */
  readonly defaultMs: number;
  /** By metric name. */
  readonly byMetric: ReadonlyMap<string, number>;
}

/** Metric names as small numbers, and the window of each. */
export class MetricTable {
  /** By number of the metric, in ms. */
  readonly windowMs: number[] = [];
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();
  #windows: MetricWindows;

  constructor(windows: MetricWindows) {
    this.#windows = windows;
  }

  get windows(): MetricWindows {
    return this.#windows;
  }

  set windows(windows: MetricWindows) {
    this.#windows = windows;
    for (const [number, name] of this.#names.entries()) this.windowMs[number] = this.#windowOf(name);
  }

  /** The longest window there is. */
  get longestMs(): number {
    return Math.max(this.#windows.defaultMs, ...this.#windows.byMetric.values());
  }

  numberOf(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.push(name) - 1;
      this.#numbers.set(name, number);
      this.windowMs[number] = this.#windowOf(name);
    }
    return number;
  }

  #windowOf(name: string): number {
    return this.#windows.byMetric.get(name) ?? this.#windows.defaultMs;
  }
}
