import type { PollCollector } from '../../src/collect/contract.ts';
import { createHealthPoll } from './health.ts';
import { createInstancePolls, type InstancePollDeps } from './instance-polls.ts';
import { createInstancePoll } from './instance.ts';
import { createNodesPoll } from './nodes.ts';
import { createPing } from './ping.ts';
import { createTaskPolls } from './task-polls.ts';
import { createTasksActivePoll } from './tasks-active.ts';
import { createTasksCompletedPoll } from './tasks-completed.ts';

/** Everything octowatch asks an Octopus server, one poll per question. */
export function createOctopusApi(deps: InstancePollDeps): readonly PollCollector[] {
  const { clientFor } = deps;
  return [
    createPing(clientFor),
    createNodesPoll(clientFor),
    createHealthPoll(clientFor),
    createTasksActivePoll(clientFor),
    createTasksCompletedPoll(clientFor),
    createInstancePoll(clientFor),
    ...createTaskPolls(clientFor),
    ...createInstancePolls(deps),
  ];
}
