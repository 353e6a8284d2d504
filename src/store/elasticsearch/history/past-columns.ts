import { Failure } from '../../../model/failure.ts';
import type { PastReader, PastSeries } from '../../../model/history.ts';
import { METRIC_NAME, type Labels } from '../../../model/labels.ts';
import { matchesAll, type Matcher } from '../../../model/matcher.ts';
import type { TimeRange } from '../../../model/series.ts';

/** A series that grows at its end. */
export class GrowingSeries {
  readonly labels: Labels;
  readonly relative: boolean;
  length = 0;
  #times = new Float64Array(8);
  #values = new Float64Array(8);

  constructor({ labels, relative }: Pick<GrowingSeries, 'labels' | 'relative'>) {
    this.labels = labels;
    this.relative = relative;
  }

  /** Of the last sample, ms; -Infinity before the first. */
  get lastTime(): number {
    return this.#times[this.length - 1] ?? -Infinity;
  }

  /** Of the last sample; 0 before the first. */
  get lastValue(): number {
    return this.#values[this.length - 1] ?? 0;
  }

  set lastValue(value: number) {
    this.#values[this.length - 1] = value;
  }

  append(time: number, value: number): void {
    if (this.length === this.#times.length) {
      this.#times = doubled(this.#times);
      this.#values = doubled(this.#values);
    }
    this.#times[this.length] = time;
    this.#values[this.length++] = value;
  }

  /** Views of the samples in the range; undefined when there are none. */
  within({ start, end }: TimeRange): PastSeries | undefined {
    const times = this.#times.subarray(0, this.length);
    const from = firstFrom(times, start);
    const to = firstFrom(times, end + 1);
    if (from >= to) return undefined;
    const { labels, relative } = this;
    return {
      labels,
      relative,
      timestamps: times.subarray(from, to),
      values: this.#values.subarray(from, to),
    };
  }
}

/** Series that were fetched, with a bound on their samples. */
export class PastColumns implements PastReader {
  readonly #byName = new Map<string, Map<string, GrowingSeries>>();
  readonly #limit: number;
  #samples = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The series of a name with this key, made at first use. */
  series(name: string, key: string, make: () => Pick<GrowingSeries, 'labels' | 'relative'>): GrowingSeries {
    let named = this.#byName.get(name);
    if (named === undefined) this.#byName.set(name, (named = new Map()));
    let series = named.get(key);
    if (series === undefined) named.set(key, (series = new GrowingSeries(make())));
    return series;
  }

  /** Adds a sample; of two at one time the first stays. @throws Failure `budget` */
  add(series: GrowingSeries, time: number, value: number): void {
    if (series.lastTime >= time) return;
    if (++this.#samples > this.#limit)
      throw new Failure(
        'budget',
        `the query needs more than ${this.#limit} samples of history: select fewer series or a shorter range`,
      );
    series.append(time, value);
  }

  *select(matchers: readonly Matcher[], range: TimeRange): Iterable<PastSeries> {
    const name = matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === '=');
    const names = name === undefined ? this.#byName.values() : [this.#byName.get(name.value) ?? new Map()];
    for (const named of names) {
      for (const series of named.values()) {
        const found = matchesAll(matchers, series.labels) ? series.within(range) : undefined;
        if (found !== undefined) yield found;
      }
    }
  }
}

function doubled(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}

/** The index of the first time at or after `time`. */
function firstFrom(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
