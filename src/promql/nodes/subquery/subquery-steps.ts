import type { Expr, Subquery } from '../../tree.ts';
import type { VectorNode } from '../node.ts';
import type { Plan } from '../plan.ts';
import type { QueryContext } from '../query-context.ts';
import { settles } from './settles.ts';
import type { StepColumns } from './step-columns.ts';

/** Samples may come this late after the time they are of: steps of a kept plan younger than it are made again, ms. */
const SETTLE_MS = 60_000;

/** Evaluates a subquery's expression at the steps that are not there yet. */
export class SubquerySteps {
  readonly #context: QueryContext;
  readonly #child: VectorNode;
  readonly #columns: StepColumns;
  readonly #stepMs: number;
  /** How long steps may still change; 0 in a plan for one query. */
  readonly #settleMs: number;
  /** The steps that are there: from `#from` on, all before `#next`. */
  #from = Number.NaN;
  #next = Number.NaN;
  #round = 0;
  #latest = Number.NEGATIVE_INFINITY;

  constructor(
    { stepMs, expr }: Pick<Subquery, 'stepMs' | 'expr'>,
    { context, times }: Plan,
    child: VectorNode,
    columns: StepColumns,
  ) {
    this.#context = context;
    this.#child = child;
    this.#columns = columns;
    this.#stepMs = stepMs ?? context.subqueryStepMs;
    this.#settleMs = times === undefined ? settleTime(expr) : 0;
  }

  /** Brings the columns to hold all steps in `(start, end]`. */
  cover(start: number, end: number): void {
    if (this.#round !== this.#context.round) this.#beginRound();
    const first = this.#stepAfter(start);
    if (!(first >= this.#from && first <= this.#next)) this.#restart(first);
    this.#latest = Math.max(this.#latest, end);
    try {
      this.#advance(end);
    } catch (error) {
      // A step that was taken up in part would stand twice when the query is asked again.
      this.#restart(first);
      throw error;
    }
    this.#forgetBefore(start - this.#settleMs);
  }

  #advance(end: number): void {
    // All steps are paid for before the first: one too fine fails at once.
    this.#context.spend(Math.max(0, Math.floor((end - this.#next) / this.#stepMs) + 1));
    for (; this.#next <= end; this.#next += this.#stepMs) {
      this.#context.check();
      this.#context.spend(this.#columns.add(this.#next, this.#child.at(this.#next)));
    }
  }

  #beginRound(): void {
    this.#round = this.#context.round;
    const settled = this.#stepAfter(this.#latest - this.#settleMs);
    this.#latest = Number.NEGATIVE_INFINITY;
    if (!(settled < this.#next)) return;
    if (settled <= this.#from) {
      this.#restart(Number.NaN);
    } else {
      this.#next = settled;
      this.#columns.forgetAfter(settled - this.#stepMs);
    }
  }

  #forgetBefore(time: number): void {
    if (time <= this.#from) return;
    this.#columns.forgetUpTo(time);
    this.#from = Math.min(this.#stepAfter(time), this.#next);
  }

  #restart(first: number): void {
    this.#columns.clear();
    this.#from = first;
    this.#next = first;
  }

  #stepAfter(time: number): number {
    return (Math.floor(time / this.#stepMs) + 1) * this.#stepMs;
  }
}

function settleTime(expr: Expr): number {
  return settles(expr) ? SETTLE_MS : Number.POSITIVE_INFINITY;
}
