import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { COMPONENTS, split, sumOf, toMoney, totalOf, toUnits, UNITS, type Amounts } from './amount.ts';
import { amountsOf, createLedger, DAY_MS, type Ledger } from './ledger.ts';
import type { Pot } from './pot.ts';
import { bearersOf, type BillDay } from './reconcile.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 10, 20, 12);
const TODAY = Math.floor(NOON / DAY_MS);

function machine(tenant: string, rate: number): Pot {
  return { rate, component: 'compute', shares: [{ tenant, component: 'compute', weight: 1 }] };
}

/** Money by tenant. */
function byTenant(amounts: Amounts): Record<string, number> {
  return Object.fromEntries(Array.from(amounts, ([tenant, parts]) => [tenant, toMoney(sumOf(parts))]));
}

/** A ledger that is written and read back after each charge, as over a restart. */
function restarted(ledger: Ledger): Ledger {
  return createLedger(JSON.parse(JSON.stringify(ledger.toState())));
}

describe('a ledger', () => {
  test('charges the time since the last round, whatever it is, and nothing twice over restarts', () => {
    let ledger = createLedger(null);
    for (const minute of [0, 2, 4, 5, 5, 9, 10]) {
      ledger = restarted(ledger);
      ledger.charge([machine('acme', 6)], NOON + minute * MINUTE);
    }
    assert.deepEqual(byTenant(ledger.monthToDate(NOON)), { acme: 1 });
  });

  test('does not charge what nobody saw: a gap counts as two intervals, and is missing from what was seen', () => {
    const ledger = createLedger(null);
    ledger.charge([], NOON);
    ledger.charge([machine('acme', 12)], NOON + 3 * HOUR);
    assert.deepEqual(byTenant(ledger.monthToDate(NOON)), { acme: 1 });
    assert.equal(ledger.days()[0]?.seenMs, 5 * MINUTE);
  });

  test('charges as much as was asked for where rounds are rare, and says when it begins anew', () => {
    const ledger = createLedger(null);
    assert.equal(ledger.goesOn, false);
    ledger.charge([], NOON);
    ledger.charge([machine('acme', 6)], NOON + 20 * MINUTE, 30 * MINUTE);
    assert.deepEqual(byTenant(ledger.monthToDate(NOON)), { acme: 2 });
    assert.equal(restarted(ledger).goesOn, true);
    assert.equal(createLedger({ at: 1, days: 'many' }).goesOn, false);
  });

  test('parts days and months at midnight', () => {
    const midnight = Date.UTC(2026, 11, 1);
    const ledger = createLedger(null);
    ledger.charge([], midnight - MINUTE);
    ledger.charge([machine('acme', 60)], midnight + 2 * MINUTE);
    assert.deepEqual(
      ledger.days().map((day) => totalOf(amountsOf(day)) / UNITS),
      [1, 2],
    );
    assert.deepEqual(byTenant(ledger.monthToDate(midnight)), { acme: 2 });
  });

  test('keeps the month when its days leave, and stays small', () => {
    const start = Date.UTC(2026, 10, 1);
    let ledger = createLedger(null);
    for (let at = start; at <= start + 29 * DAY_MS; at += 4 * MINUTE) {
      ledger.charge([machine('acme', 1)], at);
      if (at % DAY_MS === 0) ledger = restarted(ledger);
    }
    assert.equal(ledger.days().length, 10);
    assert.equal(byTenant(ledger.monthToDate(start + 29 * DAY_MS))['acme']?.toFixed(3), '696.000');
  });

  test('charges nothing while a clock that was set back catches up', () => {
    const ledger = createLedger(null);
    for (const minute of [0, 4, -30, 0, 4, 6]) ledger.charge([machine('acme', 60)], NOON + minute * MINUTE);
    assert.deepEqual(byTenant(ledger.monthToDate(NOON)), { acme: 6 });
  });
});

