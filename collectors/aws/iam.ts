import { quotaDataset } from '../../src/collect/quota-dataset.ts';
import { createAwsPoll, type AwsPoll, type AwsPollDeps } from './aws-poll.ts';
import { QUOTA_PACE, quotaPoint } from './quota-point.ts';
import type { QuotaName } from './quota-table.ts';

/** Of `GetAccountSummary`: each has a key of this name, and one with `Quota` behind it. */
const SUMMARY = [
  ['Roles', 'iam_roles'],
  ['InstanceProfiles', 'iam_instance_profiles'],
  ['Policies', 'iam_policies'],
  ['Users', 'iam_users'],
  ['Groups', 'iam_groups'],
  ['ServerCertificates', 'iam_server_certificates'],
] as const satisfies readonly (readonly [string, QuotaName])[];

/** What IAM counts itself, once for the account. */
export function createIamPoll(deps: AwsPollDeps): AwsPoll {
  return createAwsPoll(
    {
      name: 'aws/iam',
      datasets: [quotaDataset],
      ...QUOTA_PACE,
      reads: 'aws-global',
      actions: ['iam:GetAccountSummary'],
      async read(reading) {
        const { SummaryMap = {} } = await reading.aws.call('iam:GetAccountSummary', {}, reading.signal);
        const counts = new Map<string, number>(Object.entries(SummaryMap));
        return SUMMARY.map(([key, quota]) =>
          quotaPoint(reading, { quota, used: counts.get(key), limit: counts.get(`${key}Quota`) }),
        );
      },
    },
    deps,
  );
}
