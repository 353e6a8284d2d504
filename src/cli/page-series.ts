import { parseExposition } from '../../collectors/prometheus/parse-exposition.ts';
import { Failure } from '../model/failure.ts';
import { METRIC_NAME, type Labels } from '../model/labels.ts';
import { matchesAll, type Matcher } from '../model/matcher.ts';
import type { Series, SeriesReader, TimeRange } from '../model/series.ts';

interface PageSample {
  readonly labels: Labels;
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

/** The series of a page of Prometheus text, each with its one sample. */
export class PageSeries implements SeriesReader {
  readonly #byName = new Map<string, PageSample[]>();
  #problem: Failure | undefined = new Failure('invalid', 'no page was read');

  /**
   * Takes a page up. `now`: the time of samples without one, ms since the epoch.
   * @throws Failure `malformed`
   */
  read(page: string, now: number): void {
    parseExposition(page, { format: 'text', normalise: false }, ({ name, labels, value, time = now }) => {
      const named: Record<string, string> = { [METRIC_NAME]: name };
      for (let i = 0; i < labels.length; i += 2)
        if (labels[i + 1] !== '') named[labels[i] ?? ''] = labels[i + 1] ?? '';
      const samples = this.#byName.get(name) ?? [];
      this.#byName.set(name, samples);
      samples.push({ labels: named, timestamps: Float64Array.of(time), values: Float64Array.of(value) });
    });
    this.#problem = undefined;
  }

  /** There is no page: whoever reads series fails for this reason, and nobody takes nothing for an answer. */
  fail(problem: Failure): void {
    this.#problem = problem;
  }

  *select(matchers: readonly Matcher[], { start, end }: TimeRange): Iterable<Series> {
    if (this.#problem !== undefined) throw this.#problem;
    for (const sample of this.#candidates(matchers)) {
      const [time = Number.NaN] = sample.timestamps;
      if (time >= start && time <= end && matchesAll(matchers, sample.labels)) yield sample;
    }
  }

  *#candidates(matchers: readonly Matcher[]): Iterable<PageSample> {
    const pinned = matchers.find(({ name, operator }) => name === METRIC_NAME && operator === '=');
    if (pinned !== undefined) yield* this.#byName.get(pinned.value) ?? [];
    else for (const samples of this.#byName.values()) yield* samples;
  }
}
