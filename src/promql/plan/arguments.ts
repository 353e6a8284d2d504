import type { Labels } from '../../model/labels.ts';
import type { Vector } from '../value.ts';
import { EMPTY_VECTOR } from '../vector-builder.ts';
import type { Plan, RangePlan, VectorPlan, Windows } from './node.ts';

/** The plans of a call's arguments by type, in order within a type; the parser has checked number and types. */
export class Arguments {
  readonly texts: readonly string[];
  /** The labels that the result of `absent` has. */
  readonly pinned: Labels;
  readonly #scalars: readonly ((time: number) => number)[];
  readonly #vector: VectorPlan | undefined;
  readonly #range: RangePlan | undefined;

  constructor(plans: readonly Plan[], pinned: Labels) {
    this.pinned = pinned;
    this.texts = plans.filter((plan) => plan.type === 'string').map((plan) => plan.value);
    this.#scalars = plans.filter((plan) => plan.type === 'scalar').map((plan) => (time) => plan.at(time));
    this.#vector = plans.find((plan) => plan.type === 'vector');
    this.#range = plans.find((plan) => plan.type === 'matrix');
  }

  get hasVector(): boolean {
    return this.#vector !== undefined;
  }

  /** @param fallback the value of an argument that was left out */
  scalar(index: number, time: number, fallback = Number.NaN): number {
    return this.#scalars[index]?.(time) ?? fallback;
  }

  vector(time: number): Vector {
    return this.#vector?.at(time) ?? EMPTY_VECTOR;
  }

  range(time: number): Windows {
    return this.#range?.at(time) ?? { start: time, end: time, windows: [] };
  }
}
