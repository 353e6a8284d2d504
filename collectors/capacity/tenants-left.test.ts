import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PointValue } from '../../src/model/point.ts';
import { MemorySeries } from '../../src/promql/memory-series.ts';
import type { NeedSetting } from './settings.ts';
import { createTenantsLeft } from './tenants-left.ts';
import { pollerOf, valuesOf } from './testing/polled.ts';
import { endQuota, settingsWith, writeQuotas, type TestQuota } from './testing/quotas.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 21);
const DATABASES: NeedSetting = { units: 1, more_of: [{ quota: 'rds_instances' }], each: 30 };

async function capacity(
  needs: Readonly<Record<string, NeedSetting>>,
  quotas: readonly TestQuota[],
): Promise<{
  left: Record<string, PointValue>;
  binding: Record<string, PointValue>;
  unknown: Record<string, PointValue>;
}> {
  const series = new MemorySeries();
  writeQuotas(series, NOW, quotas);
  const points = await pollerOf(createTenantsLeft({ series, settings: settingsWith(needs) }))(NOW);
  return {
    left: valuesOf(points, 'capacity_tenants_left'),
    binding: valuesOf(points, 'capacity_binding_quota_info'),
    unknown: valuesOf(points, 'capacity_quota_unknown'),
  };
}

function fleet(values: Record<string, PointValue>): PointValue | undefined {
  return values['fleet'];
}

describe('the tenants that one need leaves room for', () => {
  const cases: readonly [string, NeedSetting, readonly Omit<TestQuota, 'quota'>[], number][] = [
    ['are what is free over what one takes, rounded down', 2, [{ limit: 33, used: 10 }], 11],
    ['are none when more is used than allowed', 1, [{ limit: 5, used: 7 }], 0],
    [
      'add up over resources, of which none can be cut in two',
      2,
      [
        { resource: 'a', limit: 3, used: 0 },
        { resource: 'b', limit: 3, used: 0 },
      ],
      2,
    ],
    [
      'are those of one resource where only that will do',
      { units: 1, resource: 'b' },
      [
        { resource: 'a', limit: 30, used: 0 },
        { resource: 'b', limit: 4, used: 1 },
      ],
      3,
    ],
    [
      'leave what a tenant may have for itself aside',
      1,
      [
        { limit: 8, used: 0 },
        { tenant: 'acme', resource: 'x', limit: 99, used: 0 },
      ],
      8,
    ],
  ];
  for (const [name, need, quotas, expected] of cases)
    test(name, async () => {
      const { left } = await capacity(
        { boxes: need },
        quotas.map((quota) => ({ quota: 'boxes', ...quota })),
      );
      assert.equal(fleet(left), expected);
    });
});

describe('databases on servers that may be added', () => {
  test('10 servers of 30 databases are room for 300 tenants', async () => {
    const { left, binding } = await capacity({ rds_databases: DATABASES }, [
      { quota: 'rds_instances', limit: 10, used: 0 },
    ]);
    assert.equal(fleet(left), 300);
    assert.ok('fleet rds_instances aws/prod/us-west-2' in binding);
  });

  test('servers that are there bring what is free on them, those to come 30 each', async () => {
    const { left } = await capacity({ rds_databases: DATABASES }, [
      { quota: 'rds_instances', limit: 10, used: 3 },
      { quota: 'rds_databases', resource: 'sql-1', limit: 30, used: 30 },
      { quota: 'rds_databases', resource: 'sql-2', limit: 30, used: 12 },
      { quota: 'rds_databases', resource: 'sql-3', limit: 30, used: 5 },
    ]);
    assert.equal(fleet(left), 0 + 18 + 25 + 7 * 30);
  });

  test('of editions that each have a limit, those in use count; before the first server one', async () => {
    const need = { units: 1, more_of: [{ quota: 'rds_license_included_instances' }], each: 30 };
    const edition = { quota: 'rds_license_included_instances', limit: 10 };
    const readings = (used: number): TestQuota[] => [
      { ...edition, resource: 'sqlserver-ex', used: 0 },
      { ...edition, resource: 'sqlserver-se', used },
    ];
    assert.equal(fleet((await capacity({ rds_databases: need }, readings(8))).left), 60);
    assert.equal(fleet((await capacity({ rds_databases: need }, readings(0))).left), 300);
  });

  test('of 40 servers, 10 of an edition with licence: the edition binds', async () => {
    const more_of = [
      { quota: 'rds_instances' },
      { quota: 'rds_license_included_instances', resource: 'sqlserver-se' },
    ];
    const { left, binding } = await capacity({ rds_databases: { units: 1, more_of, each: 30 } }, [
      { quota: 'rds_instances', limit: 40, used: 12 },
      { quota: 'rds_license_included_instances', resource: 'sqlserver-se', limit: 10, used: 8 },
      { quota: 'rds_license_included_instances', resource: 'sqlserver-ex', limit: 10, used: 0 },
    ]);
    assert.equal(fleet(left), 60);
    assert.ok('fleet rds_license_included_instances sqlserver-se aws/prod/us-west-2' in binding);
  });

  test('a quota of servers that is not known brings nothing, and is told', async () => {
    const { left, unknown } = await capacity({ rds_databases: DATABASES }, [
      { quota: 'rds_instances', used: 3 },
      { quota: 'rds_databases', resource: 'sql-1', limit: 30, used: 12 },
    ]);
    assert.equal(fleet(left), 18);
    assert.deepEqual(unknown, { 'aws prod us-west-2 rds_databases': 1 });
  });
});

