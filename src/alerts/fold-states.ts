import { messageOf } from '../model/failure.ts';
import type { Log } from '../model/ports.ts';
import type { Fold } from './group.ts';
import type { Guarded } from './guard.ts';
import type { NotificationJournal } from './notification-journal.ts';
import { createFlapping, type Flapping, type FlappingSettings } from './storm/flapping.ts';
import type { KeptStates } from './storm/kept-states.ts';
import { createRateLimit, type RateLimit, type RateLimitSettings } from './storm/rate-limit.ts';
import type { StormSettings } from './storm/storm.ts';
import { createStorms, type Storms } from './storm/storms.ts';

export interface FoldSettings {
  readonly storm: StormSettings;
  readonly flapping: FlappingSettings;
  readonly rateLimit: RateLimitSettings;
}

const FOLDS = 'fold';

/** The state machines of storms, flapping and limits with the journal that brings them over a restart. */
export class FoldStates {
  readonly storms: Storms;
  readonly flapping: Flapping;
  readonly rateLimit: RateLimit;
  readonly #journal: NotificationJournal;
  readonly #log: Log;
  readonly #guarded: Guarded;
  readonly #folds = new Map<string, string>();

  /** `guarded` runs what reads and writes the journal, and reports what it throws. */
  constructor(settings: FoldSettings, journal: NotificationJournal, log: Log, guarded: Guarded) {
    this.storms = createStorms(settings.storm);
    this.flapping = createFlapping(settings.flapping);
    this.rateLimit = createRateLimit(settings.rateLimit);
    this.#journal = journal;
    this.#log = log;
    this.#guarded = guarded;
    this.#restore();
  }

  /** What told of many when the process before ended. */
  folds(): Fold[] {
    return [...this.#folds.values()].map((text): Fold => JSON.parse(text));
  }

  /** Writes down what has changed; before anybody is told of what follows from it. */
  save(folds: readonly Fold[]): void {
    for (const [kind, machine] of this.#machines())
      for (const [name, state] of machine.changes()) this.#save(kind, name, state);
    const texts = new Map(folds.map((fold) => [fold.key, JSON.stringify(fold)]));
    for (const key of this.#folds.keys()) if (!texts.has(key)) this.#keep(key, undefined);
    for (const [key, text] of texts) if (this.#folds.get(key) !== text) this.#keep(key, text);
  }

  #keep(key: string, text: string | undefined): void {
    if (text === undefined) this.#folds.delete(key);
    else this.#folds.set(key, text);
    this.#save(FOLDS, key, text);
  }

  #save(kind: string, name: string, state: string | undefined): void {
    this.#guarded(() => this.#journal.saveState(kind, name, state));
  }

  #machines(): readonly (readonly [kind: string, machine: KeptStates])[] {
    return [
      ['storm', this.storms],
      ['flapping', this.flapping],
      ['rate limit', this.rateLimit],
    ];
  }

  #restore(): void {
    const machines = new Map(this.#machines());
    for (const [kind, name, state] of this.#guarded(() => this.#journal.states()) ?? []) {
      try {
        if (kind === FOLDS) this.#folds.set(name, JSON.stringify(JSON.parse(state)));
        else machines.get(kind)?.restore(name, state);
      } catch (error) {
        this.#log.warn(
          { kind, name, error: messageOf(error) },
          'a state of folding was damaged and is forgotten',
        );
      }
    }
  }
}
