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

/** The ledger of one collector of files and tenant, or of one poll. */
export interface LedgerRow extends Ledger {
  /** `octopus-server-log:acme`, `octopus-api/ping`, or one of the spool's own: `rollups`, `dead-letters`. */
  readonly source: string;
}

/** How documents left the spool. */
export type Settled = Pick<Ledger, 'delivered' | 'deadLettered' | 'dropped'>;

/** What an older version of the program counted without telling sources apart. */
export const EARLIER = 'earlier';

/**
 * Whose ledger a batch belongs to: its collector and tenant, whatever file it was read from. Polls (`octopus-api/ping`)
 * have one for all tenants, as they share frames.
 */
export function ledgerSource(source: string): string {
  const tenantAt = source.indexOf(':') + 1;
  const slashAt = source.indexOf('/');
  if (slashAt >= 0 && slashAt < tenantAt) return source.slice(0, tenantAt - 1);
  const fileAt = tenantAt === 0 ? -1 : source.indexOf(':', tenantAt);
  return fileAt < 0 ? source : source.slice(0, fileAt);
}

/** What is missing on the right side of the ledger; 0 is right. */
export function imbalanceOf(ledger: Ledger): number {
  const { read, delivered, deadLettered, refused, dropped, pending } = ledger;
  return read - delivered - deadLettered - refused - dropped - pending;
}
