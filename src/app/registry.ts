import { createLineCollectors, createOctopusApi, datasets } from '../../collectors/index.ts';

/** Every dataset, every poll and every reader of files: for the command line and the reference pages. */
export const registry = {
  datasets,
  pollCollectors: createOctopusApi,
  lineCollectors: createLineCollectors,
};
