import { z } from 'zod';
import { askingSeldom, SAY_EVERY_MS } from '../../src/collect/ask-seldom.ts';
import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { ClientFor } from './client-for.ts';
import { schedulerDataset } from './instance-schema.ts';

const EVERY_MS = 300_000;
const answerSchema = z.object({ isRunning: z.boolean(), enabledJobs: z.number(), disabledJobs: z.number() });

/** Reads whether the server's own jobs run. */
export function createSchedulerPoll(clientFor: ClientFor): PollCollector {
  const askSeldom = askingSeldom(EVERY_MS, answerSchema);

  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const { isRunning, enabledJobs, disabledJobs } = await askSeldom(context, () =>
      clientFor(tenant).scheduler(context.signal),
    );
    const values = {
      octopus_scheduler_running: Number(isRunning),
      octopus_scheduler_jobs_enabled: enabledJobs,
      octopus_scheduler_jobs_disabled: disabledJobs,
    };
    yield [{ dataset: schedulerDataset, time: context.clock.now(), dimensions: {}, values }];
  }

  return { name: 'octopus-api/scheduler', datasets: [schedulerDataset], intervalMs: SAY_EVERY_MS, poll };
}
