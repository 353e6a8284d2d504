import { createAwsClients } from '../../src/aws/clients.ts';
import type { Target } from '../../src/collect/contract.ts';
import { testPollContract, type Surroundings } from '../../test/contract/poll-collector-contract.ts';
import { wireAnswer } from './fixtures/wire-answer.ts';
import { createAws } from './index.ts';
import type { AwsSettings } from './settings.ts';

const REGIONAL = { kind: 'aws', name: 'main/eu-west-1' } as const;
const GLOBAL = { kind: 'aws-global', name: 'main/global' } as const;

const POLLS = [
  ['service-quotas', REGIONAL],
  ['ec2-quotas', REGIONAL],
  ['ebs-quotas', REGIONAL],
  ['vpc', REGIONAL],
  ['network', REGIONAL],
  ['rds-quotas', REGIONAL],
  ['storage-gateway', REGIONAL],
  ['elb', REGIONAL],
  ['acm', REGIONAL],
  ['cloudformation', REGIONAL],
  ['iam', GLOBAL],
  ['route53', GLOBAL],
] as const;

for (const [name, place] of POLLS)
  testPollContract({
    name: `aws/${name}`,
    place,
    fleet: [
      tenantOn('t-1', 'sql-1'),
      tenantOn('t-2', 'tcp:SQL-1.c0ffee.eu-west-1.rds.amazonaws.com,1433'),
      tenantOn('t-3', 'sql-3'),
      tenantOn('t-4', 'elsewhere'),
    ],
    create: (around) => pollOf(`aws/${name}`, around),
    answer: wireAnswer,
    golden: new URL(`fixtures/golden/${name}.json`, import.meta.url),
  });

function pollOf(name: string, { url, clock, metrics }: Surroundings): ReturnType<typeof createAws>[number] {
  const settings: AwsSettings = {
    accounts: [
      {
        name: 'main',
        regions: ['eu-west-1'],
        access_key_id: 'AKIDEXAMPLE',
        secret_access_key: 'secret',
        endpoint: url,
      },
    ],
    limits: {
      sqlserver_instances: 10,
      databases_per_instance: 30,
      databases_by_class: { 'db.m5.4xlarge': 100 },
      databases_by_instance: { reports: 0 },
    },
  };
  const aws = createAwsClients({
    clock,
    metrics,
    random: () => 0,
    rate: { perSecond: 1000, burst: 1000 },
    accounts: () => settings.accounts,
  });
  const found = createAws({ aws, settings: () => ({ aws: settings }) }).find((poll) => poll.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function tenantOn(tenant: string, server: string): Target {
  return { tenant, info: { database_server: server }, files: {}, timeZone: 'UTC' };
}
