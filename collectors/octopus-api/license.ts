import { z } from 'zod';
import { askingSeldom, SAY_EVERY_MS } from '../../src/collect/ask-seldom.ts';
import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import type { Point } from '../../src/model/point.ts';
import { LIMIT_STATUSES, type LicenseLimit, type LicenseStatus } from '../../src/octopus/license.ts';
import type { ClientFor } from './client-for.ts';
import { licenseDataset, licenseLimitDataset } from './instance-schema.ts';

const EVERY_MS = 3_600_000;
const DAY_SECONDS = 86_400;

/** What is remembered; a value that the server does not tell is absent. */
const answerSchema = z.object({
  values: z.record(z.string(), z.number()),
  limits: z.array(
    z.object({ quota: z.string(), values: z.record(z.string(), z.number()), status: z.enum(LIMIT_STATUSES) }),
  ),
});
type Answer = z.output<typeof answerSchema>;

/** Reads what the license allows, and how near the instance is to it. */
export function createLicensePoll(clientFor: ClientFor): PollCollector {
  const askSeldom = askingSeldom(EVERY_MS, answerSchema);

  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const { values, limits } = await askSeldom(context, async () =>
      answerOf(await clientFor(tenant).license(context.signal)),
    );
    const time = context.clock.now();
    yield [
      { dataset: licenseDataset, time, dimensions: {}, values },
      ...limits.flatMap((limit) => limitPoints(limit, time)),
    ];
  }

  return {
    name: 'octopus-api/license',
    datasets: [licenseDataset, licenseLimitDataset, quotaDataset],
    intervalMs: SAY_EVERY_MS,
    poll,
  };
}

function answerOf({ daysToExpiry, limits, ...license }: LicenseStatus): Answer {
  const byQuota = new Map(limits.map((limit) => [limit.quota, limit]));
  return {
    values: told({
      octopus_license_compliant: license.isCompliant,
      octopus_license_remaining_seconds: daysToExpiry === undefined ? undefined : daysToExpiry * DAY_SECONDS,
      octopus_license_expiry_blocks: license.expiryBlocks,
      octopus_license_node_task_limit: license.nodeTaskLimit,
      octopus_license_cluster_task_limit: license.clusterTaskLimit,
    }),
    limits: [...byQuota.values()].map(({ quota, status, ...limit }) => ({
      quota,
      status,
      values: quotaValues(limit),
    })),
  };
}

function quotaValues({ limit, used }: Pick<LicenseLimit, 'limit' | 'used'>): Record<string, number> {
  return told({ cloud_quota_limit: limit, cloud_quota_used: used });
}

function limitPoints({ quota, values, status }: Answer['limits'][number], time: number): Point[] {
  const point: Point = {
    dataset: licenseLimitDataset,
    time,
    dimensions: { quota, status },
    values: { octopus_license_limit_status: 1 },
  };
  if (Object.keys(values).length === 0) return [point];
  return [{ dataset: quotaDataset, time, dimensions: { provider: 'octopus', quota }, values }, point];
}

function told(values: Readonly<Record<string, number | boolean | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, Number(value)]])),
  );
}
