import { METRIC_NAME, type Labels } from '../../../model/labels.ts';
import type { MetricSource } from './metric-source.ts';
import type { GrowingSeries, PastColumns } from './past-columns.ts';
import type { FoundDocument } from './read-documents.ts';

/** Between two increases a counter has a value at least so often, so that it is never out of sight. */
const HEARTBEAT_MS = 60_000;

/** Makes samples of the documents of one metric, which come in rising time. */
export interface SampleMaker {
  add(document: FoundDocument): void;
  /** No document comes before `time`, ms, any more. */
  end(time: number): void;
}

/** A maker whose samples go to `columns`. */
export function sampleMaker(source: MetricSource, columns: PastColumns): SampleMaker {
  return source.windowMs === undefined
    ? gaugeMaker(source, columns)
    : counterMaker(source, source.windowMs, columns);
}

function gaugeMaker(source: MetricSource, columns: PastColumns): SampleMaker {
  return {
    add(document) {
      const value = document.value(source.field);
      if (typeof value === 'number') columns.add(seriesOf(source, document, columns), document.time, value);
    },
    end() {},
  };
}

/** Adds up what was added in each window: a counter that begins at 0 where its first increase does. */
function counterMaker(source: MetricSource, windowMs: number, columns: PastColumns): SampleMaker {
  const counters = new Set<GrowingSeries>();

  function hold(series: GrowingSeries, until: number): void {
    const value = series.values.at(-1) ?? 0;
    const last = series.times.at(-1);
    if (last !== undefined)
      for (let time = last + HEARTBEAT_MS; time < until; time += HEARTBEAT_MS)
        columns.add(series, time, value);
    columns.add(series, until, value);
  }

  return {
    add(document) {
      if (!isCounted(source, document)) return;
      const added = document.value(source.field);
      const series = seriesOf(source, document, columns);
      counters.add(series);
      // Several emissions of one window are some ms apart.
      const begin = Math.floor(document.time / windowMs) * windowMs;
      hold(series, begin);
      const value = series.values.at(-1) ?? 0;
      const increased = value + (typeof added === 'number' ? added : 0);
      if (series.times.at(-1) === begin + windowMs) series.values[series.values.length - 1] = increased;
      else columns.add(series, begin + windowMs, increased);
    },
    end(time) {
      for (const series of counters) hold(series, time);
    },
  };
}

function isCounted({ where }: MetricSource, document: FoundDocument): boolean {
  return Object.entries(where).every(([dimension, values]) => values.includes(text(document, dimension)));
}

function seriesOf(source: MetricSource, document: FoundDocument, columns: PastColumns): GrowingSeries {
  const values = source.labels.map((label) => text(document, label));
  const key = JSON.stringify([source.fixed, ...values]);
  return columns.series(source.name, key, () => ({
    labels: labelsOf(source, values),
    relative: source.windowMs !== undefined,
  }));
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
