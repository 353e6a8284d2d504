import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  SELF_METRICS,
  type SelfMetric,
  type SelfMetricFamily,
  type SelfMetrics,
  type SelfSample,
} from '../model/self-metrics.ts';

interface MetricValue {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  /** Of a part of a histogram. */
  readonly metricName?: string;
}

const table: Readonly<Record<string, SelfMetric>> = SELF_METRICS;

/** The agent's own metrics, and their text. */
export interface PrometheusMetrics extends SelfMetrics {
  /** Prometheus text format 0.0.4. */
  exposition(): Promise<string>;
  /** Every row of the table and its values now. */
  families(): Promise<readonly SelfMetricFamily[]>;
}

/**
 * Registers every row of `SELF_METRICS`; a counter without labels starts at 0.
 * @param beforeRead sets what is only known when it is looked at
 */
export function createPrometheusMetrics(beforeRead: () => void = () => {}): PrometheusMetrics {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, metric] of Object.entries(table)) {
    const common = { name, help: metric.help, labelNames: [...metric.labels], registers: [registry] };
    if (metric.type === 'counter') counters.set(name, new Counter(common));
    else if (metric.type === 'gauge') gauges.set(name, new Gauge(common));
    else histograms.set(name, new Histogram({ ...common, buckets: [...(metric.buckets ?? [])] }));
  }
  return {
    increment: (name, labels = {}, by = 1) => counters.get(name)?.inc({ ...labels }, by),
    set: (name, value, labels = {}) => gauges.get(name)?.set({ ...labels }, value),
    observe: (name, value, labels = {}) => histograms.get(name)?.observe({ ...labels }, value),
    exposition() {
      beforeRead();
      return registry.metrics();
    },
    async families() {
      beforeRead();
      return (await registry.getMetricsAsJSON()).map(({ name, values }) => ({
        name,
        metric: table[name] ?? { type: 'gauge', help: '', labels: [] },
        samples: values.map((value) => toSample(name, value)),
      }));
    },
  };
}

function toSample(family: string, value: MetricValue): SelfSample {
  const labels = Object.entries(value.labels).map(([name, text]) => [name, String(text)]);
  return { name: value.metricName ?? family, labels: Object.fromEntries(labels), value: value.value };
}
