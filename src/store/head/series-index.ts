import { labelsKey, METRIC_NAME, type Labels } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { HeadSeries } from './head-series.ts';

/** The series of one metric name, and those of each label value. */
class MetricIndex {
  readonly series = new Set<HeadSeries>();
  readonly #postings = new Map<string, Map<string, Set<HeadSeries>>>();

  add(series: HeadSeries): void {
    this.series.add(series);
    for (const [name, value] of Object.entries(series.labels)) {
      if (name === METRIC_NAME) continue;
      let values = this.#postings.get(name);
      if (values === undefined) this.#postings.set(name, (values = new Map()));
      const posting = values.get(value);
      if (posting === undefined) values.set(value, new Set([series]));
      else posting.add(series);
    }
  }

  remove(series: HeadSeries): void {
    this.series.delete(series);
    for (const [name, value] of Object.entries(series.labels)) {
      const values = this.#postings.get(name);
      const posting = values?.get(value);
      posting?.delete(series);
      if (posting?.size === 0) values?.delete(value);
    }
  }

  /** The shortest list that holds all series which satisfy `matchers`. */
  candidates(matchers: readonly Matcher[]): ReadonlySet<HeadSeries> {
    let best: ReadonlySet<HeadSeries> = this.series;
    for (const { name, operator, value } of matchers) {
      if (operator !== '=' || value === '' || name === METRIC_NAME) continue;
      const posting = this.#postings.get(name)?.get(value) ?? NONE;
      if (posting.size < best.size) best = posting;
    }
    return best;
  }
}

const NONE: ReadonlySet<HeadSeries> = new Set();

/** Finds series by their labels. */
export class SeriesIndex {
  readonly #metrics = new Map<string, MetricIndex>();
  readonly #byKey = new Map<string, HeadSeries>();

  /** How many series were ever added: another number means that there are new ones. */
  births = 0;

  get size(): number {
    return this.#byKey.size;
  }

  /** The series with exactly these labels. */
  find(labels: Labels): HeadSeries | undefined {
    return this.#byKey.get(labelsKey(labels));
  }

  add(series: HeadSeries): void {
    this.births++;
    const name = series.labels[METRIC_NAME] ?? '';
    let metric = this.#metrics.get(name);
    if (metric === undefined) this.#metrics.set(name, (metric = new MetricIndex()));
    metric.add(series);
    this.#byKey.set(labelsKey(series.labels), series);
  }

  remove(series: HeadSeries): void {
    const name = series.labels[METRIC_NAME] ?? '';
    const metric = this.#metrics.get(name);
    metric?.remove(series);
    if (metric?.series.size === 0) this.#metrics.delete(name);
    this.#byKey.delete(labelsKey(series.labels));
  }

  /** The metric names there are. */
  names(): Iterable<string> {
    return this.#metrics.keys();
  }

  /** All series of a metric name. */
  named(name: string): Iterable<HeadSeries> {
    return this.#metrics.get(name)?.series ?? NONE;
  }

  /** The series that satisfy all matchers. */
  *select(matchers: readonly Matcher[]): Iterable<HeadSeries> {
    const tests = matchers.filter(({ name }) => name !== METRIC_NAME).map(remembering);
    for (const metric of this.#metricsOf(matchers.filter(({ name }) => name === METRIC_NAME))) {
      for (const series of metric.candidates(matchers)) {
        if (tests.every((test) => test(series.labels))) yield series;
      }
    }
  }

  *#metricsOf(matchers: readonly Matcher[]): Iterable<MetricIndex> {
    const exact = matchers.find(({ operator }) => operator === '=');
    const names = exact === undefined ? this.#metrics.keys() : [exact.value];
    for (const name of names) {
      const metric = this.#metrics.get(name);
      if (metric !== undefined && matchers.every((matcher) => matcher.matches(name))) yield metric;
    }
  }
}

/** A matcher as a test of labels; a regular expression is asked once for each value. */
function remembering(matcher: Matcher): (labels: Labels) => boolean {
  const { name } = matcher;
  if (matcher.operator === '=' || matcher.operator === '!=')
    return (labels) => matcher.matches(labels[name] ?? '');
  const known = new Map<string, boolean>();
  return (labels) => {
    const value = labels[name] ?? '';
    let answer = known.get(value);
    if (answer === undefined) known.set(value, (answer = matcher.matches(value)));
    return answer;
  };
}
