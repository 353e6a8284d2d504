import { createOctopusApi, datasets } from '../../collectors/index.ts';

/** Every dataset and every poll: for the command line and the reference pages. */
export const registry = { datasets, pollCollectors: createOctopusApi };
