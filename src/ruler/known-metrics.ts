import { metricsOf, type Dataset, type MetricInfo } from '../model/dataset.ts';
import { SELF_METRICS, type SelfMetric } from '../model/self-metrics.ts';

/** What the check of rules knows of a metric. */
export type KnownMetric = Pick<MetricInfo, 'name' | 'type' | 'labels'>;

/** All metrics that rules can read, by name: those of datasets, and the agent's own. */
export function knownMetrics(datasets: readonly Dataset[]): ReadonlyMap<string, KnownMetric> {
  const own = Object.entries<SelfMetric>(SELF_METRICS).map(([name, { type, labels }]) => ({
    name,
    type,
    labels,
  }));
  return new Map([...datasets.flatMap(metricsOf), ...own].map((metric) => [metric.name, metric]));
}
