import type { PollCollector } from '../../src/collect/contract.ts';
import type { ClientFor } from './client-for.ts';
import { createHealthPoll } from './health.ts';
import { createInstancePoll } from './instance.ts';
import { createNodesPoll } from './nodes.ts';
import { createPing } from './ping.ts';
import { createTasksActivePoll } from './tasks-active.ts';
import { createTasksCompletedPoll } from './tasks-completed.ts';

/** Everything octowatch asks an Octopus server, one poll per question. */
export function createOctopusApi({ clientFor }: { clientFor: ClientFor }): readonly PollCollector[] {
  return [
    createPing(clientFor),
    createNodesPoll(clientFor),
    createHealthPoll(clientFor),
    createTasksActivePoll(clientFor),
    createTasksCompletedPoll(clientFor),
    createInstancePoll(clientFor),
  ];
}
