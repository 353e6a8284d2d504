import { Failure } from '../../model/failure.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { Series, TimeRange } from '../../model/series.ts';
import {
  DEFAULT_LOOKBACK_MS,
  DEFAULT_MAX_SAMPLES,
  DEFAULT_SUBQUERY_STEP_MS,
  type EvaluationOptions,
} from '../options.ts';
import type { At } from '../tree.ts';
import type { Column } from '../columns.ts';
import { withoutStale } from './columns.ts';

/** A selector that reads more is interrupted at the deadline. */
const SAMPLES_PER_CHECK = 50_000;

/** What all nodes of one evaluation share: the reader, the bounds of the query, the budget and the deadline. */
export class Evaluation {
  readonly lookbackMs: number;
  readonly subqueryStepMs: number;
  readonly #options: EvaluationOptions;
  readonly #bounds: TimeRange;
  readonly #maxSamples: number;
  readonly #columns = new Map<string, readonly Column[]>();
  #samples = 0;
  #nextCheck = SAMPLES_PER_CHECK;

  constructor(options: EvaluationOptions, bounds: TimeRange) {
    this.lookbackMs = options.lookbackMs ?? DEFAULT_LOOKBACK_MS;
    this.subqueryStepMs = options.subqueryStepMs ?? DEFAULT_SUBQUERY_STEP_MS;
    this.#maxSamples = options.maxSamples ?? DEFAULT_MAX_SAMPLES;
    this.#options = options;
    this.#bounds = bounds;
  }

  /** The moment `@` names, in ms. */
  resolve(at: At): number {
    return typeof at === 'number' ? at : this.#bounds[at];
  }

  select(matchers: readonly Matcher[], range: TimeRange): Iterable<Series> {
    this.check();
    return this.#options.reader.select(matchers, range);
  }

  /** The samples of the series in a range, stale markers left out; read once however often the query asks for them. */
  samples(matchers: readonly Matcher[], range: TimeRange): readonly Column[] {
    const conditions = matchers.map(({ name, operator, value }) => [name, operator, value]);
    const key = JSON.stringify([range.start, range.end, conditions]);
    let columns = this.#columns.get(key);
    if (columns === undefined) {
      columns = Array.from(this.select(matchers, range), ({ labels, timestamps, values }) => {
        this.spend(values.length);
        return withoutStale(labels, timestamps, values);
      });
      this.#columns.set(key, columns);
    }
    return columns;
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
    this.#options.signal?.throwIfAborted();
    const { deadline } = this.#options;
    if (deadline !== undefined && deadline.clock.now() >= deadline.at) {
      throw new Failure(
        'timeout',
        'query did not finish before its deadline: select fewer series or a shorter range',
      );
    }
  }
}
