import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import type { AzurePollSpec } from './azure-poll.ts';
import { numberAt, textAt } from './json-fields.ts';
import { quotaPoint } from './quota-point.ts';
import { inLocations, lastOf } from './resource.ts';

/** Addresses of subnets: AKS with Azure CNI takes one for each pod. */
export const subnetPoll: AzurePollSpec = {
  name: 'azure/subnets',
  datasets: [quotaDataset],
  intervalMs: 150_000,
  actions: ['Microsoft.Network/virtualNetworks/read', 'Microsoft.Network/virtualNetworks/usages/read'],
  async *read({ arm, account, locations, context, signal }) {
    const networks = await arm.list('/providers/Microsoft.Network/virtualNetworks', signal);
    for (const { id, name, region } of inLocations(networks, locations)) {
      const usages = await arm.list(`${id}/usages`, signal);
      yield usages.flatMap((usage) => {
        const used = numberAt(usage, 'currentValue');
        const limit = numberAt(usage, 'limit');
        const subnet = lastOf(textAt(usage, 'id') ?? '');
        // Subnets that a service has taken over have no limit of their own: -1.
        if (used === undefined || limit === undefined || limit < 0 || subnet === '') return [];
        const place = { account, region, quota: 'subnet_addresses', resource: `${name}/${subnet}` };
        return [quotaPoint(place, used, limit, context.clock.now())];
      });
    }
  },
};
