import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import type { Point } from '../../src/model/point.ts';
import type { AzurePollSpec } from './azure-poll.ts';
import { numberAt, textAt, type JsonFields } from './json-fields.ts';
import { quotaPoint } from './quota-point.ts';

/** Half of the lookback: one poll that fails makes no gap. */
const INTERVAL_MS = 150_000;

/** Lists that Azure keeps itself: what a subscription uses in a location, and how much it may. */
interface UsageList {
  readonly provider: 'Compute' | 'Network' | 'Storage' | 'Sql';
  /** Where the numbers of an entry are. */
  readonly numbers: readonly string[];
  /** By Azure's name; others are named by their own in snake case. */
  readonly names: Readonly<Record<string, string>>;
}

const LISTS: readonly UsageList[] = [
  {
    provider: 'Compute',
    numbers: [],
    names: { cores: 'compute_cores', virtualMachines: 'compute_virtual_machines' },
  },
  { provider: 'Network', numbers: [], names: {} },
  { provider: 'Storage', numbers: [], names: { StorageAccounts: 'storage_accounts' } },
  { provider: 'Sql', numbers: ['properties'], names: {} },
];

/** One poll for each provider, so that a permission that is missing fails that one alone. */
export const usagePolls: readonly AzurePollSpec[] = LISTS.map((list) => {
  const provider = list.provider.toLowerCase();
  return {
    name: `azure/${provider}-quotas`,
    datasets: [quotaDataset],
    intervalMs: INTERVAL_MS,
    actions: [`Microsoft.${list.provider}/locations/usages/read`],
    async *read({ arm, account, locations, context, signal }) {
      for (const region of locations) {
        const path = `/providers/Microsoft.${list.provider}/locations/${region}/usages`;
        const usages = await arm.list(path, signal);
        yield usages.flatMap((usage) => usagePoint(usage, list, { account, region }, context.clock.now()));
      }
    },
  };
});

function usagePoint(
  usage: JsonFields,
  { provider, numbers, names }: UsageList,
  place: { readonly account: string; readonly region: string },
  time: number,
): readonly Point[] {
  const name = textAt(usage, 'name', 'value') ?? textAt(usage, 'name');
  const used = numberAt(usage, ...numbers, 'currentValue');
  const limit = numberAt(usage, ...numbers, 'limit');
  // Families of machines that nobody uses are a hundred in each location.
  if (
    name === undefined ||
    used === undefined ||
    limit === undefined ||
    (used === 0 && names[name] === undefined)
  )
    return [];
  const quota = names[name] ?? `${provider.toLowerCase()}_${snakeCase(name)}`;
  return [quotaPoint({ ...place, quota }, used, limit, time)];
}

/** `standardDSv3Family` is `standard_dsv3_family`, `PublicIPAddresses` is `public_ip_addresses`. */
export function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]{2,})([A-Z][a-z]{2,})/g, '$1_$2')
    .replaceAll(/[^A-Za-z\d]+/g, '_')
    .toLowerCase();
}
