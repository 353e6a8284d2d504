import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PollCollector, Target } from '../../src/collect/contract.ts';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { Point } from '../../src/model/point.ts';
import { MemorySeries } from '../../src/promql/memory-series.ts';
import { inertDeps } from '../../test/contract/inert-deps.ts';
import { pollerOf } from '../capacity/testing/polled.ts';
import { toUnits } from './amount.ts';
import type { BillBook } from './bill.ts';
import { createClosedDays, type ClosedDays } from './closed-days.ts';
import { parseLedgerState } from './ledger-state.ts';
import { createTenants } from './tenants.ts';
import { container, node, write, type Samples } from './testing/samples.ts';

const MIDNIGHT = Date.UTC(2026, 10, 10);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ROUND = 120_000;

function instance(tenant: string, info: Target['info'] = {}): Target {
  return { tenant, url: `http://${tenant}.example`, info, files: {}, timeZone: 'UTC' };
}

/** Costs of a fleet that goes on as it is; times are from a midnight. */
function world(cost: object, first: readonly Target[]) {
  const series = new MemorySeries();
  const { collectors } = configSchema.parse({ collectors: { cost } });
  const settings = (): typeof collectors => collectors;
  const book: BillBook = { days: [] };
  let targets = first;
  const states = new Map<string, JsonValue>();
  let started = start();
  const fleet = fleetOf(() => targets);
  const tenants = pollerOf(named('tenants'), fleet);
  const keep = pollerOf(named('days'), fleet);
  let now = MIDNIGHT;
  let points: readonly Point[] = [];

  function start(): Record<'tenants' | 'days', PollCollector> {
    const closed: ClosedDays = { kept: undefined, durable: new Set(), counted: [] };
    const deps = { ...inertDeps(), series, settings };
    return { tenants: createTenants(deps, closed), days: createClosedDays(settings, closed, book) };
  }

  /** The collector as it is since the last start; its state lives on. */
  function named(name: 'tenants' | 'days'): PollCollector {
    return {
      ...started[name],
      async *poll(target, context) {
        yield* started[name].poll(target, context);
        states.set(name, context.state);
      },
    };
  }

  /** Goes on for so many ms, all samples as they are. */
  async function pass(ms: number, samples: Samples = {}): Promise<void> {
    for (const until = now + ms; now < until;) {
      now += ROUND;
      write(series, now, samples);
      points = await tenants(now);
      if (((now - MIDNIGHT) / ROUND) % 15 === 0) await keep(now);
    }
  }

  /** By tenant and component, rounded to a cent. */
  function costs(metric = 'cost_month_to_date'): Record<string, string> {
    const found = points.flatMap(({ tenant = '', dimensions, values }) => {
      const value = values[metric];
      const name = [tenant === '' ? '-' : tenant, dimensions['component'] ?? ''].join(' ').trim();
      return typeof value === 'number' ? [[name, value.toFixed(2)] as const] : [];
    });
    return Object.fromEntries(found);
  }

  return {
    pass,
    costs,
    book,
    keep: () => keep(now),
    daysIn: (name: 'tenants' | 'days') => parseLedgerState(states.get(name) ?? null)?.days.length,
    restart: () => (started = start()),
    set: (...next: readonly Target[]) => (targets = next),
    points: () => points,
  };
}

/** One poll begins the ledger, so all is of the time after it. */
async function begun(cost: object, fleet: readonly Target[]): Promise<ReturnType<typeof world>> {
  const created = world(cost, fleet);
  await created.pass(ROUND);
  return created;
}

