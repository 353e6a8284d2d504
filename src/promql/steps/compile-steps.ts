import { aggregateNode } from '../nodes/aggregate/aggregate.ts';
import { binaryNode } from '../nodes/binary/binary.ts';
import { callNode } from '../nodes/call/call.ts';
import { compile } from '../nodes/compile.ts';
import type { Node, ScalarNode, VectorNode } from '../nodes/node.ts';
import { isSetOperator } from '../operators.ts';
import { someExpr, unwrap, type Aggregate, type Binary, type Call, type Expr } from '../tree.ts';
import { abundanceOf } from './abundance.ts';
import { reducingSteps } from './aggregate-steps.ts';
import { bridgedScalar, bridgedVector, Feeds } from './bridge-steps.ts';
import { callSteps, prunedPrediction } from './call-steps.ts';
import { instantPlan, instantSteps } from './instant-steps.ts';
import { joinOneToOneSteps } from './join-steps.ts';
import { prunePredictions } from './kernels/prune-predictions.ts';
import { mapSteps } from './map-steps.ts';
import { isReducing } from './reducers.ts';
import { selectorSteps } from './selector-steps.ts';
import { seriesTestOf } from './series-test.ts';
import { setSteps } from './set-steps.ts';
import type { ScalarSteps, StepPlan, VectorSteps } from './step-node.ts';
import { vectorScalarSteps } from './vector-scalar-steps.ts';

/** Makes the nodes of an expression and of those in it. */
export interface StepCompiler {
  readonly plan: StepPlan;
  vector(expr: Expr): VectorSteps;
  scalar(expr: Expr): ScalarSteps;
  /** An instant node over operands that are evaluated at all steps at once. */
  bridge(make: (feed: (expr: Expr) => Node) => Node): VectorSteps;
}

/** @throws Failure `invalid` for an argument that only the evaluator checks */
export function stepCompiler(plan: StepPlan): StepCompiler {
  const compiler: StepCompiler = {
    plan,
    vector: (expr) => vectorSteps(expr, compiler),
    scalar: (expr) => scalarSteps(expr, compiler),
    bridge(make) {
      const feeds = new Feeds();
      return bridgedVector(vectorOf(make((expr) => feedNode(expr, feeds, compiler))), feeds, plan);
    },
  };
  return compiler;
}

function vectorSteps(expr: Expr, compiler: StepCompiler): VectorSteps {
  const { plan } = compiler;
  switch (expr.kind) {
    case 'paren':
      return compiler.vector(expr.expr);
    case 'selector':
      return expr.extension === undefined ? selectorSteps(expr, plan) : instantSteps(expr, plan);
    case 'unary':
      if (expr.operator === '+') return compiler.vector(expr.expr);
      return mapSteps((value) => -value, compiler.vector(expr.expr), plan);
    case 'binary':
      return binarySteps(expr, compiler);
    case 'aggregate':
      return aggregateSteps(expr, compiler);
    case 'call':
      return callSteps(expr, compiler) ?? bridgedCall(expr, compiler);
    case 'number':
    case 'string':
    case 'range':
    case 'subquery':
      throw new TypeError('the parser lets only an instant vector stand here');
  }
}

function binarySteps(expr: Binary, compiler: StepCompiler): VectorSteps {
  const { left, right, matching, operator } = expr;
  const { plan } = compiler;
  if (right.type === 'scalar') return besideScalar(expr, left, right, 'left', compiler);
  if (left.type === 'scalar') return besideScalar(expr, right, left, 'right', compiler);
  if (matching === undefined) throw new TypeError('a vector operation has a matching');
  if (isSetOperator(operator)) {
    const first = abundanceOf(left) < abundanceOf(right) ? 'left' : 'right';
    return setSteps(operator, matching, compiler.vector(left), compiler.vector(right), plan, first);
  }
  if (matching.cardinality === 'one-to-one' && matching.fill === undefined) {
    return joinOneToOneSteps(expr, matching, compiler.vector(left), compiler.vector(right), plan);
  }
  return compiler.bridge((feed) =>
    binaryNode(expr, vectorOf(feed(left)), vectorOf(feed(right)), plan.context),
  );
}

