import { metricsOf, type Dataset, type MetricInfo } from '../model/dataset.ts';
import { SELF_METRICS, type SelfMetric } from '../model/self-metrics.ts';

/** What the check of rules knows of a metric. */
export interface KnownMetric extends Pick<MetricInfo, 'name' | 'type' | 'labels'> {
  /** ms between its samples, where it is polled. */
  readonly intervalMs?: number;
}

/**
 * All metrics that rules can read, by name: those of datasets, and the agent's own.
 * @param intervals ms between polls by the name of the dataset; the longest where several polls fill it
 */
export function knownMetrics(
  datasets: readonly Dataset[],
  intervals: ReadonlyMap<string, number> = new Map(),
): ReadonlyMap<string, KnownMetric> {
  const own = Object.entries<SelfMetric>(SELF_METRICS).map(([name, { type, labels }]) => ({
    name,
    type,
    labels,
  }));
  const polled = datasets.flatMap((dataset) => {
    const intervalMs = intervals.get(dataset.name);
    return metricsOf(dataset).map((metric) =>
      intervalMs === undefined ? metric : { ...metric, intervalMs },
    );
  });
  return new Map([...polled, ...own].map((metric) => [metric.name, metric]));
}
