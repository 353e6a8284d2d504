import { z } from 'zod';
import { SAY_EVERY_MS } from '../../src/collect/ask-seldom.ts';
import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { ProjectTrigger } from '../../src/octopus/project-trigger.ts';
import type { ClientFor } from './client-for.ts';
import { scheduledTriggersDataset } from './instance-schema.ts';
import { readingSpaces } from './space-rounds.ts';

const EVERY_MS = 300_000;
/** What processes scheduled triggers; the server looks every 30 s whether one is due (OctopusDeploy/Issues 8485, 9408). */
const TASK = 'RecurringScheduledDeployments';

/** Reads when scheduled triggers were last processed, and whether there are any. */
export function createScheduledTriggersPoll(clientFor: ClientFor): PollCollector {
  const readSpaces = readingSpaces(EVERY_MS, z.number());

  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const client = clientFor(tenant);
    const { tasks, clockOffset } = await client.lastFinished(TASK, context.signal);
    const ends = tasks.flatMap(({ completedTime }) => (completedTime === undefined ? [] : [completedTime]));
    const lastRun = ends.length === 0 ? undefined : Math.max(...ends) - clockOffset;
    const spaces = await readSpaces(client, context, async (space) =>
      countScheduled(await client.projectTriggers(space, context.signal)),
    );
    const values = {
      octopus_scheduled_triggers: spaces.reduce((sum, { known }) => sum + known, 0),
      octopus_scheduled_triggers_last_run_timestamp_seconds:
        lastRun === undefined ? undefined : lastRun / 1000,
    };
    yield [{ dataset: scheduledTriggersDataset, time: context.clock.now(), dimensions: {}, values }];
  }

  return {
    name: 'octopus-api/scheduled-triggers',
    datasets: [scheduledTriggersDataset],
    intervalMs: SAY_EVERY_MS,
    deadlineMs: 30_000,
    poll,
  };
}

function countScheduled(triggers: readonly ProjectTrigger[]): number {
  return triggers.filter(({ isEnabled, isScheduled }) => isEnabled && isScheduled).length;
}
