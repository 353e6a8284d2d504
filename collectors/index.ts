import type { LineCollector } from '../src/collect/contract.ts';
import { pollDataset } from '../src/collect/poll-dataset.ts';
import type { Dataset } from '../src/model/dataset.ts';
import { createLegacyMetrics, type LegacyMetricsSettings } from './legacy-metrics/index.ts';
import { octopusApiDatasets } from './octopus-api/schema.ts';
import { octopusServerLog } from './octopus-server-log/index.ts';
import { octopusTaskLog } from './octopus-task-log/index.ts';
import { octopusWebLog } from './octopus-web-log/index.ts';
import { otlpTrace } from './otlp-trace/index.ts';

export { createOctopusApi } from './octopus-api/index.ts';

/** Collectors of files without settings. Where two of a kind declare one dataset, the first is believed. */
const LINE_COLLECTORS: readonly LineCollector[] = [
  octopusServerLog,
  octopusWebLog,
  octopusTaskLog,
  otlpTrace,
];

/** Every collector of files, by the settings of `collectors`. @throws Failure `invalid` for settings that cannot be */
export function createLineCollectors(settings: {
  readonly 'legacy-metrics': LegacyMetricsSettings;
}): readonly LineCollector[] {
  return [...LINE_COLLECTORS, createLegacyMetrics(settings['legacy-metrics'])];
}

/** Every dataset that octowatch writes, each once: of all collectors, and the agent's own. */
export const datasets: readonly Dataset[] = [
  ...new Set<Dataset>([
    ...octopusApiDatasets,
    ...LINE_COLLECTORS.flatMap((collector) => collector.datasets),
    pollDataset,
  ]),
];