/** @param side on which the vector stands */
function besideScalar(
  expr: Binary,
  vector: Expr,
  other: Expr,
  side: 'left' | 'right',
  compiler: StepCompiler,
): VectorSteps {
  const { plan } = compiler;
  const scalar = compiler.scalar(other);
  const subject = unwrap(vector);
  const child = filteredSteps(expr, subject, scalar.constant, side, compiler) ?? compiler.vector(subject);
  return vectorScalarSteps(expr, child, scalar, side, plan);
}

/** What makes less of an operand of which a comparison with a constant will drop most. */
function filteredSteps(
  expr: Binary,
  subject: Expr,
  constant: number | undefined,
  side: 'left' | 'right',
  compiler: StepCompiler,
): VectorSteps | undefined {
  if (subject.kind === 'selector' && subject.extension === undefined) {
    return selectorSteps(subject, compiler.plan, seriesTestOf(expr, constant, side));
  }
  const prune = prunePredictions(expr, constant, side);
  return subject.kind === 'call' && prune ? prunedPrediction(subject, compiler, prune) : undefined;
}

function aggregateSteps(expr: Aggregate, compiler: StepCompiler): VectorSteps {
  const { operator, parameter } = expr;
  if (isReducing(operator)) return reducingSteps(expr, operator, compiler.vector(expr.expr), compiler.plan);
  return compiler.bridge((feed) => {
    const given = parameter && feed(parameter);
    if (given?.type === 'vector' || given?.type === 'matrix')
      throw new TypeError('a parameter is a scalar or a string');
    return aggregateNode(expr, vectorOf(feed(expr.expr)), given, compiler.plan.context);
  });
}

function bridgedCall(call: Call, compiler: StepCompiler): VectorSteps {
  return compiler.bridge((feed) => callNode(call, instantPlan(compiler.plan), feed));
}

function scalarSteps(expr: Expr, compiler: StepCompiler): ScalarSteps {
  const feeds = new Feeds();
  const node = feedNode(expr, feeds, compiler);
  if (node.type !== 'scalar') throw new TypeError('the parser lets only a scalar stand here');
  return bridgedScalar(node, isConstant(expr), feeds, compiler.plan);
}

/** The instant node of an operand: a vector's shows what its steps are. */
function feedNode(expr: Expr, feeds: Feeds, compiler: StepCompiler): Node {
  const feed = (inner: Expr): Node => feedNode(inner, feeds, compiler);
  if (expr.type === 'vector') return feeds.add(compiler.vector(expr));
  switch (expr.kind) {
    case 'paren':
      return feed(expr.expr);
    case 'unary': {
      const child = scalarOf(feed(expr.expr));
      return expr.operator === '+' ? child : { type: 'scalar', at: (time) => -child.at(time) };
    }
    case 'binary':
      return binaryNode(expr, scalarOf(feed(expr.left)), scalarOf(feed(expr.right)), compiler.plan.context);
    case 'call':
      return callNode(expr, instantPlan(compiler.plan), feed);
    case 'number':
    case 'string':
    case 'range':
    case 'subquery':
      return compile(expr, instantPlan(compiler.plan));
  }
}

function isConstant(expr: Expr): boolean {
  return !someExpr(expr, ({ kind }) => kind === 'call' || kind === 'selector');
}

function vectorOf(node: Node): VectorNode {
  if (node.type !== 'vector') throw new TypeError('the parser lets only an instant vector stand here');
  return node;
}

function scalarOf(node: Node): ScalarNode {
  if (node.type !== 'scalar') throw new TypeError('the parser lets only a scalar stand here');
  return node;
}
