import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Clock, Http } from '../../src/model/ports.ts';
import type { SelfMetrics } from '../../src/model/self-metrics.ts';
import { aksPoll } from './aks.ts';
import { createArmClient, type ArmClient } from './arm-client.ts';
import { createAzurePoll, type AzurePoll } from './azure-poll.ts';
import { fileSharePoll } from './file-shares.ts';
import { aksClusterDataset, aksPoolDataset, sqlPoolDataset, sqlPoolLoadDataset } from './schema.ts';
import type { AzureSettings } from './settings.ts';
import { sqlPoolLoadPoll } from './sql-pool-load.ts';
import { sqlPoolPoll } from './sql-pools.ts';
import { subnetPoll } from './subnets.ts';
import { usagePolls } from './usage-polls.ts';

/** Everything the collector yields. */
export const azureDatasets = [
  quotaDataset,
  aksClusterDataset,
  aksPoolDataset,
  sqlPoolDataset,
  sqlPoolLoadDataset,
] as const;

export interface AzureDeps {
  readonly http: Http;
  readonly clock: Clock;
  readonly metrics: SelfMetrics;
  readonly settings: () => { readonly azure: AzureSettings };
}

/** Everything octowatch asks Azure, one poll per question. Polls of a subscription share its token and its budget of reads. */
export function createAzure(deps: AzureDeps): readonly AzurePoll[] {
  const clients = new Map<string, { readonly key: string; readonly client: ArmClient }>();

  /** Made anew when the settings of the subscription change. */
  function clientOf(place: string): ArmClient {
    const subscription = deps.settings().azure.subscriptions.find(({ name }) => name === place);
    if (subscription === undefined)
      throw new Failure('invalid', `no subscription ${place} in collectors.azure`);
    const key = JSON.stringify(subscription);
    const known = clients.get(place);
    if (known?.key === key) return known.client;
    const client = createArmClient(subscription, deps);
    clients.set(place, { key, client });
    return client;
  }

  const specs = [...usagePolls, subnetPoll, aksPoll, sqlPoolPoll, sqlPoolLoadPoll, fileSharePoll];
  return specs.map((spec) => ({
    ...createAzurePoll(spec, clientOf),
    forget: ({ place }) => Promise.resolve(void clients.delete(place?.name ?? '')),
  }));
}
