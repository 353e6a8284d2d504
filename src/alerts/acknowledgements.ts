import type { Acknowledgement } from '../model/on-call.ts';
import type { Guarded } from './guard.ts';
import type { NotificationJournal } from './notification-journal.ts';

/** Who has taken which incident; in the journal, until the incident ends. */
export class Acknowledgements {
  readonly #journal: NotificationJournal;
  readonly #guarded: Guarded;
  #known: Map<string, Acknowledgement>;

  /** `guarded` runs what reads and writes the journal, and reports what it throws. */
  constructor(journal: NotificationJournal, guarded: Guarded) {
    this.#journal = journal;
    this.#guarded = guarded;
    this.#known = new Map(guarded(() => journal.acknowledgements()));
  }

  of(incident: string): Acknowledgement | undefined {
    return this.#known.get(incident);
  }

  set(incident: string, acknowledgement: Acknowledgement): void {
    this.#known.set(incident, acknowledgement);
    this.#guarded(() => this.#journal.saveAcknowledgement(incident, acknowledgement));
  }

  /** The incident has ended. */
  drop(incident: string): void {
    if (this.#known.delete(incident))
      this.#guarded(() => this.#journal.saveAcknowledgement(incident, undefined));
  }

  /** Keeps those of incidents that are open. */
  retain(isOpen: (incident: string) => boolean): void {
    for (const incident of this.#known.keys()) if (!isOpen(incident)) this.drop(incident);
  }
}
