import { Failure } from '../../model/failure.ts';
import type { Labels } from '../../model/labels.ts';
import { resolveDurations } from '../durations.ts';
import { QueryContext, type QueryLimits, type QuerySettings } from '../nodes/query-context.ts';
import { prepareQuery, type PreparedQuery } from '../prepare.ts';
import { describeType, someExpr, type Expr } from '../tree.ts';
import { LabelledSteps } from './collect-steps.ts';
import { stepCompiler } from './compile-steps.ts';
import { RootRows, type LabelledRows } from './root-rows.ts';
import { singleSteps } from './single-steps.ts';
import { lastStep, type StepPlan, type StepRange, type VectorSteps } from './step-node.ts';
import { RowPool } from './step-row.ts';

export type { StepRange } from './step-node.ts';
export { RowPool } from './step-row.ts';

/** What an expression is worth at every step of a range, a row for each series that is there at one step at least. */
export interface StepMatrix {
  /** Final, and no two equal; in no order. */
  readonly labels: readonly Labels[];
  /** By row, `count` numbers; without meaning where nothing is present. */
  readonly values: readonly Float64Array[];
  /** By row, `count` flags: 1 where there is a value. */
  readonly present: readonly Uint8Array[];
  /** Gives the rows back, to be written over by what shares the pool. Not to be called while somebody looks at them. */
  release(): void;
}

/** How expressions are evaluated over steps. */
export interface StepSettings extends QuerySettings {
  /** Shared by expressions that are evaluated one after the other, rows are used again. */
  readonly rows?: RowPool;
}

/** An expression that is evaluated for one range of steps after the other and keeps what it learned of its series. */
export interface PreparedSteps {
  /**
   * The same values, to the bit, that `prepareQuery` has at each of the steps.
   * @throws StepFailure with the failure of the first step that has one; Failure `budget`, `timeout`, or the signal's
   * reason. It can be asked again after any of them.
   */
  over(range: StepRange, limits?: QueryLimits): StepMatrix;
}

/** Why an expression has no value at a step. */
export class StepFailure extends Failure {
  /** The step, ms since the epoch. */
  readonly time: number;

  constructor(failure: Failure, time: number) {
    super(failure.reason, failure.message, { cause: failure });
    this.time = time;
  }
}

/**
 * Compiles an expression for many steps at once; no sample is read yet. Every step is an evaluation of its own, as those
 * of a rule are: `@ start()` and `@ end()` are the step's own time.
 * @throws Failure `invalid` for a string or range vector, and for arguments that only the evaluator checks
 */
export function prepareSteps(expr: Expr, settings: StepSettings): PreparedSteps {
  const context = new QueryContext(settings);
  const pool = settings.rows ?? new RowPool();
  const stepByStep = new StepByStep(expr, settings, { reader: settings.reader, context, pool });
  if (settings.delayedNameRemoval === true || someExpr(expr, asksForBounds)) {
    return { over: (range, limits = {}) => toMatrix(stepByStep.over(range, limits), pool) };
  }
  const steps = rootSteps(resolveDurations(expr, { stepMs: 0, rangeMs: 0 }), {
    reader: settings.reader,
    context,
    pool,
  });
  const root = new RootRows(steps.frame);
  return {
    over(range, limits = {}) {
      context.begin({ start: range.start, end: lastStep(range) }, limits);
      try {
        const result = root.merge(steps.over(range), pool);
        context.spend(result.rows.length * range.count);
        return toMatrix(result, pool);
      } catch (error) {
        if (!(error instanceof Failure) || error.reason !== 'invalid') throw error;
        // Some step fails. Which is the first, and of what, is for the one to say who takes them in order.
        return toMatrix(stepByStep.over(range, limits), pool);
      }
    },
  };
}

/** What looks at the bounds of the query is another thing at every step. */
function asksForBounds(expr: Expr): boolean {
  if (expr.kind === 'call') return /^(?:start|end|step|range)$/.test(expr.name);
  return (expr.kind === 'selector' || expr.kind === 'subquery') && typeof expr.at === 'string';
}

function rootSteps(expr: Expr, plan: StepPlan): VectorSteps {
  const compiler = stepCompiler(plan);
  if (expr.type === 'scalar') return singleSteps(compiler.scalar(expr), plan);
  if (expr.type === 'vector') return compiler.vector(expr);
  throw new Failure('invalid', `the expression yields a ${describeType(expr.type)}, not an instant vector`);
}

/** The instant evaluator, asked at one step after the other. */
class StepByStep {
  readonly #prepare: () => PreparedQuery;
  readonly #plan: StepPlan;
  #query: PreparedQuery | undefined;

  constructor(expr: Expr, settings: QuerySettings, plan: StepPlan) {
    this.#prepare = () => prepareQuery(expr, settings);
    this.#plan = plan;
  }

  over(range: StepRange, limits: QueryLimits): LabelledRows {
    const query = (this.#query ??= this.#prepare());
    const labelled = new LabelledSteps();
    const at = (time: number) => {
      try {
        return query.at(time, limits);
      } catch (error) {
        throw error instanceof Failure && error.reason === 'invalid' ? new StepFailure(error, time) : error;
      }
    };
    const { positions, rows } = labelled.over(
      { type: 'vector', frame: labelled.frame, at },
      range,
      this.#plan,
    );
    return { labels: positions.map((position) => labelled.frame.labels(position)), rows };
  }
}

function toMatrix({ labels, rows }: LabelledRows, pool: RowPool): StepMatrix {
  return {
    labels,
    values: rows.map(({ values }) => values),
    present: rows.map(({ present }) => present),
    release() {
      for (const row of rows.splice(0)) pool.give(row);
    },
  };
}
