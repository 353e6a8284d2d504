import type { SelfMetrics } from '../../src/model/self-metrics.ts';

/** Self metrics that a test can read: counts by name and labels, `name{a="b"}`. */
export function countedMetrics(): { metrics: SelfMetrics; counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const metrics: SelfMetrics = {
    increment(name, labels = {}, by = 1) {
      const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
      const key = `${name}{${pairs.join(',')}}`;
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    set() {},
    observe() {},
  };
  return { metrics, counts };
}
