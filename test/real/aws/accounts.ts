import type { AwsAccount } from '../../../src/aws/account.ts';
import { createAwsClients, type AwsClients } from '../../../src/aws/clients.ts';
import { systemClock } from '../../../src/system/system-clock.ts';
import { countedMetrics } from '../../contract/counted-metrics.ts';

/** moto tells accounts apart by the role that was assumed; without one, all is in its own account. */
export const ACCOUNTS: readonly AwsAccount[] = [
  { name: 'main', regions: ['eu-west-1', 'us-east-1'] },
  { name: 'trials', regions: ['eu-west-1'], role_arn: 'arn:aws:iam::222222222222:role/octowatch' },
];

/** The accounts with the address of moto and a key that it takes. */
export function accountsAt(url: string, accounts = ACCOUNTS): AwsAccount[] {
  return accounts.map((account) => ({
    access_key_id: 'AKIDEXAMPLE',
    secret_access_key: 'secret',
    endpoint: url,
    ...account,
  }));
}

/** Clients of accounts, without the pace that AWS needs. */
export function clientsOf(
  accounts: readonly AwsAccount[],
): AwsClients & { readonly counts: Map<string, number> } {
  const { metrics, counts } = countedMetrics();
  const clients = createAwsClients({
    clock: systemClock,
    random: Math.random,
    metrics,
    rate: { perSecond: 1000, burst: 1000 },
    accounts: () => accounts,
  });
  return { ...clients, counts };
}
