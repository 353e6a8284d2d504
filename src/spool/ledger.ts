/** What became of all documents that were ever written to a spool, and of refused lines: read = the sum of the others. */
export interface Ledger {
  readonly read: number;
  readonly delivered: number;
  readonly deadLettered: number;
  /** Lines that no parser took. */
  readonly refused: number;
  /** Dropped by the spool's policy, or lost with a damaged record. */
  readonly dropped: number;
  readonly pending: number;
}

/** How documents left the spool. */
export type Settled = Pick<Ledger, 'delivered' | 'deadLettered' | 'dropped'>;

export const NOTHING_SETTLED: Settled = { delivered: 0, deadLettered: 0, dropped: 0 };

export function addSettled(a: Settled, b: Partial<Settled>): Settled {
  return {
    delivered: a.delivered + (b.delivered ?? 0),
    deadLettered: a.deadLettered + (b.deadLettered ?? 0),
    dropped: a.dropped + (b.dropped ?? 0),
  };
}