describe('a bill', () => {
  const usd = toUnits;
  const day = (charges: BillDay['charges']): BillDay => ({ day: TODAY, charges, credits: usd(3) });

  /** An estimate of 4 for acme and 1 for globex, both half idle, and 5 for nobody. */
  function estimated(): Ledger {
    const ledger = createLedger(null);
    ledger.charge([], NOON);
    const half = (tenant: string, weight: number) =>
      (['compute', 'compute_idle'] as const).map((component) => ({ tenant, component, weight }));
    const shares = [...half('acme', 2), ...half('globex', 0.5), ...half('', 2.5)];
    ledger.charge([{ rate: 120, component: 'compute', shares }], NOON + 5 * MINUTE);
    return ledger;
  }

  test('wins over the estimate, and is shared as the estimate says; nobody has a share as well', () => {
    const ledger = estimated();
    assert.equal(ledger.bill(day([{ component: 'compute', tenant: '', units: usd(20) }])), true);
    assert.deepEqual(byTenant(ledger.monthToDate(NOON)), { acme: 8, globex: 2, '': 10 });
    assert.deepEqual(byTenant(ledger.days()[0]?.estimate ?? new Map()), { acme: 4, globex: 1, '': 5 });
  });

  test('is of the tenant that it names; what has no component is nobody’s', () => {
    const ledger = estimated();
    const charges = [
      { component: 'compute', tenant: 'globex', units: usd(7) },
      { component: undefined, tenant: '', units: usd(2) },
      { component: 'storage', tenant: 'initech', units: usd(1) },
      { component: 'database', tenant: '', units: usd(4) },
    ] as const;
    ledger.bill(day(charges));
    assert.deepEqual(byTenant(ledger.monthToDate(NOON)), { globex: 7, initech: 1, '': 6 });
    assert.deepEqual(ledger.monthToDate(NOON).get('globex')?.slice(0, 2), [usd(3.5), usd(3.5)]);
  });

  test('of a day that nobody saw is shared as the nearest one that was seen', () => {
    const ledger = estimated();
    for (const back of [0, 2])
      assert.equal(
        ledger.bill({ ...day([{ component: 'compute', tenant: '', units: usd(10) }]), day: TODAY - back }),
        true,
      );
    assert.deepEqual(byTenant(ledger.monthToDate(NOON)), { acme: 8, globex: 2, '': 10 });
    assert.deepEqual(
      ledger.days().map(({ day: number, seenMs }) => [number - TODAY, seenMs]),
      [
        [-2, 0],
        [0, 5 * MINUTE],
      ],
    );
  });

  test('of a day that is long ago is refused; it can be corrected, and lives over a restart', () => {
    let ledger = estimated();
    assert.equal(ledger.bill({ ...day([]), day: TODAY - 40 }), false);
    ledger.bill(day([{ component: 'compute', tenant: '', units: usd(20) }]));
    ledger.bill(day([{ component: 'compute', tenant: '', units: usd(30) }]));
    ledger = restarted(ledger);
    assert.deepEqual(byTenant(ledger.monthToDate(NOON)), { acme: 12, globex: 3, '': 15 });
    assert.equal(ledger.days()[0]?.credits, usd(3));
  });
});

describe('everything adds up', () => {
  const tenant = fc.constantFrom('', 'a', 'b', 'c', 'd', 'e');
  const component = fc.constantFrom(...COMPONENTS);
  const weight = fc.oneof(
    fc.constant(0),
    fc.double({ min: 0, max: 1e9, noNaN: true }),
    fc.integer({ min: 1, max: 5 }),
  );
  const pot = fc.record({
    rate: fc.double({ min: 0, max: 5000, noNaN: true }),
    component,
    shares: fc.array(fc.record({ tenant, component, weight }), { maxLength: 12 }),
  });
  const charge = fc.record({
    component: fc.constantFrom('compute', 'database', 'storage', 'overhead', undefined),
    tenant,
    units: fc.integer({ min: 0, max: 1e12 }),
  });

  test('shares of any whole amount by any weights are whole, never negative, and sum up to it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9e15 }),
        fc.array(weight, { maxLength: 40 }),
        (total, weights) => {
          const shares = split(total, weights);
          if (shares === undefined) return weights.every((one) => one === 0);
          assert.ok(shares.every((share) => Number.isSafeInteger(share) && share >= 0));
          assert.equal(
            shares.reduce((sum, share) => sum + share, 0),
            total,
          );
          return true;
        },
      ),
    );
  });

  test('tenants and nobody together are what was spent, over random fleets, prices, gaps and restarts', () => {
    const rounds = fc.array(
      fc.record({ pots: fc.array(pot, { maxLength: 6 }), gap: fc.integer({ min: 0, max: 7 * HOUR }) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(rounds, (all) => {
        let ledger = createLedger(null);
        let now = Date.UTC(2026, 10, 5);
        let spent = 0;
        ledger.charge([], now);
        for (const { pots, gap } of all) {
          const from = Math.max(now, now + gap - 5 * MINUTE);
          now += gap;
          const midnight = Math.floor(now / DAY_MS) * DAY_MS;
          const pieces = from < midnight ? [midnight - from, now - midnight] : [now - from];
          for (const ms of pieces) for (const { rate } of pots) spent += toUnits((rate * ms) / HOUR);
          ledger.charge(pots, now);
          ledger = restarted(ledger);
        }
        const amounts = ledger.monthToDate(now);
        assert.ok([...amounts.values()].flat().every((part) => part >= 0));
        assert.equal(totalOf(amounts), spent);
      }),
    );
  });

  test('who bears a bill bears all of it, whatever was estimated', () => {
    fc.assert(
      fc.property(fc.array(pot, { maxLength: 6 }), fc.array(charge, { maxLength: 20 }), (pots, charges) => {
        const ledger = createLedger(null);
        ledger.charge([], NOON);
        ledger.charge(pots, NOON + MINUTE);
        const estimate = ledger.monthToDate(NOON);
        const billed = bearersOf({ day: TODAY, charges, credits: 0 }, estimate);
        assert.equal(
          totalOf(billed),
          charges.reduce((sum, { units }) => sum + units, 0),
        );
        assert.ok([...billed.values()].flat().every((part) => part >= 0));
      }),
    );
  });
});
