import type { Alert } from '../../model/alert.ts';
import type { SilenceEntry } from './silence-entry.ts';

interface Known {
  /** How many silences, in the order of their coming, were tried. */
  tried: number;
  entries: readonly SilenceEntry[];
}

const NONE: readonly SilenceEntry[] = [];
/** Alerts remembered; past it all are forgotten, as most are over by then. */
const MOST_ALERTS = 100_000;

/** Which silences match an alert: each is tried once on each alert, as neither labels nor matchers change. */
export class SilenceMatches {
  #entries: readonly SilenceEntry[] = [];
  #known = new Map<string, Known>();

  add(entry: SilenceEntry): void {
    this.#entries = [...this.#entries, entry];
  }

  /** Drops silences. */
  remove(isGone: (entry: SilenceEntry) => boolean): void {
    this.#entries = this.#entries.filter((entry) => !isGone(entry));
    this.#known.clear();
  }

  of(alert: Alert): readonly SilenceEntry[] {
    const all = this.#entries;
    if (all.length === 0) return NONE;
    const known = this.#known.get(alert.key);
    if (known?.tried === all.length) return known.entries;
    const found = all.slice(known?.tried ?? 0).filter((entry) => !entry.isSettled && entry.matches(alert));
    const entries = [...(known?.entries ?? NONE), ...found];
    if (this.#known.size >= MOST_ALERTS) this.#known.clear();
    this.#known.set(alert.key, { tried: all.length, entries: entries.length === 0 ? NONE : entries });
    return entries;
  }
}