describe('needs that one resource has to meet', () => {
  const cluster = { provider: 'kubernetes', account: 'aks-1', region: '' };
  const nodes = [
    { ...cluster, quota: 'node_pods', resource: 'node-1', limit: 30, used: 28 },
    { ...cluster, quota: 'node_pods', resource: 'node-2', limit: 30, used: 10 },
    { ...cluster, quota: 'node_disks', resource: 'node-1', limit: 16, used: 4 },
    { ...cluster, quota: 'node_disks', resource: 'node-2', limit: 16, used: 15 },
  ];

  test('leave room on each for the least of them', async () => {
    const needs = { node_pods: { units: 1, together: 'node' }, node_disks: { units: 1, together: 'node' } };
    const { left, binding } = await capacity(needs, nodes);
    assert.equal(fleet(left), 2 + 1);
    assert.ok('fleet node_disks kubernetes/aks-1' in binding);
    assert.equal(fleet((await capacity({ node_pods: 1, node_disks: 1 }, nodes)).left), 13);
  });
});

describe('a cluster that adds nodes by itself', () => {
  const more_of = [{ quota: 'aks_pool_nodes', provider: 'azure' }];
  const needs = {
    node_pods: { units: 1, together: 'node', more_of },
    node_disks: { units: 1, together: 'node', more_of, each: 15 },
  };
  const cluster = { provider: 'kubernetes', account: 'aks-1', region: '' };
  const node = (resource: string, pods: number, disks: number): TestQuota[] => [
    { ...cluster, quota: 'node_pods', resource, limit: 30, used: pods },
    { ...cluster, quota: 'node_disks', resource: `${resource}/disk`, limit: 16, used: disks },
    { ...cluster, quota: 'node_disks', resource: `${resource}/file`, limit: 2, used: 0 },
  ];
  const pool = { provider: 'azure', account: 'sub-1', quota: 'aks_pool_nodes', used: 2 };

  test('has room on the nodes to come, as its cloud allows them', async () => {
    const { left, binding } = await capacity(needs, [
      ...node('node-1', 28, 4),
      ...node('node-2', 10, 15),
      { ...pool, resource: 'aks-1/pool-1', limit: 5 },
      { ...pool, resource: 'aks-2/pool-1', limit: 50 },
    ]);
    assert.equal(fleet(left), 2 + 3 + 3 * 15);
    assert.ok('fleet aks_pool_nodes aks-1/pool-1 azure/sub-1/us-west-2' in binding);
  });

  test('has that of its nodes alone where nobody knows', async () => {
    const { left } = await capacity(needs, [...node('node-1', 28, 4), ...node('node-2', 10, 15)]);
    assert.equal(fleet(left), 2 + 3);
  });
});

