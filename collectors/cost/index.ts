import type { PollCollector } from '../../src/collect/contract.ts';
import { createBill, type BillBook } from './bill.ts';
import { createClosedDays, type ClosedDays } from './closed-days.ts';
import type { CostDeps } from './deps.ts';
import { createTenants } from './tenants.ts';

/** What tenants cost, estimated by prices, and by the bill where there is one. */
export function createCost(deps: CostDeps): readonly PollCollector[] {
  const book: BillBook = { days: [] };
  const closed: ClosedDays = { kept: undefined, durable: new Set(), counted: [] };
  return [createTenants(deps, closed), createClosedDays(deps.settings, closed, book), createBill(deps, book)];
}
