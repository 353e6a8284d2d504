import { Failure } from '../../src/model/failure.ts';

/** Ends a process at one of its effects on the world: from then on it has none. */
export class KillSwitch {
  isDead = false;
  #left = Number.POSITIVE_INFINITY;

  /** It ends with the given effect from now, the first being 1. */
  arm(effect: number): void {
    this.#left = effect;
  }

  disarm(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }

  /** Call it before and after an effect. @throws Failure once the process is dead */
  step(): void {
    if (--this.#left <= 0) this.isDead = true;
    if (this.isDead) throw new Failure('aborted', 'killed');
  }
}
