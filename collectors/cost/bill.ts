import { z } from 'zod';
import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Disk } from '../../src/model/ports.ts';
import { billDays, parseBill, type BillRow } from './bill-rows.ts';
import { lastSettledDay, readCostExplorer } from './cost-explorer.ts';
import type { CostDeps } from './deps.ts';
import { DAY_MS, KEEP_DAYS } from './ledger.ts';
import { readText } from './read-text.ts';
import type { BillDay } from './reconcile.ts';
import { billSourceDataset } from './schema.ts';
import type { BillSettings, CostSettings } from './settings.ts';

const INTERVAL_MS = 150_000;
const DEADLINE_MS = 120_000;

/** Hands what was read to the poll that counts; what is not there any more is not lost, as that remembers. */
export interface BillBook {
  days: readonly BillDay[];
}

const memorySchema = z.object({
  /** When the source was read, ms. */
  readAt: z.number(),
  /** The newest day it had. */
  newest: z.number().nullable(),
  /** Requests that were paid for on a day. */
  requests: z.object({ day: z.number(), count: z.number() }),
});
type Memory = z.output<typeof memorySchema>;

const NOTHING: Memory = { readAt: 0, newest: null, requests: { day: 0, count: 0 } };

/** Reads the bill: a file when it changed, AWS Cost Explorer once a day. */
export function createBill({ aws, disk, settings }: CostDeps, book: BillBook): PollCollector {
  /** Also counts what a poll that failed has paid for. */
  let requests = NOTHING.requests;
  let lastFile = '';

  async function* poll(_: Target, context: CollectContext) {
    const { cost } = settings();
    if (cost.bill === undefined) {
      yield [];
      return;
    }
    const before = memorySchema.safeParse(context.state).data ?? NOTHING;
    const rows =
      cost.bill.file === undefined
        ? await askAws(cost, cost.bill, before, context)
        : await readFile(disk, cost.bill.file, context.clock.now());
    const memory = rows === undefined ? before : take(rows, cost.bill, before, context);
    context.state = memory;
    yield pointsOf(memory, context.clock.now());
  }

  function take(
    rows: readonly BillRow[],
    bill: BillSettings,
    before: Memory,
    context: CollectContext,
  ): Memory {
    const now = context.clock.now();
    const today = Math.floor(now / DAY_MS);
    const days = billDays(
      rows.filter(({ day }) => day < today && day >= today - KEEP_DAYS),
      bill.services,
      context.fleet,
    );
    book.days = days;
    const newest = rows.reduce((latest, { day }) => Math.max(latest, day), before.newest ?? 0);
    return { readAt: now, newest: newest === 0 ? null : newest, requests };
  }

  /** Undefined where the file is what it was. */
  async function readFile(from: Disk, path: string, now: number): Promise<readonly BillRow[] | undefined> {
    const stat = await from.stat(path);
    if (stat === undefined) throw new Failure('not_found', `collectors.cost.bill.file: there is no ${path}`);
    // Each day anew, as one more day may count.
    const version = [path, stat.inode, stat.size, stat.modifiedMs, Math.floor(now / DAY_MS)].join(' ');
    if (version === lastFile) return undefined;
    const rows = parseBill(await readText(from, path));
    lastFile = version;
    return rows;
  }

  /** Undefined where it was read today. */
  async function askAws(
    { currency }: CostSettings,
    { cost_explorer: explorer }: BillSettings,
    before: Memory,
    { clock, signal }: CollectContext,
  ): Promise<readonly BillRow[] | undefined> {
    const now = clock.now();
    const today = Math.floor(now / DAY_MS);
    const isFresh = Math.floor(before.readAt / DAY_MS) === today;
    if (explorer === undefined || isFresh) return undefined;
    const spent = [before.requests, requests].filter(({ day }) => day === today).map(({ count }) => count);
    requests = { day: today, count: Math.max(0, ...spent) };

    function takeRequest(): void {
      if (requests.count >= (explorer?.requests_per_day ?? 0))
        throw new Failure('budget', 'Cost Explorer was asked often enough today: raise requests_per_day');
      requests = { day: today, count: requests.count + 1 };
    }

    const last = lastSettledDay(now);
    const query = { ...explorer, currency, first: today - KEEP_DAYS, last };
    return readCostExplorer(aws.at(`${explorer.account}/global`), query, takeRequest, signal);
  }

  return {
    name: 'cost/bill',
    reads: 'fleet',
    datasets: [billSourceDataset],
    intervalMs: INTERVAL_MS,
    deadlineMs: DEADLINE_MS,
    poll,
  };
}

function pointsOf({ readAt, newest }: Memory, time: number) {
  if (readAt === 0) return [];
  const values = {
    cost_bill_read_timestamp_seconds: readAt / 1000,
    cost_bill_newest_day_timestamp_seconds: newest === null ? undefined : (newest * DAY_MS) / 1000,
  };
  return [{ dataset: billSourceDataset, time, dimensions: {}, values }];
}
