import { Failure } from '../../model/failure.ts';
import type { TimeRange } from '../../model/series.ts';
import {
  DEFAULT_LOOKBACK_MS,
  DEFAULT_MAX_SAMPLES,
  DEFAULT_SUBQUERY_STEP_MS,
  type EvaluationOptions,
} from '../options.ts';
import type { At } from '../tree.ts';

/** What one evaluation may cost, and when it must end. */
export type QueryLimits = Pick<EvaluationOptions, 'maxSamples' | 'deadline' | 'signal'>;

/** What holds for all evaluations of a query. */
export type QuerySettings = Omit<EvaluationOptions, keyof QueryLimits>;

/** A node that reads or makes more is interrupted at the deadline. */
const SAMPLES_PER_CHECK = 50_000;

/** What all nodes of a query share: its settings, and the bounds, budget and deadline of the evaluation that runs. */
export class QueryContext {
  readonly lookbackMs: number;
  readonly subqueryStepMs: number;
  /** Names go at the end of an evaluation instead of where a metric stops being one. */
  readonly delayedNameRemoval: boolean;
  /** The number of this evaluation. The steps of a range query are one evaluation. */
  round = 0;
  /** ms between the steps of a range query; 0 at one time. */
  stepMs = 0;
  #bounds: TimeRange = { start: Number.NaN, end: Number.NaN };
  #limits: QueryLimits = {};
  #maxSamples = DEFAULT_MAX_SAMPLES;
  #samples = 0;
  #nextCheck = SAMPLES_PER_CHECK;

  constructor(settings: QuerySettings) {
    this.lookbackMs = settings.lookbackMs ?? DEFAULT_LOOKBACK_MS;
    this.subqueryStepMs = settings.subqueryStepMs ?? DEFAULT_SUBQUERY_STEP_MS;
    this.delayedNameRemoval = settings.delayedNameRemoval ?? false;
  }

  /** Begins an evaluation. @param bounds the first and the last time it is for */
  begin(bounds: TimeRange, limits: QueryLimits, stepMs = 0): void {
    this.round++;
    this.stepMs = stepMs;
    this.#bounds = bounds;
    this.#limits = limits;
    this.#maxSamples = limits.maxSamples ?? DEFAULT_MAX_SAMPLES;
    this.#samples = 0;
    this.#nextCheck = SAMPLES_PER_CHECK;
    this.check();
  }

  /** The moment `@` names, in ms. */
  resolve(at: At): number {
    return typeof at === 'number' ? at : this.#bounds[at];
  }

  /** Takes `count` samples out of the budget, and looks at the clock now and then. @throws Failure `budget`, or as `check` */
  spend(count: number): void {
    this.#samples += count;
    if (this.#samples > this.#maxSamples) throw this.#overspent();
    if (this.#samples < this.#nextCheck) return;
    this.#nextCheck = this.#samples + SAMPLES_PER_CHECK;
    this.check();
  }

  #overspent(): Failure {
    const advice = 'select fewer series, a shorter range or a longer step';
    return new Failure('budget', `query needs more than ${this.#maxSamples} samples: ${advice}`);
  }

  /** @throws the signal's reason, or Failure `timeout` */
  check(): void {
    this.#limits.signal?.throwIfAborted();
    const { deadline } = this.#limits;
    if (deadline !== undefined && deadline.clock.now() >= deadline.at) {
      throw new Failure(
        'timeout',
        'query did not finish before its deadline: select fewer series or a shorter range',
      );
    }
  }
}
