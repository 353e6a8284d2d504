import { createLineCollectors, datasets } from '../../collectors/index.ts';

/** Every dataset and every reader of files: for the command line and the reference pages. */
export const registry = { datasets, lineCollectors: createLineCollectors };
