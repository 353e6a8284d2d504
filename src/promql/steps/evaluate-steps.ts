import { Failure } from '../../model/failure.ts';
import type { Labels } from '../../model/labels.ts';
import { resolveDurations } from '../durations.ts';
import { QueryContext, type QueryLimits, type QuerySettings } from '../nodes/query-context.ts';
import { describeType, type Expr } from '../tree.ts';
import { stepCompiler } from './compile-steps.ts';
import { RootRows, type LabelledRows } from './root-rows.ts';
import { singleSteps } from './single-steps.ts';
import { asksForBounds, evaluateStepByStep, type StepFailure } from './step-by-step.ts';
import { lastStep, type StepPlan, type StepRange, type VectorSteps } from './step-node.ts';
import { RowPool } from './step-row.ts';

export type { StepRange } from './step-node.ts';
export { StepFailure } from './step-by-step.ts';
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
   * @param onFailure told of each step that fails, in order; it has no values then, the others do
   * @throws StepFailure of the first step that fails, where nobody is told; Failure `budget`, `timeout`, or the signal's
   * reason. It can be asked again after any of them.
   */
  over(range: StepRange, limits?: QueryLimits, onFailure?: (failure: StepFailure) => void): StepMatrix;
}

/**
 * Compiles an expression for many steps at once; no sample is read yet. Every step is an evaluation of its own, as those
 * of a rule are: `@ start()` and `@ end()` are the step's own time.
 * @throws Failure `invalid` for a string or range vector, and for arguments that only the evaluator checks
 */
export function prepareSteps(expr: Expr, settings: StepSettings): PreparedSteps {
  const { reader } = settings;
  const context = new QueryContext(settings);
  const pool = settings.rows ?? new RowPool();
  const plan = { reader, context, pool };
  const steps = rootSteps(resolveDurations(expr, { stepMs: 0, rangeMs: 0 }), plan);
  const root = new RootRows(steps.frame);
  const isKnown = !context.delayedNameRemoval && !asksForBounds(expr);
  return {
    over(range, limits = {}, onFailure) {
      context.begin({ start: range.start, end: lastStep(range) }, limits);
      const known = isKnown ? unlessInvalid(() => root.merge(steps.over(range), pool)) : undefined;
      // Where some step fails, who takes them in order can say which one it is, and of what.
      const result = known ?? evaluateStepByStep(expr, range, plan, limits, onFailure);
      context.spend(result.rows.length * range.count);
      return toMatrix(result, pool);
    },
  };
}

function unlessInvalid<T>(evaluate: () => T): T | undefined {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof Failure && error.reason === 'invalid') return undefined;
    throw error;
  }
}

function rootSteps(expr: Expr, plan: StepPlan): VectorSteps {
  const compiler = stepCompiler(plan);
  if (expr.type === 'scalar') return singleSteps(compiler.scalar(expr), plan);
  if (expr.type === 'vector') return compiler.vector(expr);
  throw new Failure('invalid', `the expression yields a ${describeType(expr.type)}, not an instant vector`);
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