describe('what tenants cost', () => {
  test('in a cluster: the greater of request and use of each container; idle in their proportion, nobody’s pods too', async () => {
    const prices = { vcpu_hour: 0.1, gib_hour: 0.01 };
    const { pass, costs } = await begun({ prices }, [instance('acme'), instance('globex')]);
    await pass(10 * HOUR, {
      // 0.2 + 0.04 by request; 0.1 + 0.02 by use of the CPU and request of memory; 0.12 of the system
      ...container('acme', { cpu: 2, gib: 4, usedCpu: 1, usedGib: 1 }),
      ...container('globex', { cpu: 0.1, gib: 2, usedCpu: 1 }),
      ...container('', { cpu: 1, gib: 2 }),
      // 0.8 + 0.16 in all: as much idle as taken
      ...node(8, 16),
    });
    assert.deepEqual(costs(), {
      '- compute': '1.20',
      '- compute_idle': '1.20',
      'acme compute': '2.40',
      'acme compute_idle': '2.40',
      'globex compute': '1.20',
      'globex compute_idle': '1.20',
    });
  });

  test('a cluster that is full to the brim costs what it costs', async () => {
    const { pass, costs } = await begun({ prices: { vcpu_hour: 1 } }, [instance('acme'), instance('globex')]);
    await pass(HOUR, {
      ...container('acme', { cpu: 3, gib: 1 }),
      ...container('globex', { cpu: 1, gib: 1 }),
      ...node(2, 8),
    });
    assert.deepEqual(costs(), { 'acme compute': '1.50', 'globex compute': '0.50' });
  });

  test('a label that names no tenant of the fleet is nobody, and what waits for a node costs nothing', async () => {
    const { pass, costs } = await begun({ prices: { vcpu_hour: 1 } }, [instance('acme')]);
    const pending = 'kube_pod_container_resource_requests|tenant=acme,pod=x,resource=cpu';
    await pass(HOUR, { ...container('stranger', { cpu: 1, gib: 1 }), [pending]: 8 });
    assert.deepEqual(costs(), { '- compute': '1.00' });
  });

  test('on machines of their own: by type while they run, and the credits they have to pay for', async () => {
    const prices = { instance_types: { 't2.medium': 0.05 }, surplus_vcpu_hour: 0.096 };
    const { pass, costs, points } = await begun({ prices }, [instance('acme'), instance('globex')]);
    const running = 'instance_type=t2.medium,instance_state=running';
    await pass(10 * HOUR, {
      [`aws_ec2_info|tenant=acme,instance_id=i-1,${running}`]: 1,
      [`aws_ec2_cpu_surplus_credits_charged|tenant=acme,instance_id=i-1`]: 5,
      'aws_ec2_info|tenant=globex,instance_id=i-2,instance_type=t2.medium,instance_state=stopped': 1,
      [`aws_ec2_info|instance_id=i-3,${running}`]: 1,
      'aws_ec2_info|instance_id=i-4,instance_type=m5.large,instance_state=running': 1,
    });
    assert.deepEqual(costs(), { 'acme compute': '1.46', '- compute': '0.50' });
    assert.deepEqual(
      points()
        .filter(({ values }) => 'cost_unpriced_info' in values)
        .map(({ dimensions }) => dimensions),
      [{ kind: 'instance_type', name: 'm5.large' }],
    );
  });

  test('on a shared database server: all the same, while nobody knows better', async () => {
    const on = { database_server: 'sql-7' };
    const { pass, costs } = await begun(
      { prices: { database_servers: { 'db.m5.large': 0.4, 'sql-9': 0.1 } } },
      [instance('acme', on), instance('globex', on), instance('elsewhere', { database_server: 'sql-8' })],
    );
    await pass(10 * HOUR, {
      'aws_rds_info|database_server=sql-7,instance_class=db.m5.large': 1,
      'aws_rds_info|database_server=sql-9,instance_class=db.m5.large': 1,
    });
    assert.deepEqual(costs(), { 'acme database': '2.00', 'globex database': '2.00', '- database': '1.00' });
  });

  test('by load and size of their databases, where they are known; what is idle all bear alike', async () => {
    const cost = {
      prices: { database_servers: { 'StandardPool 100': 1 } },
      database_load_metric: 'db_dtus',
      database_storage_metric: 'db_bytes',
    };
    const on = { database_server: 'sql/pool-1' };
    const fleet = [instance('acme', on), instance('globex', on), instance('idle', on)];
    const { pass, costs } = await begun(cost, fleet);
    await pass(10 * HOUR, {
      'azure_sql_pool_databases|server=sql,pool=pool-1,sku=StandardPool 100': 3,
      'azure_sql_pool_dtu_ratio|server=sql,pool=pool-1': 0.4,
      'db_dtus|tenant=acme': 30,
      'db_dtus|tenant=globex': 10,
      'db_bytes|tenant=acme': 1e9,
      'db_bytes|tenant=globex': 1e9,
    });
    // 4 of 10 are used: acme has 3/4 of the load and 1/2 of the bytes.
    assert.deepEqual(costs(), {
      'acme database': '2.50',
      'acme database_idle': '2.00',
      'globex database': '1.50',
      'globex database_idle': '2.00',
      'idle database_idle': '2.00',
    });
  });

  test('volumes by what they ask for, and a share of all the rest', async () => {
    const cost = { prices: { storage_gib_month: 0.1, overhead_month: 300 } };
    const { pass, costs } = await begun(cost, [instance('acme'), instance('asleep', {})]);
    const gib = 2 ** 30;
    await pass(2.4375 * DAY, {
      'kube_persistentvolumeclaim_resource_requests_storage_bytes|tenant=acme,persistentvolumeclaim=data':
        100 * gib,
    });
    assert.deepEqual(costs(), {
      'acme storage': '0.80',
      'acme overhead': '12.01',
      'asleep overhead': '12.01',
    });
  });

  test('stops when what was seen is not seen any more, and goes on with who is new', async () => {
    const { pass, costs, set } = await begun({ prices: { instance_types: { 't2.medium': 60 } } }, [
      instance('acme'),
    ]);
    const machine = (tenant: string): Samples => ({
      [`aws_ec2_info|tenant=${tenant},instance_type=t2.medium,instance_state=running`]: 1,
    });
    await pass(HOUR, machine('acme'));
    await pass(HOUR);
    // The last sample counts for five minutes, to the round.
    assert.deepEqual(costs(), { 'acme compute': '64.00' });
    set(instance('globex'));
    await pass(HOUR, machine('globex'));
    assert.deepEqual(costs(), { '- gone': '64.00', 'globex compute': '60.00' });
  });
});

