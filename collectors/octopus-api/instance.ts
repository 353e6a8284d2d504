import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { ClientFor } from './client-for.ts';
import { instanceDataset } from './schema.ts';

/** Well under the 5 minutes that a series lives without a sample: joins by tenant must never miss. */
const INTERVAL_MS = 120_000;

/**
 * Reads the version, and says what the configuration knows of the instance; that also when it does not answer, with the
 * version that it had last: who is woken asks where it runs.
 */
export function createInstancePoll(clientFor: ClientFor): PollCollector {
  async function* poll(target: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    try {
      const { version } = await clientFor(target.tenant).serverInfo(context.signal);
      context.state = version;
    } catch (error) {
      yield [pointOf(target, context)];
      throw error;
    }
    yield [pointOf(target, context)];
  }

  const datasets = [instanceDataset];
  return { name: 'octopus-api/instance', datasets, probes: datasets, intervalMs: INTERVAL_MS, poll };
}

function pointOf({ info, url = '' }: Target, { clock, state }: CollectContext): Point {
  const version = typeof state === 'string' ? { version: state } : {};
  return {
    dataset: instanceDataset,
    time: clock.now(),
    dimensions: { ...known(info), ...version, url },
    values: { octopus_instance_info: 1 },
  };
}

/** Keys of `info` that are no dimension stay in the configuration. */
function known(info: Target['info']): Record<string, string> {
  return Object.fromEntries(Object.entries(info).filter(([name]) => name in instanceDataset.dimensions));
}
