import { createAwsClients } from '../../src/aws/clients.ts';
import { testPollContract, type Surroundings } from '../../test/contract/poll-collector-contract.ts';
import type { AwsPoll } from './aws-poll.ts';
import { healthAnswer } from './fixtures/health-answer.ts';
import { createAwsHealth } from './health.ts';

const SQL_7 = 'sql-7.c0ffee.eu-west-1.rds.amazonaws.com';
const base = { files: {}, timeZone: 'UTC' };

for (const name of ['ec2', 'ec2-credits', 'launches', 'rds'])
  testPollContract({
    name: `aws/${name}`,
    place: { kind: 'aws', name: 'main/eu-west-1' },
    fleet: [
      { ...base, tenant: 'zenith', info: { instance_id: 'i-0aa0000000000002', database_server: SQL_7 } },
      { ...base, tenant: 'apex', info: { database_server: SQL_7 } },
      { ...base, tenant: 'crest', info: { database_server: 'tcp:SQL-7,1433' } },
    ],
    create: (around) => pollOf(`aws/${name}`, around),
    answer: healthAnswer,
    golden: new URL(`fixtures/golden/${name}.json`, import.meta.url),
  });

function pollOf(name: string, { url, clock, metrics }: Surroundings): AwsPoll {
  const account = {
    name: 'main',
    regions: ['eu-west-1'],
    access_key_id: 'AKIDEXAMPLE',
    secret_access_key: 'secret',
    endpoint: url,
  };
  const settings = {
    accounts: [account],
    tenant_tag: 'octopus-tenant',
    limits: {
      sqlserver_instances: 10,
      databases_per_instance: 30,
      databases_by_class: {},
      databases_by_instance: {},
    },
  };
  const rate = { perSecond: 1000, burst: 1000 };
  const aws = createAwsClients({ clock, metrics, random: () => 0, rate, accounts: () => [account] });
  const found = createAwsHealth({ aws, settings: () => ({ aws: settings }) }).find(
    (poll) => poll.name === name,
  );
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}
