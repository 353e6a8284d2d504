import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { SELF_METRICS, type SelfMetric, type SelfMetrics } from '../model/self-metrics.ts';

/** The agent's own metrics, and their text. */
export interface PrometheusMetrics extends SelfMetrics {
  /** Prometheus text format 0.0.4. */
  exposition(): Promise<string>;
}

/** Registers every row of `SELF_METRICS`; a counter without labels starts at 0. */
export function createPrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, metric] of Object.entries<SelfMetric>(SELF_METRICS)) {
    const common = { name, help: metric.help, labelNames: [...metric.labels], registers: [registry] };
    if (metric.type === 'counter') counters.set(name, new Counter(common));
    else if (metric.type === 'gauge') gauges.set(name, new Gauge(common));
    else histograms.set(name, new Histogram({ ...common, buckets: [...(metric.buckets ?? [])] }));
  }
  return {
    increment: (name, labels = {}, by = 1) => counters.get(name)?.inc({ ...labels }, by),
    set: (name, value, labels = {}) => gauges.get(name)?.set({ ...labels }, value),
    observe: (name, value, labels = {}) => histograms.get(name)?.observe({ ...labels }, value),
    exposition: () => registry.metrics(),
  };
}
