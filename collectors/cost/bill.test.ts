import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { createAwsClients } from '../../src/aws/clients.ts';
import { fleetOf } from '../../src/collect/fleet-of.ts';
import { configSchema } from '../../src/config/schema.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { inertDeps } from '../../test/contract/inert-deps.ts';
import { startLoopbackServer, type Answer } from '../../test/contract/loopback-server.ts';
import { FIXTURE_TIME } from '../../test/contract/poll-collector-contract.ts';
import { pollerOf } from '../capacity/testing/polled.ts';
import { toMoney } from './amount.ts';
import { parseBill } from './bill-rows.ts';
import { createBill, type BillBook } from './bill.ts';
import { costExplorerPage } from './fixtures/cost-explorer.ts';

const HOUR = 3_600_000;
const FLEET = fleetOf(() => [{ tenant: 'acme', info: {}, files: {}, timeZone: 'UTC' }]);
const SERVICES = {
  'Amazon Elastic Compute Cloud - Compute': 'compute',
  'Amazon Relational Database Service': 'database',
};

/** Polls with these settings of the bill; `bill()` is what was read of it. */
function billing(bill: object, more: object = {}, around: Partial<ReturnType<typeof inertDeps>> = {}) {
  const { collectors } = configSchema.parse({
    collectors: { cost: { ...more, bill: { services: SERVICES, ...bill } } },
  });
  const book: BillBook = { days: [] };
  const poll = pollerOf(createBill({ ...inertDeps(), ...around, settings: () => collectors }, book), FLEET);

  function read(): string[] {
    return book.days.flatMap(({ day, charges, credits }) => {
      const date = new Date(day * 24 * HOUR).toISOString().slice(0, 10);
      const lines = charges.map(
        ({ component = '-', tenant, units }) =>
          `${date} ${component} ${tenant === '' ? '-' : tenant} ${toMoney(units)}`,
      );
      return credits > 0 ? [...lines, `${date} credits ${toMoney(credits)}`] : lines;
    });
  }

  return { poll, read };
}

describe('a bill in a file', () => {
  function file(t: TestContext, text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'octowatch-bill-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'bill.csv');
    writeFileSync(path, text);
    return path;
  }

  test('has a line for each day, service and tenant; a stranger is nobody, today is not over', async (t) => {
    const path = file(
      t,
      [
        'service,day,amount,tenant,region',
        'Amazon Elastic Compute Cloud - Compute,2026-11-20,1.5,acme,eu',
        'Amazon Elastic Compute Cloud - Compute,2026-11-20,0.25,acme,us',
        '"Amazon Relational Database Service",2026-11-20,3,somebody,',
        'Support,2026-11-20,2,,',
        'Credit,2026-11-20,-4,,',
        'Support,2026-11-21,1,,',
        'Support,2025-11-20,1,,',
      ].join('\r\n'),
    );
    const { poll, read } = billing({ file: path });
    const [point] = await poll(FIXTURE_TIME);
    assert.deepEqual(read(), [
      '2026-11-20 compute acme 1.75',
      '2026-11-20 database - 3',
      '2026-11-20 - - 2',
      '2026-11-20 credits 4',
    ]);
    assert.equal(point?.values['cost_bill_newest_day_timestamp_seconds'], Date.UTC(2026, 10, 21) / 1000);
  });

  test('is read again when it changed, and on the next day', async (t) => {
    const path = file(t, 'day,service,amount\n2026-11-20,Support,2\n2026-11-21,Support,3\n');
    const { poll, read } = billing({ file: path });
    await poll(FIXTURE_TIME);
    writeFileSync(path, 'day,service,amount\n2026-11-20,Support,22\n2026-11-21,Support,3\n');
    await poll(FIXTURE_TIME + HOUR);
    assert.deepEqual(read(), ['2026-11-20 - - 22']);
    const points = await poll(FIXTURE_TIME + 20 * HOUR);
    assert.deepEqual(read(), ['2026-11-20 - - 22', '2026-11-21 - - 3']);
    assert.equal(points[0]?.values['cost_bill_read_timestamp_seconds'], (FIXTURE_TIME + 20 * HOUR) / 1000);
  });

  test('that cannot be read fails the poll with what is wrong, and changes nothing', async (t) => {
    const path = file(t, 'day,service,amount\n2026-11-20,Support,2\n');
    const { poll, read } = billing({ file: path });
    await poll(FIXTURE_TIME);
    writeFileSync(path, 'day,service,amount\n2026-11-20,Support,"2,00"\n');
    await assert.rejects(
      poll(FIXTURE_TIME + HOUR),
      /row 1 of the bill, amount: an amount is a number with a dot/,
    );
    rmSync(path);
    await assert.rejects(poll(FIXTURE_TIME + HOUR), /there is no .*bill\.csv/);
    assert.deepEqual(read(), ['2026-11-20 - - 2']);
  });

  test('says which column or row is wrong', () => {
    const cases: readonly [string, RegExp][] = [
      ['day,amount\n2026-11-20,1\n', /row 1 of the bill, service/],
      [
        'day,service,amount\n2026-11-20,a,1\n20.11.2026,a,1\n',
        /row 2 of the bill, day: write a day as 2026-11-20/,
      ],
      ['day,service,amount\n2026-11-20,a,\n', /row 1 of the bill, amount/],
      ['day,service,amount\n2026-11-20,a\n', /the bill is no CSV/],
    ];
    for (const [text, message] of cases) assert.throws(() => parseBill(text), message);
    assert.deepEqual(parseBill(''), []);
  });
});