describe('the tenants that a fleet has room for', () => {
  const needs = { subnet_addresses: 1, ec2_standard_vcpus: 2 };

  test('are the least of its quotas in a region, and the sum over regions', async () => {
    const { left, binding } = await capacity(needs, [
      { quota: 'subnet_addresses', resource: 'subnet-1', limit: 4091, used: 4081 },
      { quota: 'subnet_addresses', resource: 'subnet-2', limit: 4091, used: 4071 },
      { quota: 'ec2_standard_vcpus', limit: 1000, used: 100 },
      { quota: 'subnet_addresses', resource: 'subnet-9', region: 'eu-west-2', limit: 4091, used: 0 },
      { quota: 'ec2_standard_vcpus', region: 'eu-west-2', limit: 32, used: 16 },
    ]);
    assert.deepEqual(left, {
      'region aws prod us-west-2': 30,
      'region aws prod eu-west-2': 8,
      'account aws prod': 38,
      'provider aws': 38,
      fleet: 38,
    });
    assert.deepEqual(Object.keys(binding).toSorted(), [
      'account aws prod subnet_addresses aws/prod/us-west-2',
      'fleet subnet_addresses aws/prod/us-west-2',
      'provider aws subnet_addresses aws/prod/us-west-2',
      'region aws prod eu-west-2 ec2_standard_vcpus aws/prod/eu-west-2',
      'region aws prod us-west-2 subnet_addresses aws/prod/us-west-2',
    ]);
  });

  test('are no more than an account allows over all its regions', async () => {
    const { left, binding } = await capacity({ ...needs, iam_roles: 1 }, [
      { quota: 'subnet_addresses', limit: 100, used: 0 },
      { quota: 'ec2_standard_vcpus', limit: 1000, used: 0 },
      { quota: 'iam_roles', region: '', limit: 1000, used: 985 },
    ]);
    assert.equal(fleet(left), 15);
    assert.ok('fleet iam_roles aws/prod' in binding);
  });

  test('are the least of several providers: a tenant takes of each', async () => {
    const { left, binding } = await capacity({ node_pods: 1, sql_elastic_pool_databases: 1 }, [
      {
        provider: 'kubernetes',
        account: 'aks-1',
        region: '',
        quota: 'node_pods',
        resource: 'node-1',
        limit: 30,
        used: 10,
      },
      {
        provider: 'kubernetes',
        account: 'aks-2',
        region: '',
        quota: 'node_pods',
        resource: 'node-1',
        limit: 30,
        used: 25,
      },
      { provider: 'azure', quota: 'sql_elastic_pool_databases', resource: 'pool-1', limit: 500, used: 493 },
    ]);
    assert.equal(left['provider kubernetes'], 25);
    assert.equal(fleet(left), 7);
    assert.ok('fleet sql_elastic_pool_databases pool-1 azure/prod/us-west-2' in binding);
  });

  test('count no region that lacks what a tenant takes elsewhere', async () => {
    const { left } = await capacity(needs, [
      { quota: 'subnet_addresses', limit: 100, used: 90 },
      { quota: 'ec2_standard_vcpus', limit: 1000, used: 100 },
      { quota: 'ec2_standard_vcpus', region: 'ap-southeast-2', limit: 1000, used: 0 },
    ]);
    assert.deepEqual(left['region aws prod ap-southeast-2'], undefined);
    assert.equal(fleet(left), 10);
  });

  test('are not told where nothing is known, only that it is unknown', async () => {
    const { left, unknown } = await capacity(needs, [{ quota: 'ec2_standard_vcpus', used: 12 }]);
    assert.deepEqual(left, {});
    assert.deepEqual(unknown, { 'aws prod us-west-2 ec2_standard_vcpus': 1 });
    assert.deepEqual((await capacity(needs, [])).unknown, {});
  });
});

describe('a quota that is read no more', () => {
  const quota = { quota: 'vpcs', limit: 5, used: 3 };
  const wide = { quota: 'subnet_addresses', limit: 4091, used: 0 };

  test('holds the number down, is told as unknown after max_age, and is forgotten in the end', async () => {
    const series = new MemorySeries();
    const poll = pollerOf(
      createTenantsLeft({ series, settings: settingsWith({ vpcs: 1, subnet_addresses: 1 }) }),
    );
    writeQuotas(series, NOW, [quota, wide]);
    const seen: unknown[] = [];
    for (const hours of [0, 1, 3, 24, 24 * 8]) {
      writeQuotas(series, NOW + hours * HOUR, [wide]);
      const points = await poll(NOW + hours * HOUR);
      const unknown = valuesOf(points, 'capacity_quota_unknown')['aws prod us-west-2 vpcs'];
      seen.push([hours, fleet(valuesOf(points, 'capacity_tenants_left')), unknown]);
    }
    assert.deepEqual(seen, [
      [0, 2, 0],
      [1, 2, 0],
      [3, 2, 1],
      [24, 2, 1],
      [192, 4091, undefined],
    ]);
  });

  test('is no more when a good poll no longer has it', async () => {
    const series = new MemorySeries();
    const poll = pollerOf(createTenantsLeft({ series, settings: settingsWith({ subnet_addresses: 1 }) }));
    const gone = { quota: 'subnet_addresses', resource: 'subnet-2' };
    writeQuotas(series, NOW, [
      { ...wide, resource: 'subnet-1' },
      { ...wide, ...gone },
    ]);
    assert.equal(fleet(valuesOf(await poll(NOW), 'capacity_tenants_left')), 8182);
    endQuota(series, NOW + 60_000, gone);
    assert.equal(fleet(valuesOf(await poll(NOW + 60_000), 'capacity_tenants_left')), 4091);
  });
});
