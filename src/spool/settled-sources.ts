import { ledgerSource, type Settled } from './ledger.ts';

/** How documents of one source left the spool. */
export interface SettledSource extends Settled {
  /** Of `dropped`: those that were never written, as the spool was full. */
  readonly unwritten: number;
}

/** Delivered, dead-lettered, dropped, unwritten: as the cursor's file has them. */
export type SettledEntry = readonly [source: string, number, number, number, number];

const NOTHING: SettledSource = { delivered: 0, deadLettered: 0, dropped: 0, unwritten: 0 };

/** How documents left the spool, by source. */
export class SettledSources {
  readonly #sources = new Map<string, SettledSource>();
  #total = NOTHING;

  constructor(entries: Iterable<SettledEntry> = []) {
    this.addAll(entries);
  }

  get isEmpty(): boolean {
    return this.#sources.size === 0;
  }

  /** Of all sources. */
  get total(): SettledSource {
    return this.#total;
  }

  sources(): Iterable<string> {
    return this.#sources.keys();
  }

  get(source: string): SettledSource {
    return this.#sources.get(source) ?? NOTHING;
  }

  add(source: string, more: Partial<SettledSource>): void {
    const { delivered = 0, deadLettered = 0, dropped = 0, unwritten = 0 } = more;
    if (delivered === 0 && deadLettered === 0 && dropped === 0 && unwritten === 0) return;
    this.#sources.set(source, sumOf(this.get(source), more));
    this.#total = sumOf(this.#total, more);
  }

  addAll(entries: Iterable<SettledEntry>): void {
    for (const [source, delivered, deadLettered, dropped, unwritten] of entries) {
      this.add(ledgerSource(source), { delivered, deadLettered, dropped, unwritten });
    }
  }

  clear(): void {
    this.#sources.clear();
    this.#total = NOTHING;
  }

  entries(): SettledEntry[] {
    return [...this.#sources].map(([source, { delivered, deadLettered, dropped, unwritten }]) => [
      source,
      delivered,
      deadLettered,
      dropped,
      unwritten,
    ]);
  }
}

function sumOf(known: SettledSource, more: Partial<SettledSource>): SettledSource {
  return {
    delivered: known.delivered + (more.delivered ?? 0),
    deadLettered: known.deadLettered + (more.deadLettered ?? 0),
    dropped: known.dropped + (more.dropped ?? 0),
    unwritten: known.unwritten + (more.unwritten ?? 0),
  };
}
