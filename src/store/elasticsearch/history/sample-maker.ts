import { METRIC_NAME, type Labels } from '../../../model/labels.ts';
import type { MetricSource } from './metric-source.ts';
import type { GrowingSeries, PastColumns } from './past-columns.ts';
import type { FoundDocument } from './read-documents.ts';

/** Between two increases a counter has a value at least so often, so that it is never out of sight. */
const HEARTBEAT_MS = 60_000;

/** Makes samples of the documents of one metric, which come in rising time. */
export interface SampleMaker {
  add(document: FoundDocument): void;
  /** No document comes before `time`, ms, any more. Yields after each series, as there may be many heartbeats. */
  end(time: number): Iterable<unknown>;
}

/** A maker whose samples go to `columns`. */
export function sampleMaker(source: MetricSource, columns: PastColumns): SampleMaker {
  return source.windowMs === undefined
    ? gaugeMaker(source, columns)
    : counterMaker(source, source.windowMs, columns);
}

function gaugeMaker(source: MetricSource, columns: PastColumns): SampleMaker {
  const seriesOf = seriesFinder(source, columns);
  return {
    add(document) {
      const value = document.value(source.field);
      if (typeof value === 'number') columns.add(seriesOf(document), document.time, value);
    },
    end: () => [],
  };
}

/** Adds up what was added in each window: a counter that begins at 0 where its first increase does. */
function counterMaker(source: MetricSource, windowMs: number, columns: PastColumns): SampleMaker {
  const counters = new Set<GrowingSeries>();
  const seriesOf = seriesFinder(source, columns);
  const isCounted = conditionOf(source);

  function hold(series: GrowingSeries, until: number): void {
    const value = series.lastValue;
    if (series.length > 0)
      for (let time = series.lastTime + HEARTBEAT_MS; time < until; time += HEARTBEAT_MS)
        columns.add(series, time, value);
    columns.add(series, until, value);
  }

  return {
    add(document) {
      if (!isCounted(document)) return;
      const added = document.value(source.field);
      const series = seriesOf(document);
      counters.add(series);
      // Several emissions of one window are some ms apart.
      const begin = Math.floor(document.time / windowMs) * windowMs;
      hold(series, begin);
      const increased = series.lastValue + (typeof added === 'number' ? added : 0);
      if (series.lastTime === begin + windowMs) series.lastValue = increased;
      else columns.add(series, begin + windowMs, increased);
    },
    *end(time) {
      for (const series of counters) yield hold(series, time);
    },
  };
}

/** Tests of documents, made once for all of them. */
function conditionOf({ where }: MetricSource): (document: FoundDocument) => boolean {
  const conditions = Object.entries(where);
  return (document) => conditions.every(([dimension, values]) => values.includes(text(document, dimension)));
}

/** Finds the series of a document. */
function seriesFinder(
  source: MetricSource,
  columns: PastColumns,
): (document: FoundDocument) => GrowingSeries {
  const { name, labels, fixed } = source;
  const prefix = JSON.stringify(fixed);
  return (document) => {
    let key = prefix;
    for (const label of labels) key += `\u0000${text(document, label)}`;
    return columns.series(name, key, () => ({
      labels: labelsOf(
        source,
        labels.map((label) => text(document, label)),
      ),
      relative: source.windowMs !== undefined,
    }));
  };
}

function labelsOf({ name, labels, fixed }: MetricSource, values: readonly string[]): Labels {
  const present = labels.flatMap((label, i) => {
    const value = values[i] ?? '';
    return value === '' ? [] : [[label, value] as const];
  });
  return { [METRIC_NAME]: name, ...Object.fromEntries(present), ...fixed };
}

function text(document: FoundDocument, dimension: string): string {
  const value = document.value(dimension);
  return typeof value === 'string' ? value : '';
}
