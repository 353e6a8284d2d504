import { createAws } from '../../../collectors/aws/index.ts';
import type { AwsClients } from '../../../src/aws/clients.ts';
import type { Target } from '../../../src/collect/contract.ts';
import { fleetOf } from '../../../src/collect/fleet-of.ts';
import { pollOnce } from '../../../src/collect/poll-once.ts';
import type { PollResult } from '../../../src/collect/running-poll.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { NO_METRICS } from '../../../src/model/self-metrics.ts';
import { systemClock } from '../../../src/system/system-clock.ts';
import { recordedLog } from '../../contract/recorded-log.ts';

const { collectors } = configSchema.parse({});

/** Polls of AWS by name, each once at a place; `only` those that are named. */
export async function pollPlace(
  aws: AwsClients,
  place: string,
  { fleet = [], only }: { readonly fleet?: readonly Target[]; readonly only?: readonly string[] } = {},
): Promise<Map<string, PollResult>> {
  const kind = place.endsWith('/global') ? 'aws-global' : 'aws';
  const target = { tenant: '', place: { kind, name: place }, info: {}, files: {}, timeZone: 'UTC' } as const;
  const results = new Map<string, PollResult>();
  const polls = createAws({ aws, settings: () => ({ aws: collectors.aws }) });
  for (const poll of polls.filter(({ name, reads }) => reads === kind && (only ?? [name]).includes(name))) {
    const options = {
      clock: systemClock,
      log: recordedLog().log,
      metrics: NO_METRICS,
      state: null,
      deadlineMs: 60_000,
      fleet: fleetOf(() => fleet),
      isSource: () => true,
    };
    results.set(poll.name, await pollOnce(poll, target, options, new AbortController().signal));
  }
  return results;
}

/** `[limit, used]` by quota, and by quota and resource. */
export function quotasOf(results: ReadonlyMap<string, PollResult>): Record<string, readonly unknown[]> {
  const points = [...results.values()].flatMap((result) => result.points);
  return Object.fromEntries(
    points
      .filter(({ dataset }) => dataset.name === 'quota')
      .map(({ dimensions: { quota = '', resource }, values }) => [
        resource === undefined ? quota : `${quota} ${resource}`,
        [values['cloud_quota_limit'], values['cloud_quota_used']],
      ]),
  );
}
