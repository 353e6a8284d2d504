import { z } from 'zod';
import { askingSeldom, SAY_EVERY_MS } from '../../src/collect/ask-seldom.ts';
import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { ClientFor } from './client-for.ts';
import { serverDataset } from './instance-schema.ts';

const EVERY_MS = 300_000;
const answerSchema = z.object({
  isInMaintenanceMode: z.boolean(),
  isUpgradeAvailable: z.boolean(),
  isPotentialClone: z.boolean(),
});

/** Reads what the server says of itself. */
export function createServerPoll(clientFor: ClientFor): PollCollector {
  const askSeldom = askingSeldom(EVERY_MS, answerSchema);

  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const status = await askSeldom(context, () => clientFor(tenant).serverStatus(context.signal));
    const values = {
      octopus_server_maintenance_mode: Number(status.isInMaintenanceMode),
      octopus_server_upgrade_available: Number(status.isUpgradeAvailable),
      octopus_server_potential_clone: Number(status.isPotentialClone),
    };
    yield [{ dataset: serverDataset, time: context.clock.now(), dimensions: {}, values }];
  }

  return { name: 'octopus-api/server', datasets: [serverDataset], intervalMs: SAY_EVERY_MS, poll };
}
