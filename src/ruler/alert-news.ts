import type { AlertStateChanges } from './saved-alert.ts';
import { savedAlert, type AlertOwner, type TrackedAlert } from './tracked-alert.ts';

/** What changed of a rule's alerts since somebody asked: for the store, and for whoever is told. */
export class AlertNews {
  readonly #owner: AlertOwner;
  #changed = new Set<TrackedAlert>();
  #removed: string[] = [];
  #hasNews = false;

  constructor(owner: AlertOwner) {
    this.#owner = owner;
  }

  /** To be told, and not worth a write. */
  tell(alert: TrackedAlert): void {
    alert.saved = undefined;
    this.#hasNews = true;
  }

  /** To be saved and told. */
  touch(alert: TrackedAlert): void {
    this.tell(alert);
    this.#changed.add(alert);
  }

  /** The alert is no more. */
  remove(alert: TrackedAlert): void {
    this.#changed.delete(alert);
    this.#removed.push(alert.key);
    this.#hasNews = true;
  }

  /** Whether there is anything to tell since it was last asked. */
  take(): boolean {
    const hasNews = this.#hasNews;
    this.#hasNews = false;
    return hasNews;
  }

  /** What to save since it was last asked; undefined when nothing is. */
  takeChanges(): AlertStateChanges | undefined {
    if (this.#changed.size === 0 && this.#removed.length === 0) return undefined;
    const saved = Array.from(this.#changed, (alert) => savedAlert(alert, this.#owner));
    const removed = this.#removed;
    this.#changed = new Set();
    this.#removed = [];
    return { saved, removed };
  }
}
