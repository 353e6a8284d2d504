import type { SelfMetrics } from '../model/self-metrics.ts';
import { imbalanceOf, type Ledger } from './ledger.ts';

/** Shows the ledger, and whether it adds up. */
export function reportLedger(ledger: Ledger, metrics: SelfMetrics): void {
  const set = (outcome: string, documents: number): void => {
    metrics.set('octowatch_ledger_documents', documents, { outcome });
  };
  set('read', ledger.read);
  set('delivered', ledger.delivered);
  set('dead_lettered', ledger.deadLettered);
  set('refused', ledger.refused);
  set('dropped', ledger.dropped);
  set('pending', ledger.pending);
  metrics.set('octowatch_ledger_imbalance', imbalanceOf(ledger));
}
