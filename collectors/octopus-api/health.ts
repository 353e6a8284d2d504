import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { ClientFor } from './client-for.ts';
import { clusterHealthDataset } from './schema.ts';

/** Reads the instance's own judgement of itself; 418 is an answer, not a failure. */
export function createHealthPoll(clientFor: ClientFor): PollCollector {
  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const health = await clientFor(tenant).health(context.signal);
    const values = {
      octopus_cluster_operating_normally: Number(health.operatingNormally),
      octopus_cluster_read_only: Number(health.readOnly),
      octopus_cluster_draining: Number(health.draining),
      octopus_cluster_license_compliant:
        health.licenseCompliant === undefined ? undefined : Number(health.licenseCompliant),
    };
    yield [{ dataset: clusterHealthDataset, time: context.clock.now(), dimensions: {}, values }];
  }

  return { name: 'octopus-api/health', datasets: [clusterHealthDataset], intervalMs: 30_000, poll };
}
