import { Failure } from '../../../model/failure.ts';
import type { PastReader, PastSeries } from '../../../model/history.ts';
import { METRIC_NAME, type Labels } from '../../../model/labels.ts';
import { matchesAll, type Matcher } from '../../../model/matcher.ts';
import type { TimeRange } from '../../../model/series.ts';

/** A series that grows at its end. */
export interface GrowingSeries {
  readonly labels: Labels;
  readonly relative: boolean;
  readonly times: number[];
  readonly values: number[];
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
  series(name: string, key: string, make: () => Omit<GrowingSeries, 'times' | 'values'>): GrowingSeries {
    let named = this.#byName.get(name);
    if (named === undefined) this.#byName.set(name, (named = new Map()));
    let series = named.get(key);
    if (series === undefined) named.set(key, (series = { ...make(), times: [], values: [] }));
    return series;
  }

  /** Adds a sample; of two at one time the first stays. @throws Failure `budget` */
  add({ times, values }: GrowingSeries, time: number, value: number): void {
    if ((times.at(-1) ?? -Infinity) >= time) return;
    if (++this.#samples > this.#limit)
      throw new Failure(
        'budget',
        `the query needs more than ${this.#limit} samples of history: select fewer series or a shorter range`,
      );
    times.push(time);
    values.push(value);
  }

  *select(matchers: readonly Matcher[], range: TimeRange): Iterable<PastSeries> {
    const name = matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === '=');
    const names = name === undefined ? this.#byName.values() : [this.#byName.get(name.value) ?? new Map()];
    for (const named of names) {
      for (const { labels, relative, times, values } of named.values()) {
        if (!matchesAll(matchers, labels)) continue;
        const from = firstFrom(times, range.start);
        const to = firstFrom(times, range.end + 1);
        if (from >= to) continue;
        const [timestamps, found] = [times, values].map((column) =>
          Float64Array.from(column.slice(from, to)),
        );
        if (timestamps !== undefined && found !== undefined)
          yield { labels, relative, timestamps, values: found };
      }
    }
  }
}

/** The index of the first time at or after `time`. */
function firstFrom(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
