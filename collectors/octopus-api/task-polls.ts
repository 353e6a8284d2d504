import type { PollCollector } from '../../src/collect/contract.ts';
import { canaryDataset, createCanary } from './canary.ts';
import type { ClientFor } from './client-for.ts';
import { createServerLogPoll, serverLogDataset, serverLogMissedDataset } from './server-log.ts';
import { taskWaitDatasets } from './task-wait-datasets.ts';
import { createTasksBlockedPoll } from './tasks-blocked.ts';

/** Datasets of the polls below. */
export const taskPollDatasets = [
  ...taskWaitDatasets,
  canaryDataset,
  serverLogDataset,
  serverLogMissedDataset,
] as const;

/** Why tasks wait, and how the server is seen from outside and by itself. */
export function createTaskPolls(clientFor: ClientFor): readonly PollCollector[] {
  return [createTasksBlockedPoll(clientFor), createCanary(clientFor), createServerLogPoll(clientFor)];
}
