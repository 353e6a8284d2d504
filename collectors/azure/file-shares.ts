import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { toFailure } from '../../src/model/failure.ts';
import type { AzurePollSpec } from './azure-poll.ts';
import { numberAt, textAt } from './json-fields.ts';
import { quotaPoint } from './quota-point.ts';
import { inLocations } from './resource.ts';

const GIB = 2 ** 30;
const INTERVAL_MS = 15 * 60_000;
/** Kinds of accounts that have a file service. */
const WITH_FILES: ReadonlySet<string> = new Set(['Storage', 'StorageV2', 'FileStorage']);

/** File shares: how full each is. How much one holds is told one by one. */
export const fileSharePoll: AzurePollSpec = {
  name: 'azure/file-shares',
  datasets: [quotaDataset],
  intervalMs: INTERVAL_MS,
  // One read for each share, five a second: enough for 4,000.
  deadlineMs: INTERVAL_MS,
  actions: [
    'Microsoft.Storage/storageAccounts/read',
    'Microsoft.Storage/storageAccounts/fileServices/shares/read',
  ],
  async *read({ arm, account, locations, context, signal }) {
    const accounts = await arm.list('/providers/Microsoft.Storage/storageAccounts', signal);
    for (const { id, name, region, fields } of inLocations(accounts, locations)) {
      if (!WITH_FILES.has(textAt(fields, 'kind') ?? '')) continue;
      const path = `${id}/fileServices/default/shares`;
      for (const share of await arm.list(path, signal)) {
        const shareName = textAt(share, 'name');
        const gibibytes = numberAt(share, 'properties', 'shareQuota');
        if (shareName === undefined || gibibytes === undefined) continue;
        const one = `${path}/${encodeURIComponent(shareName)}`;
        const stats = await arm.get(one, { $expand: 'stats' }, signal).catch(unlessGone);
        if (stats === undefined) continue;
        const used = numberAt(stats, 'properties', 'shareUsageBytes');
        const place = {
          account,
          region,
          quota: 'storage_file_share_bytes',
          resource: `${name}/${shareName}`,
        };
        yield [quotaPoint(place, used, gibibytes * GIB, context.clock.now())];
      }
    }
  },
};

/** Deleted since it was listed. */
function unlessGone(error: unknown): undefined {
  if (toFailure(error).reason !== 'not_found') throw error;
}
