import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import type { BillBook } from './bill.ts';
import type { Day, LedgerState } from './ledger-state.ts';
import { createLedger } from './ledger.ts';
import { costDaysDataset } from './schema.ts';
import { isCounting, type CostSettings } from './settings.ts';

/** All of it is written each time, and days are over once a day. */
const INTERVAL_MS = 30 * 60_000;

/** What the poll that counts and the poll that keeps days tell each other. */
export interface ClosedDays {
  /** What is kept; undefined until that has been read after a start. */
  kept: LedgerState | undefined;
  /** Days of it that a restart does not lose. */
  durable: ReadonlySet<number>;
  /** Days that are over, as counted. */
  counted: readonly Day[];
}

/**
 * Keeps the days that are over, and puts the bill in them. They are ten times what a day is: a poll that has them in its
 * state must not commit them every two minutes.
 */
export function createClosedDays(
  settings: () => { readonly cost: CostSettings },
  closed: ClosedDays,
  book: BillBook,
): PollCollector {
  async function* poll(_: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const { cost } = settings();
    if (!isCounting(cost)) {
      yield [];
      return;
    }
    const now = context.clock.now();
    const ledger = createLedger(context.state);
    if (context.state !== null && !ledger.goesOn)
      context.log.error({}, 'what was counted of costs before cannot be read: the month begins anew');
    closed.durable = new Set(ledger.days().map(({ day }) => day));
    ledger.take(closed.counted, now);
    if (cost.bill !== undefined) for (const day of book.days) ledger.bill(day);
    closed.kept = ledger.contents();
    context.state = ledger.toState();
    const entries = ledger.days().reduce((sum, { estimate, billed }) => sum + (billed ?? estimate).size, 0);
    const values = { cost_ledger_entries: entries };
    yield [{ dataset: costDaysDataset, time: now, dimensions: {}, values }];
  }

  return { name: 'cost/days', reads: 'fleet', datasets: [costDaysDataset], intervalMs: INTERVAL_MS, poll };
}
