import type { Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { EARLIER, type Ledger, type LedgerRow } from './ledger.ts';
import type { SegmentList } from './segment-list.ts';
import type { SettledSources } from './settled-sources.ts';
import type { Tally } from './tally.ts';

/** The numbers of a ledger, each kept by another part of the spool. */
export interface Accounts {
  /** By the segments' snapshots and frames: documents and refused lines. */
  readonly read: Tally;
  readonly refused: Tally;
  /** By the cursor. */
  readonly settled: Pick<SettledSources, 'get' | 'sources' | 'total'>;
  /** Counted in the segments. */
  readonly segments: SegmentList;
}

/**
 * Makes read = the sum of the others for each source: what is missing was lost with damaged records and is dropped,
 * what is too much was read. Says so where it had to.
 */
export function balance(
  accounts: Accounts & { readonly settled: SettledSources },
  log: Log,
  metrics: SelfMetrics,
): void {
  const pending = accounts.segments.pendingBySource();
  for (const source of sourcesOf(accounts)) {
    const missing = missingOf(accounts, source, pending.get(source) ?? 0);
    if (missing === 0) continue;
    metrics.increment('octowatch_ledger_repaired_documents_total', {}, Math.abs(missing));
    if (missing > 0) {
      log.error({ source, documents: missing }, 'documents lost with damaged spool records');
      metrics.increment('octowatch_spool_dropped_documents_total', {}, missing);
      accounts.settled.add(source, { dropped: missing });
    } else {
      log.error({ source, documents: -missing }, 'spool counts of documents read were lost: counted again');
      accounts.read.add(source, -missing);
    }
  }
}

/** Where the settled documents are known in total only, so must the read ones be: all but the pending. */
export function forgetSources({ read, refused, segments }: Accounts): void {
  const pending = segments.pendingBySource();
  for (const [source, count] of read.entries()) {
    const earlier = count - refused.get(source) - (pending.get(source) ?? 0);
    read.add(source, -earlier);
    read.add(EARLIER, earlier);
  }
}

/** What became of all documents. */
export function ledgerOf({ read, refused, settled, segments }: Accounts): Ledger {
  const { unwritten, ...left } = settled.total;
  const pending = segments.pendingDocuments;
  return { read: read.sum + unwritten, ...left, refused: refused.sum, pending };
}

/** What became of the documents of each collector and tenant, in the order of their names. */
export function ledgerRows(accounts: Accounts): LedgerRow[] {
  const pending = accounts.segments.pendingBySource();
  return [...sourcesOf(accounts)].toSorted().map((source) => {
    const { unwritten, ...left } = accounts.settled.get(source);
    const read = accounts.read.get(source) + unwritten;
    const refused = accounts.refused.get(source);
    return { source, read, ...left, refused, pending: pending.get(source) ?? 0 };
  });
}

/** All sources with an entry in any account. */
function sourcesOf({ read, settled, segments }: Accounts): Set<string> {
  const sources = new Set(settled.sources());
  for (const [source] of read) sources.add(source);
  for (const source of segments.pendingBySource().keys()) sources.add(source);
  return sources;
}

function missingOf({ read, refused, settled }: Accounts, source: string, pending: number): number {
  const { delivered, deadLettered, dropped, unwritten } = settled.get(source);
  return read.get(source) + unwritten - refused.get(source) - delivered - deadLettered - dropped - pending;
}
