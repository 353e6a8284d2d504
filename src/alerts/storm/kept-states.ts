import type { z } from 'zod';
import { Failure, messageOf } from '../../model/failure.ts';

/**
 * What a state machine remembers under each name (a receiver, an incident key), as the journal keeps it: texts. Save what
 * `changes` returns before anybody is told of what follows from it, and a restart goes on where it was.
 */
export interface KeptStates {
  /** What differs since the last call; undefined: nothing is left to remember. */
  changes(): ReadonlyMap<string, string | undefined>;
  /** Takes back what `changes` returned. @throws Failure `invalid` when it is no such state */
  restore(name: string, saved: string): void;
}

/** States by name, with the names whose state has changed. */
export class Changes {
  readonly #saved = new Map<string, string>();
  #changed = new Map<string, string | undefined>();

  /** Notes the present state of a name. */
  note(name: string, state: string | undefined): void {
    if (this.#saved.get(name) === state) return;
    if (state === undefined) this.#saved.delete(name);
    else this.#saved.set(name, state);
    this.#changed.set(name, state);
  }

  /** Notes a state that was kept already. */
  restored(name: string, state: string): void {
    this.#saved.set(name, state);
    this.#changed.delete(name);
  }

  take(): ReadonlyMap<string, string | undefined> {
    const changed = this.#changed;
    this.#changed = new Map();
    return changed;
  }
}

/**
 * A state that was saved as JSON.
 * @throws Failure `invalid`, naming what it was
 */
export function savedState<T>(schema: z.ZodType<T>, what: string, saved: string): T {
  try {
    return schema.parse(JSON.parse(saved));
  } catch (error) {
    throw new Failure('invalid', `the saved state of ${what} cannot be read: ${messageOf(error)}`);
  }
}