describe('what is said of it', () => {
  const machines = (types: Readonly<Record<string, string>>): Samples =>
    Object.fromEntries(
      Object.entries(types).map(([tenant, type]) => [
        `aws_ec2_info|tenant=${tenant},instance_id=i-${tenant},instance_type=${type},instance_state=running`,
        1,
      ]),
    );
  const cost = {
    prices: { instance_types: { small: 0.01, large: 0.1 }, overhead_month: 73.05 },
    target_month: 10,
    revenue_month: { standard: 50 },
  };
  const fleet = [instance('acme', { plan: 'standard' }), instance('trial', { plan: 'trial' })];

  test('nothing without prices and without a bill', async () => {
    const { points, pass } = await begun({}, fleet);
    await pass(HOUR, machines({ acme: 'large' }));
    assert.deepEqual(points(), []);
  });

  test('the last whole day, who is dormant, what nobody has, and the day before', async () => {
    const { pass, costs } = world(cost, fleet);
    const samples = {
      ...machines({ acme: 'large', trial: 'small', '': 'large' }),
      'octopus_activity_class_info|tenant=trial,class=dormant': 1,
    };
    await pass(DAY, samples);
    assert.equal(costs('cost_fleet_last_day')['-'], '7.43');
    assert.equal(costs('cost_fleet_day_before')['-'], undefined);
    await pass(DAY, { ...samples, ...machines({ acme: 'large' }) });
    const only = (metric: string): string | undefined => costs(metric)['-'];
    assert.deepEqual(costs('cost_last_day'), {
      'acme compute': '2.40',
      'acme overhead': '1.20',
      'trial compute': '0.24',
      'trial overhead': '1.20',
      '- compute': '2.40',
    });
    assert.equal(only('cost_fleet_last_day'), '7.44');
    assert.equal(only('cost_fleet_day_before'), '7.43');
    assert.equal(only('cost_dormant_last_day'), '1.44');
    assert.equal(only('cost_reclaimable_last_day'), '0.24');
    assert.equal(only('cost_dormant_tenants'), '1.00');
    assert.equal(only('cost_unallocated_last_day'), '2.40');
    assert.equal(only('cost_unallocated_ratio'), '0.32');
    assert.equal(only('cost_last_day_seen_ratio'), '1.00');
  });

  test('a month and its margin, once 7 days are known', async () => {
    const { pass, costs } = world(cost, fleet);
    const samples = machines({ acme: 'large', trial: 'small' });
    await pass(6 * DAY, samples);
    assert.deepEqual(costs('cost_vs_target_ratio'), {});
    await pass(DAY, samples);
    assert.deepEqual(costs('cost_month_projected'), { acme: '109.55', trial: '43.82' });
    assert.deepEqual(costs('cost_vs_target_ratio'), { acme: '10.96', trial: '4.38' });
    assert.deepEqual(costs('cost_margin_month'), { acme: '-59.55' });
  });

  test('goes on over restarts, whichever poll comes first, and is kept out of the state that is written often', async () => {
    const samples = machines({ acme: 'large', trial: 'small' });
    const whole = world(cost, fleet);
    const restarted = world(cost, fleet);
    for (const minutes of [1438, 4, 1500, 2, 26, 30, 2800, 14]) {
      await whole.pass(minutes * 60_000, samples);
      await restarted.pass(minutes * 60_000, samples);
      restarted.restart();
      await assert.rejects(restarted.pass(ROUND, samples), /the days before have not been read/);
      await restarted.keep();
      await whole.pass(ROUND, samples);
    }
    await whole.pass(ROUND, samples);
    await restarted.pass(ROUND, samples);
    assert.deepEqual(restarted.costs(), whole.costs());
    assert.deepEqual(restarted.costs('cost_last_day'), whole.costs('cost_last_day'));
    assert.ok(Object.keys(whole.costs('cost_last_day')).length > 0);
    assert.deepEqual([whole.daysIn('tenants'), whole.daysIn('days')], [1, 4]);
  });

  test('the bill beside the estimate of the same days', async () => {
    const billed = { ...cost, bill: { file: 'bill.csv' } };
    const { pass, costs, book, keep } = world(billed, fleet);
    await pass(2 * DAY, machines({ acme: 'large', trial: 'small' }));
    const [day] = [Math.floor(MIDNIGHT / DAY)];
    book.days = [
      {
        day,
        credits: toUnits(1),
        charges: [
          { component: 'compute', tenant: '', units: toUnits(5.27) },
          { component: 'overhead', tenant: '', units: toUnits(2) },
        ],
      },
    ];
    await keep();
    await pass(ROUND, machines({ acme: 'large', trial: 'small' }));
    const only = (metric: string): string | undefined => costs(metric)['-'];
    assert.deepEqual(
      ['cost_billed', 'cost_billed_estimate', 'cost_billed_credits', 'cost_billed_span_seconds'].map(only),
      ['7.27', '5.03', '1.00', '86400.00'],
    );
    assert.equal(only('cost_fleet_month_to_date'), (7.27 + 5.04 + 0.01).toFixed(2));
  });
});
