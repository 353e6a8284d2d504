import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemorySeries } from '../../src/promql/memory-series.ts';
import { SeededRandom } from '../../src/simulator/random.ts';
import { createForecast } from './forecast.ts';
import { pollerOf, valuesOf } from './testing/polled.ts';
import { settingsWith, writeQuotas } from './testing/quotas.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 5, 1);
const DATABASES = { units: 1, more_of: [{ quota: 'rds_instances' }], each: 30 } as const;

/** The days left by the least of all methods; undefined without a forecast. */
function daysIn(values: Record<string, unknown>): number | undefined {
  const seconds = Object.values(values).filter((value) => typeof value === 'number');
  return seconds.length === 0 ? undefined : (Math.min(...seconds) * 1000) / DAY;
}

test('the 300 tenants of 10 database servers are seen to end two weeks ahead, over restarts', async () => {
  const series = new MemorySeries();
  const random = new SeededRandom('chain');
  const poll = pollerOf(createForecast({ series, settings: settingsWith({ rds_databases: DATABASES }) }));
  const told = new Map<number, number | undefined>();
  let databases = 20;
  let day = 0;
  for (; databases < 300; day++, databases += random.poisson(4)) {
    const servers = Math.ceil(databases / 30);
    const now = START + day * DAY;
    writeQuotas(series, now, [
      { quota: 'rds_instances', limit: 10, used: servers },
      ...Array.from({ length: servers }, (_, index) => ({
        quota: 'rds_databases',
        resource: `sql-${index}`,
        limit: 30,
        used: Math.min(30, databases - 30 * index),
      })),
    ]);
    const all = valuesOf(await poll(now), 'capacity_time_left_seconds');
    told.set(
      day,
      daysIn(Object.fromEntries(Object.entries(all).filter(([key]) => key.includes('rds_databases')))),
    );
  }
  const ahead = told.get(day - 14);
  assert.equal(told.get(5), undefined, 'not before 7 days were seen');
  assert.ok(ahead !== undefined && ahead > 9 && ahead < 21, `14 days before: ${ahead}`);
});

test('what nobody asks for by a tenant is forecast by resource, with its lead time', async () => {
  const series = new MemorySeries();
  const settings = settingsWith({}, { lead_times: { route53_records: 5 * DAY } });
  const poll = pollerOf(createForecast({ series, settings }));
  const zone = { quota: 'route53_records', region: '', limit: 10_000 };
  for (let day = 0; day < 8; day++) {
    writeQuotas(series, START + day * DAY, [
      { ...zone, resource: 'a.example', used: 5000 + 50 * day },
      { ...zone, resource: 'b.example', used: 10 },
      { quota: 'no_limit', used: 3 },
    ]);
    await poll(START + day * DAY);
  }
  const points = await poll(START + 7 * DAY);
  const left = valuesOf(points, 'capacity_time_left_seconds');
  assert.equal(left['aws prod route53_records a.example theil_sen_28d'], (4650 / 50) * 86_400);
  assert.equal(left['aws prod route53_records b.example theil_sen_28d'], 365 * 86_400);
  assert.deepEqual(valuesOf(points, 'capacity_act_below_seconds'), {
    'aws prod route53_records a.example': 10 * 86_400,
    'aws prod route53_records b.example': 10 * 86_400,
  });
});

test('a sample that is old is no sample of today', async () => {
  const series = new MemorySeries();
  const poll = pollerOf(createForecast({ series, settings: settingsWith({}) }));
  for (let day = 0; day < 10; day++) {
    writeQuotas(series, START + day * DAY, [{ quota: 'vpcs', limit: 100, used: 2 * day }]);
    await poll(START + day * DAY);
  }
  // Four days without a sample: they are a gap, not days without growth.
  for (let day = 10; day < 14; day++) {
    const left = valuesOf(await poll(START + day * DAY), 'capacity_time_left_seconds');
    assert.equal(left['aws prod us-west-2 vpcs theil_sen_28d'], 41 * 86_400, `day ${day}`);
  }
});

test('what a tenant takes has room in the book, however many other quotas there are', async () => {
  const series = new MemorySeries();
  const poll = pollerOf(createForecast({ series, settings: settingsWith({ node_pods: 1 }) }));
  const shares = Array.from({ length: 5500 }, (_, i) => ({
    quota: 'storage_file_share_bytes',
    resource: `files/${i}`,
    limit: 100,
    used: 10,
  }));
  writeQuotas(series, START, shares);
  let told: Record<string, unknown> = {};
  for (let day = 0; day < 7; day++) {
    const now = START + day * DAY;
    if (day > 0)
      writeQuotas(series, now, [{ quota: 'node_pods', resource: 'a', limit: 110, used: 20 + day }]);
    told = valuesOf(await poll(now), 'capacity_lead_time_seconds');
  }
  assert.ok(
    Object.keys(told).some((key) => key.includes('node_pods')),
    Object.keys(told).slice(0, 3).join(),
  );
});
