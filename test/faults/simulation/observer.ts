import type { JsonValue } from '../../../src/model/json.ts';
import type { Ledger } from '../../../src/spool/ledger.ts';
import type { Spool } from '../../../src/spool/spool.ts';
import { SPOOL_DIRECTORY } from './agent.ts';
import type { World } from './world.ts';

/** A promise that was broken. */
export interface Violation {
  /** Which one, by its number in the list of invariants. */
  readonly invariant: string;
  readonly what: string;
}

/** The roster's source: its position is a list of files, not an offset. */
const ROSTER = 'lines:acme';

/** Watches a world while it runs and remembers the first promise that was broken. */
export class Observer {
  violation: Violation | undefined;
  /** Whether the tailer has committed which files there are. */
  hasBegun = false;
  readonly #world: World;
  readonly #logged = new Set<string>();
  /** The last offset of each source that the spool said is durable. */
  readonly #offsets = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  violate(invariant: string, what: string): void {
    this.violation ??= { invariant, what };
  }

  logged(message: string): void {
    this.#logged.add(message);
  }

  /** Whether any process logged something like it. */
  hasLogged(pattern: RegExp): boolean {
    return [...this.#logged].some((message) => pattern.test(message));
  }

  /** A process has opened the spool: what was durable must be there. */
  opened(spool: Spool): void {
    for (const [source, offset] of this.#offsets) {
      const position = spool.position(source);
      const now = source === ROSTER && position !== undefined ? 0 : offsetOf(position);
      if (this.#world.plan.profile !== 'rot' && (now ?? -1) < offset) {
        this.violate('I5 positions never go back', `${source} was at ${offset}, is at ${now} after a start`);
      }
    }
    this.look(spool);
  }

  /** A process ends, in whatever way. */
  closing(spool: Spool): void {
    this.look(spool);
  }

  taken(source: string, position: JsonValue, texts: readonly string[]): void {
    if (source === ROSTER) this.hasBegun = true;
    const offset = source === ROSTER ? 0 : offsetOf(position);
    if (position === null) this.#offsets.delete(source);
    if (offset !== undefined) {
      if (this.#world.plan.profile !== 'rot' && offset < (this.#offsets.get(source) ?? 0)) {
        this.violate('I5 positions never go back', `${source} was written at ${offset} again`);
      }
      this.#offsets.set(source, offset);
    }
    for (const text of texts) {
      const line = this.#world.lines.find(text);
      if (line === undefined) this.violate('I3 no document that is no line', JSON.stringify(text));
      else line.taken = true;
    }
  }

  /** What holds at every moment. */
  look(spool: Spool): void {
    const { ledger } = spool;
    for (const row of [ledger, ...spool.ledgerBySource()]) {
      if (!addsUp(row)) this.violate('I1 the ledger adds up', JSON.stringify(row));
    }
    const { maxBytes, segmentBytes } = this.#world.plan.spool;
    // One batch may come on top: it is only refused room when there is none left at all.
    const limit = maxBytes + 2 * segmentBytes + 8000;
    const bytes = this.#spoolBytes();
    if (bytes > limit) this.violate('I7 the spool keeps to its limit', `${bytes} bytes of ${limit}`);
  }

  #spoolBytes(): number {
    const { tree } = this.#world.disk;
    let bytes = 0;
    for (const name of tree.names(SPOOL_DIRECTORY)) {
      if (name.endsWith('.spool')) bytes += tree.find(`${SPOOL_DIRECTORY}/${name}`)?.size ?? 0;
    }
    return bytes;
  }
}

function addsUp({ read, delivered, deadLettered, refused, dropped, pending }: Ledger): boolean {
  const all = [read, delivered, deadLettered, refused, dropped, pending];
  return all.every((count) => count >= 0) && read === delivered + deadLettered + refused + dropped + pending;
}

function offsetOf(position: JsonValue | undefined): number | undefined {
  if (typeof position !== 'object' || position === null || !('offset' in position)) return undefined;
  return typeof position.offset === 'number' ? position.offset : undefined;
}
