import type { LineCollector } from '../../src/collect/contract.ts';
import { taskDataset } from '../../src/octopus/task-dataset.ts';
import { webRequestDataset } from '../../src/octopus/web-request-dataset.ts';
import { logEventDataset } from './schema.ts';
import { ServerLogParser } from './server-log-parser.ts';

/** Reads `OctopusServer.txt`: requests, ended tasks, and the lines that tell of trouble. */
export const octopusServerLog: LineCollector = {
  name: 'octopus-server-log',
  datasets: [webRequestDataset, taskDataset, logEventDataset],
  createParser: ({ tenant, timeZone }, isSource) =>
    new ServerLogParser({
      tenant,
      timeZone,
      emits: {
        webRequest: isSource(webRequestDataset),
        task: isSource(taskDataset),
        logEvent: isSource(logEventDataset),
      },
    }),
};
