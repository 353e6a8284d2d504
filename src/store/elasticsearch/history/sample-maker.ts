import { parseLabelText } from '../../../model/label-text.ts';
import { labelsKey, METRIC_NAME, type Labels } from '../../../model/labels.ts';
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
      const series = typeof value === 'number' ? seriesOf(document) : undefined;
      if (typeof value === 'number' && series !== undefined) columns.add(series, document.time, value);
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
      if (series === undefined) return;
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
function conditionOf({ where, except }: MetricSource): (document: FoundDocument) => boolean {
  const [needed, refused] = [Object.entries(where), Object.entries(except)];
  return (document) =>
    needed.every(([dimension, values]) => values.includes(text(document, dimension))) &&
    !refused.some(([dimension, values]) => values.includes(text(document, dimension)));
}

/**
 * Finds the series of a document; undefined where another stream has given it otherwise: as increases, or as it was.
 */
function seriesFinder(
  source: MetricSource,
  columns: PastColumns,
): (document: FoundDocument) => GrowingSeries | undefined {
  const { labels, samples } = source;
  const dimensions = samples === undefined ? labels : [...labels, ...Object.values(samples)];
  const relative = source.windowMs !== undefined;
  const known = new Map<string, GrowingSeries>();

  function find(document: FoundDocument): GrowingSeries {
    const own = labelsOf(source, document);
    const name = samples?.name === undefined ? source.name : text(document, samples.name);
    return columns.series(name, labelsKey(own), () => ({
      labels: { ...own, [METRIC_NAME]: name },
      relative,
    }));
  }

  return (document) => {
    let key = '';
    for (const dimension of dimensions) key += `${text(document, dimension)}\u0000`;
    let series = known.get(key);
    if (series === undefined) known.set(key, (series = find(document)));
    return series.relative === relative ? series : undefined;
  };
}

function labelsOf({ labels, fixed, samples }: MetricSource, document: FoundDocument): Labels {
  const present = labels.flatMap((label) => {
    const value = text(document, label);
    return value === '' ? [] : [[label, value] as const];
  });
  const spread = samples === undefined ? [] : parseLabelText(text(document, samples.labels));
  return { ...Object.fromEntries([...spread, ...present]), ...fixed };
}

function text(document: FoundDocument, dimension: string): string {
  const value = document.value(dimension);
  return typeof value === 'string' ? value : '';
}
