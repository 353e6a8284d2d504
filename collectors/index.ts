import { pollDataset } from '../src/collect/poll-dataset.ts';
import type { Dataset } from '../src/model/dataset.ts';
import { octopusApiDatasets } from './octopus-api/schema.ts';
import { octopusServerLog } from './octopus-server-log/index.ts';

export { createOctopusApi } from './octopus-api/index.ts';
export { octopusServerLog } from './octopus-server-log/index.ts';

/** Every dataset that octowatch writes, each once: of all collectors, and the agent's own. */
export const datasets: readonly Dataset[] = [
  ...new Set<Dataset>([...octopusApiDatasets, ...octopusServerLog.datasets, pollDataset]),
];
