import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { ClientFor } from './client-for.ts';
import { instanceDataset } from './schema.ts';

/** Well under the 5 minutes that a series lives without a sample: joins by tenant must never miss. */
const INTERVAL_MS = 120_000;

/** Reads the version, and says what the configuration knows of the instance. */
export function createInstancePoll(clientFor: ClientFor): PollCollector {
  async function* poll(
    { tenant, url, info }: Target,
    context: CollectContext,
  ): AsyncIterable<readonly Point[]> {
    const { version } = await clientFor(tenant).serverInfo(context.signal);
    yield [
      {
        dataset: instanceDataset,
        time: context.clock.now(),
        dimensions: { ...known(info), version, url: url ?? '' },
        values: { octopus_instance_info: 1 },
      },
    ];
  }

  return { name: 'octopus-api/instance', datasets: [instanceDataset], intervalMs: INTERVAL_MS, poll };
}

/** Keys of `info` that are no dimension stay in the configuration. */
function known(info: Target['info']): Record<string, string> {
  return Object.fromEntries(Object.entries(info).filter(([name]) => name in instanceDataset.dimensions));
}