describe('a bill of AWS', () => {
  async function aws(t: TestContext, more: object = {}, answer?: (body: string) => Answer) {
    const { url, received } = await startLoopbackServer(
      t,
      ({ body }) => answer?.(body) ?? costExplorerPage(body),
    );
    const account = {
      name: 'main',
      regions: ['eu-west-1'],
      endpoint: url,
      access_key_id: 'AKIDEXAMPLE',
      secret_access_key: 'secret',
    };
    const clients = createAwsClients({
      clock: new VirtualClock(FIXTURE_TIME),
      metrics: NO_METRICS,
      random: () => 0,
      accounts: () => [account],
    });
    t.after(() => clients.close());
    const explorer = { account: 'main', tag: 'octopus-tenant', ...more };
    return { received, ...billing({ cost_explorer: explorer }, {}, { aws: clients }) };
  }

  test('is read once a day, all pages, up to the last day that is settled', async (t) => {
    const { poll, read, received } = await aws(t);
    await poll(FIXTURE_TIME);
    assert.deepEqual(read(), [
      '2026-11-18 compute acme 1.1136',
      '2026-11-18 database - 10.44',
      '2026-11-18 - - 0.31',
      '2026-11-19 compute acme 1.1136',
      '2026-11-19 - - 0.02',
      '2026-11-19 database - 10.44',
      '2026-11-19 credits 2.5',
    ]);
    const [first] = received.map(({ body }) => JSON.parse(body));
    assert.deepEqual(first.TimePeriod, { Start: '2026-11-11', End: '2026-11-20' });
    assert.equal(received[0]?.headers['x-amz-target'], 'AWSInsightsIndexService.GetCostAndUsage');
    assert.equal(received.length, 2);
    await poll(FIXTURE_TIME + HOUR);
    assert.equal(received.length, 2);
    await poll(FIXTURE_TIME + 20 * HOUR);
    assert.equal(received.length, 4);
  });

  test('costs no more requests a day than allowed, whatever goes wrong', async (t) => {
    const { poll, received } = await aws(t, { requests_per_day: 3 }, () => ({
      status: 400,
      headers: { 'x-amzn-errortype': 'AccessDeniedException' },
      json: { __type: 'AccessDeniedException', message: 'no' },
    }));
    for (let round = 0; round < 3; round++)
      await assert.rejects(poll(FIXTURE_TIME + round * HOUR), { reason: 'forbidden' });
    await assert.rejects(poll(FIXTURE_TIME + 4 * HOUR), /raise requests_per_day/);
    assert.equal(received.length, 3);
  });

  test('in another currency is refused', async (t) => {
    const { poll } = await aws(t, {}, (body) => costExplorerPage(body, 'EUR'));
    await assert.rejects(poll(FIXTURE_TIME), /AWS bills in EUR, collectors\.cost\.currency is USD/);
  });
});
