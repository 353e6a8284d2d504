import { ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  type DataPoint,
  type HistogramMetricData,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import type { SelfMetricFamily, SelfSample } from '../model/self-metrics.ts';
import { hrTime } from './hr-time.ts';

type Histogram = HistogramMetricData['dataPoints'][number]['value'];

/** Between which times values were counted. */
export interface Counted {
  /** When the process began, ms since the epoch. */
  readonly since: number;
  readonly until: number;
}

/** The agent's own metrics in OpenTelemetry's data model; names stay as they are at `/metrics`. */
export function toMetricData(families: readonly SelfMetricFamily[], counted: Counted): MetricData[] {
  return families.filter(({ samples }) => samples.length > 0).map((family) => metricData(family, counted));
}

function metricData({ name, metric, samples }: SelfMetricFamily, counted: Counted): MetricData {
  const descriptor = { name, description: metric.help, unit: unitOf(name), valueType: ValueType.DOUBLE };
  const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  const numbers = (): DataPoint<number>[] =>
    samples.map(({ labels, value }) => dataPoint(labels, value, counted));
  switch (metric.type) {
    case 'counter':
      return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: numbers() };
    case 'gauge':
      return { ...common, dataPointType: DataPointType.GAUGE, dataPoints: numbers() };
    case 'histogram':
      return {
        ...common,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: [...histograms(samples)].map(([labels, value]) => dataPoint(labels, value, counted)),
      };
  }
}

/** Prometheus's parts of histograms, put together by their labels. */
function* histograms(samples: readonly SelfSample[]): Iterable<[SelfSample['labels'], Histogram]> {
  const parts = Map.groupBy(samples, ({ labels }) => JSON.stringify({ ...labels, le: undefined }));
  for (const [key, series] of parts) {
    const buckets = series.filter(({ name }) => name.endsWith('_bucket'));
    const cumulative = buckets.map(({ value }) => value);
    yield [
      JSON.parse(key),
      {
        buckets: {
          boundaries: buckets.map(({ labels }) => Number(labels['le'])).filter(Number.isFinite),
          counts: cumulative.map((value, index) => value - (cumulative[index - 1] ?? 0)),
        },
        sum: valueOf(series, '_sum'),
        count: valueOf(series, '_count'),
      },
    ];
  }
}

function valueOf(series: readonly SelfSample[], suffix: string): number {
  return series.find(({ name }) => name.endsWith(suffix))?.value ?? 0;
}

function dataPoint<T>(attributes: SelfSample['labels'], value: T, { since, until }: Counted): DataPoint<T> {
  return { startTime: hrTime(since), endTime: hrTime(until), attributes, value };
}

/** UCUM's words. */
function unitOf(name: string): string {
  const base = name.replace(/_total$/, '');
  if (base.endsWith('_seconds')) return 's';
  return base.endsWith('_bytes') ? 'By' : '1';
}
