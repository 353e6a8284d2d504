import type { LineCollector } from '../../src/collect/contract.ts';
import { webRequestDataset } from '../../src/octopus/web-request-dataset.ts';
import { WebLogParser } from './web-log-parser.ts';

/** Reads `Web-YYYY-MM-DD.log`, the server's log of web requests. */
export const octopusWebLog: LineCollector = {
  name: 'octopus-web-log',
  datasets: [webRequestDataset],
  createParser: ({ tenant }, isSource) => new WebLogParser({ tenant, emits: isSource(webRequestDataset) }),
};
