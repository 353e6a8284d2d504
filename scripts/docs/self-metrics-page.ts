import type { SelfMetric } from '../../src/model/self-metrics.ts';
import { code, codeList, page, table } from './markdown.ts';

/** The reference of what the agent says about itself. */
export function selfMetricsPage(metrics: Readonly<Record<string, SelfMetric>>): string {
  const rows = Object.entries(metrics)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, { type, help, labels, buckets }]) => [
      code(name),
      type,
      codeList(labels),
      buckets === undefined ? help : `${help} Buckets: ${buckets.join(', ')}.`,
    ]);
  return page('Metrics of the agent itself', [
    `Served at \`/metrics\` for any Prometheus, and readable by rules of the agent itself. The declarations are in \`src/model/self-metrics.ts\`. How each poll went is a dataset of its own, [poll](metrics.md#poll): rules can read it.`,
    table(['metric', 'type', 'labels', 'meaning'], rows),
  ]);
}
