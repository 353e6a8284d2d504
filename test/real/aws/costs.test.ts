import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { pollerOf } from '../../../collectors/capacity/testing/polled.ts';
import { toMoney } from '../../../collectors/cost/amount.ts';
import type { BillBook } from '../../../collectors/cost/bill.ts';
import { createBill } from '../../../collectors/cost/bill.ts';
import { fleetOf } from '../../../src/collect/fleet-of.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { inertDeps } from '../../contract/inert-deps.ts';
import { accountsAt, clientsOf } from './accounts.ts';
import { skipWithoutPython, startMoto, type Moto } from './moto.ts';

const INSTALL = { timeout: 6 * 60_000 };
const NOW = Date.UTC(2026, 10, 21, 6);
const FLEET = fleetOf(() => [{ tenant: 'acme', info: {}, files: {}, timeZone: 'UTC' }]);

let moto: Moto;
let aws: ReturnType<typeof clientsOf>;

/** The bill as one poll reads it of moto's Cost Explorer. */
async function billed(): Promise<{ rows: string[]; points: number }> {
  const { collectors } = configSchema.parse({
    collectors: { cost: { bill: { cost_explorer: { account: 'main', tag: 'octopus-tenant' } } } },
  });
  const book: BillBook = { days: [] };
  const bill = createBill({ ...inertDeps(), aws, settings: () => collectors }, book);
  const points = await pollerOf(bill, FLEET)(NOW);
  const rows = book.days.flatMap(({ charges }) =>
    charges.map(({ component = '-', tenant, units }) => `${component} ${tenant} ${toMoney(units)}`),
  );
  return { rows, points: points.length };
}

describe('Cost Explorer', { skip: skipWithoutPython() }, () => {
  before(async () => {
    moto = await startMoto();
    aws = clientsOf(accountsAt(moto.url));
  }, INSTALL);
  after(async () => {
    aws.close();
    await moto.stop();
  });

  test('without costs answers so', async () => {
    assert.deepEqual(await billed(), { rows: [], points: 1 });
  });

  test('answers costs by tenant and service as the SDK reads them', async () => {
    const group = (tag: string, service: string, Amount: string) => ({
      Keys: [`octopus-tenant$${tag}`, service],
      Metrics: { AmortizedCost: { Amount, Unit: 'USD' } },
    });
    const day = {
      TimePeriod: { Start: '2026-11-18', End: '2026-11-19' },
      Total: {},
      Groups: [
        group('acme', 'Amazon Elastic Compute Cloud - Compute', '1.1136'),
        group('', 'Amazon Relational Database Service', '10.44'),
      ],
      Estimated: false,
    };
    const results = [{ ResultsByTime: [day], DimensionValueAttributes: [], GroupDefinitions: [] }];
    await fetch(`${moto.url}/moto-api/static/ce/cost-and-usage-results`, {
      method: 'POST',
      body: JSON.stringify({ results }),
    });
    assert.deepEqual(await billed(), { rows: ['compute acme 1.1136', 'database  10.44'], points: 1 });
  });
});
