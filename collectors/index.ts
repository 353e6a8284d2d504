import type { LineCollector } from '../src/collect/contract.ts';
import { pollDataset } from '../src/collect/poll-dataset.ts';
import type { Dataset } from '../src/model/dataset.ts';
import { octopusApiDatasets } from './octopus-api/schema.ts';
import { octopusServerLog } from './octopus-server-log/index.ts';

export { createOctopusApi } from './octopus-api/index.ts';

/** Every collector of files. Where two of a kind declare one dataset, the first is believed. */
export const lineCollectors: readonly LineCollector[] = [octopusServerLog];

/** Every dataset that octowatch writes, each once: of all collectors, and the agent's own. */
export const datasets: readonly Dataset[] = [
  ...new Set<Dataset>([
    ...octopusApiDatasets,
    ...lineCollectors.flatMap((collector) => collector.datasets),
    pollDataset,
  ]),
];
