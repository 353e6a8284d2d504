import type { PollCollector } from '../../src/collect/contract.ts';
import { cpuQuestion } from './cpu.ts';
import { createDiskQuestion } from './disk.ts';
import { filesQuestion } from './files.ts';
import { createHostPoll, type HostDeps } from './host-poll.ts';
import { memoryQuestion } from './memory.ts';
import { networkQuestion } from './network.ts';

/** The polls of the machine or container that the agent runs on, a question each. */
export function createHost(deps: HostDeps): readonly PollCollector[] {
  return [cpuQuestion, memoryQuestion, createDiskQuestion(), networkQuestion, filesQuestion].map((question) =>
    createHostPoll(question, deps),
  );
}
