import type { Labels } from '../../model/labels.ts';
import type { TimeRange } from '../../model/series.ts';
import { unwrap, type Call, type Expr, type Unary } from '../tree.ts';
import { planAggregate } from './aggregate.ts';
import { planBinary } from './binary.ts';
import { planCall } from './call.ts';
import type { Evaluation } from './evaluation.ts';
import type { Plan, ScalarPlan, TextPlan, VectorPlan } from './node.ts';
import { planRange } from './range-selector.ts';
import { mapValues } from './special-functions.ts';
import { planSubquery } from './subquery.ts';
import { pinnedLabels, planSelector } from './vector-selector.ts';

/**
 * The plan of an expression for one evaluation.
 * @param times the first and the last time at which it will be evaluated
 * @throws Failure `invalid` for an argument that only the evaluator checks (a bad pattern of `label_replace`)
 */
export function compile(expr: Expr, evaluation: Evaluation, times: TimeRange): Plan {
  switch (expr.kind) {
    case 'number':
      return { type: 'scalar', at: () => expr.value };
    case 'string':
      return { type: 'string', value: expr.value };
    case 'paren':
      return compile(expr.expr, evaluation, times);
    case 'selector':
      return planSelector(expr, evaluation, times);
    case 'range':
      return planRange(expr, evaluation, times);
    case 'subquery':
      return planSubquery(expr, evaluation, times, (inner) => vector(compile(expr.expr, evaluation, inner)));
    case 'unary':
      return planUnary(expr, instant(compile(expr.expr, evaluation, times)));
    case 'binary':
      return planBinary(
        expr,
        instant(compile(expr.left, evaluation, times)),
        instant(compile(expr.right, evaluation, times)),
      );
    case 'aggregate': {
      const { parameter } = expr;
      const plan = parameter === undefined ? undefined : compile(parameter, evaluation, times);
      return planAggregate(expr, vector(compile(expr.expr, evaluation, times)), parameterPlan(plan));
    }
    case 'call':
      return compileCall(expr, evaluation, times);
  }
}

function compileCall({ name, args }: Call, evaluation: Evaluation, times: TimeRange): Plan {
  const [first] = args;
  const subject = first === undefined ? undefined : unwrap(first);
  // The time of a sample is known to its selector alone; of anything computed it is the evaluation time.
  if (name === 'timestamp' && subject?.kind === 'selector') {
    const selector = planSelector(subject, evaluation, times);
    return planTimestamp(selector.timesAt);
  }
  const plans = args.map((arg) => compile(arg, evaluation, times));
  return planCall(name, plans, pinnedOf(subject));
}

function planTimestamp(timesAt: VectorPlan['at']): VectorPlan {
  return { type: 'vector', at: (time) => mapValues(timesAt(time), (seconds) => seconds) };
}

function pinnedOf(subject: Expr | undefined): Labels {
  if (subject?.kind === 'selector') return pinnedLabels(subject);
  return subject?.kind === 'range' ? pinnedLabels(subject.selector) : {};
}

function planUnary({ operator }: Unary, child: ScalarPlan | VectorPlan): ScalarPlan | VectorPlan {
  if (operator === '+') return child;
  if (child.type === 'scalar') return { type: 'scalar', at: (time) => -child.at(time) };
  return { type: 'vector', at: (time) => mapValues(child.at(time), (value) => -value) };
}

function vector(plan: Plan): VectorPlan {
  if (plan.type !== 'vector') throw new TypeError('the parser lets only an instant vector stand here');
  return plan;
}

function instant(plan: Plan): ScalarPlan | VectorPlan {
  return plan.type === 'scalar' ? plan : vector(plan);
}

function parameterPlan(plan: Plan | undefined): ScalarPlan | TextPlan | undefined {
  if (plan?.type === 'matrix' || plan?.type === 'vector')
    throw new TypeError('a parameter is a scalar or a string');
  return plan;
}
