import type { LineCollector } from '../../src/collect/contract.ts';
import { taskLogDataset } from './schema.ts';
import { TaskLogParser } from './task-log-parser.ts';

/** Reads raw task logs: warnings, errors, and whom tasks wait for. */
export const octopusTaskLog: LineCollector = {
  name: 'octopus-task-log',
  datasets: [taskLogDataset],
  createParser: ({ tenant, timeZone }, isSource) =>
    new TaskLogParser({ tenant, timeZone, emits: isSource(taskLogDataset) }),
};
