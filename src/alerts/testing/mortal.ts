import type { DatabaseSync } from 'node:sqlite';
import { Failure } from '../../model/failure.ts';
import type { Clock } from '../../model/ports.ts';
import type { LaneRecord } from '../notification-journal.ts';
import { SqliteNotificationJournal } from '../sqlite-notification-journal.ts';

/** Where a process dies: before or after the effect of its n-th call that leaves it. */
export interface Death {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** One process: what it does to the outside ends at its death, and promises it waits for never settle. */
export class Mortal {
  isDead = false;
  calls = 0;
  readonly #death: Death | undefined;
  readonly #onDeath: () => void;

  constructor(death: Death | undefined, onDeath: () => void) {
    this.#death = death;
    this.#onDeath = onDeath;
  }

  /** A call with an effect outside of the process. @throws Failure in a process that is dead, for nobody to hear */
  act<T>(effect: () => T): T {
    if (this.isDead) throw new Failure('aborted', 'dead');
    const dies = ++this.calls === this.#death?.call;
    if (dies && this.#death?.when === 'before') this.die();
    const result = effect();
    if (dies) this.die();
    return result;
  }

  die(): never {
    this.isDead = true;
    this.#onDeath();
    throw new Failure('aborted', 'dead');
  }

  /** `promise` as the process sees it: after its death, nothing. */
  waitFor<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => this.isDead || resolve(value),
        (error: unknown) => this.isDead || reject(error),
      );
    });
  }

  clock(clock: Clock): Clock {
    return { now: () => clock.now(), sleep: (ms, signal) => this.waitFor(clock.sleep(ms, signal)) };
  }
}

/** A journal that its process can die at. */
export class MortalJournal extends SqliteNotificationJournal {
  readonly #process: Mortal;

  constructor(database: DatabaseSync, process: Mortal) {
    super(database);
    this.#process = process;
  }

  override save(record: LaneRecord): void {
    this.#process.act(() => super.save(record));
  }

  override saveState(...state: Parameters<SqliteNotificationJournal['saveState']>): void {
    this.#process.act(() => super.saveState(...state));
  }

  override saveAcknowledgement(...taken: Parameters<SqliteNotificationJournal['saveAcknowledgement']>): void {
    this.#process.act(() => super.saveAcknowledgement(...taken));
  }
}
