import { z } from 'zod';
import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { ActivityCalls } from '../../src/octopus/activity-calls.ts';
import { classOf, type DormancySettings } from './classify.ts';
import { activityClassDataset, dormancyDataset, dormancyDatasets } from './schema.ts';

/** Rules see a sample for 5 minutes: what is asked for once an hour is said more often. */
const INTERVAL_MS = 150_000;

export interface DormancyDeps {
  /** @throws Failure `invalid` when the tenant has no API */
  readonly clientFor: (tenant: string) => ActivityCalls;
  readonly settings: () => { readonly dormancy: DormancySettings };
}

/** Times in ms. What the audit log has no more is remembered. */
const memorySchema = z.object({
  askedAt: z.number(),
  /** Nothing is known of the time before, where nothing was found. */
  since: z.number(),
  login: z.number().nullable(),
  task: z.number().nullable(),
});
type Memory = z.output<typeof memorySchema>;

/** When each instance was last used by anybody but octowatch and the server itself. */
export function createDormancy({ clientFor, settings }: DormancyDeps): readonly PollCollector[] {
  async function* poll({ tenant, info }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const now = context.clock.now();
    const { dormancy } = settings();
    const known = memorySchema.safeParse(context.state).data;
    const isDue = known === undefined || now - known.askedAt >= dormancy.ask_every || known.askedAt > now;
    const memory = isDue ? await ask(clientFor(tenant), known, now, context.signal) : known;
    context.state = memory;
    yield pointsOf(memory, info['trial_ends'], dormancy, now);
  }

  return [{ name: 'dormancy/last-use', datasets: dormancyDatasets, intervalMs: INTERVAL_MS, poll }];
}

async function ask(
  client: ActivityCalls,
  known: Memory | undefined,
  now: number,
  signal: AbortSignal,
): Promise<Memory> {
  const found = await client.lastActivity(signal);
  return {
    askedAt: now,
    since: Math.min(known?.since ?? now, found.lookedBackTo ?? now),
    login: latest(known?.login, found.login),
    task: latest(known?.task, found.task),
  };
}

function pointsOf(
  { login, task, since }: Memory,
  trialEnds: string | undefined,
  settings: DormancySettings,
  time: number,
): Point[] {
  const dormantMs = Math.max(0, time - (latest(login, task) ?? since));
  return [
    {
      dataset: dormancyDataset,
      time,
      dimensions: {},
      values: {
        octopus_last_login_timestamp_seconds: inSeconds(login),
        octopus_last_user_task_timestamp_seconds: inSeconds(task),
        octopus_dormancy_seconds: Math.round(dormantMs / 1000),
      },
    },
    {
      dataset: activityClassDataset,
      time,
      dimensions: { class: classOf(dormantMs, trialEnds, settings, time) },
      values: { octopus_activity_class_info: 1 },
    },
  ];
}

function latest(...times: readonly (number | null | undefined)[]): number | null {
  const known = times.filter((time) => typeof time === 'number');
  return known.length === 0 ? null : Math.max(...known);
}

function inSeconds(ms: number | null): number | undefined {
  return ms === null ? undefined : ms / 1000;
}
