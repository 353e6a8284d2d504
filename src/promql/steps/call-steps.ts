import { valueFunctionOf } from '../kernels/value-functions.ts';
import { callNode } from '../nodes/call/call.ts';
import type { VectorNode } from '../nodes/node.ts';
import { unwrap, type Call, type Expr } from '../tree.ts';
import { absentSteps } from './absent-steps.ts';
import type { StepCompiler } from './compile-steps.ts';
import { isOfOneMetric } from './demand.ts';
import { instantPlan, instantSteps } from './instant-steps.ts';
import type { Prune } from './kernels/prune-predictions.ts';
import { stepFunctionOf, type StepFunction } from './kernels/step-kernels.ts';
import { mapSteps } from './map-steps.ts';
import { rangeFunctionSteps } from './range-function-steps.ts';
import { selectedSource, type RangeSource } from './range-source.ts';
import { relabelSteps } from './relabel-steps.ts';
import { sampleTimeSteps } from './selector-steps.ts';
import type { ScalarSteps, VectorSteps } from './step-node.ts';
import { subquerySource } from './subquery-source.ts';

/** A call that has steps of its own; undefined for one that an instant node does over its operands' steps. */
export function callSteps(call: Call, compiler: StepCompiler): VectorSteps | undefined {
  const { name, args } = call;
  const { plan } = compiler;
  const subjects = args.map(unwrap);
  if (name === 'info' || name === 'start_timestamp' || subjects.some(isExtended)) {
    return instantSteps(call, plan);
  }
  if (name === 'absent_over_time') return absentOverTime(call, compiler);
  const rangeFunction = stepFunctionOf(name);
  if (rangeFunction !== undefined) return overRange(rangeFunction, subjects, compiler);
  const [first] = subjects;
  if (first === undefined || !subjects.some(({ type }) => type === 'vector')) return undefined;
  if (name === 'timestamp') return timestamps(first, compiler);
  if (/^sort(?:_|$)/.test(name)) return compiler.vector(first);
  if (name === 'absent') return absentSteps(compiler.vector(first), instantNode(call, compiler), plan);
  if (name === 'label_replace' || name === 'label_join')
    return relabelSteps(compiler.vector(first), instantNode(call, compiler));
  return overValues(call, compiler);
}

function overValues({ name, args }: Call, compiler: StepCompiler): VectorSteps | undefined {
  const compute = valueFunctionOf(name);
  const subject = args.find(({ type }) => type === 'vector');
  if (compute === undefined || subject === undefined) return undefined;
  const [first, second] = scalarsOf(args, compiler);
  const isRound = name === 'round' && first === undefined;
  const nearest = isRound ? compiler.scalar(ONE) : first;
  return mapSteps(compute, compiler.vector(subject), compiler.plan, nearest, second);
}

const ONE: Expr = { kind: 'number', type: 'scalar', value: 1, start: 0, end: 0 };

/** `predict_linear` of which not all results are asked for; undefined for any other call. */
export function prunedPrediction(call: Call, compiler: StepCompiler, prune: Prune): VectorSteps | undefined {
  const subjects = call.args.map(unwrap);
  const prediction = stepFunctionOf(call.name);
  const [range] = subjects;
  if (call.name !== 'predict_linear' || prediction === undefined || range?.kind !== 'range') return undefined;
  if (isExtended(range) || !isOfOneMetric(range.selector.matchers)) return undefined;
  return overRange(prediction, subjects, compiler, prune);
}

function overRange(
  of: StepFunction,
  args: readonly Expr[],
  compiler: StepCompiler,
  prune?: Prune,
): VectorSteps {
  const source = sourceOf(args, compiler);
  return rangeFunctionSteps(of, source, scalarsOf(args, compiler), compiler.plan, prune);
}

/** Whether there is anything at all, whatever it is called. */
function absentOverTime(call: Call, compiler: StepCompiler): VectorSteps {
  const present = stepFunctionOf('present_over_time');
  if (present === undefined) throw new TypeError('present_over_time is a range function');
  const [subject] = call.args.map(unwrap);
  const child = overRange({ ...present, keepsName: true }, call.args.map(unwrap), compiler);
  const pinned = subject?.kind === 'range' ? [subject.selector] : call.args;
  return absentSteps(child, instantNode({ ...call, name: 'absent', args: pinned }, compiler), compiler.plan);
}

function timestamps(subject: Expr, compiler: StepCompiler): VectorSteps {
  const { plan } = compiler;
  if (subject.kind === 'selector')
    return mapSteps((seconds) => seconds, sampleTimeSteps(subject, plan), plan);
  const time: Expr = { kind: 'call', type: 'scalar', name: 'time', args: [], start: 0, end: 0 };
  return mapSteps((_value, seconds) => seconds, compiler.vector(subject), plan, compiler.scalar(time));
}

function sourceOf(args: readonly Expr[], { plan, vector }: StepCompiler): RangeSource {
  for (const arg of args) {
    if (arg.kind === 'range') return selectedSource(arg, plan);
    if (arg.kind === 'subquery') return subquerySource(arg, vector(arg.expr), plan);
  }
  throw new TypeError('the parser lets no range function without a range pass here');
}

function scalarsOf(args: readonly Expr[], compiler: StepCompiler): readonly ScalarSteps[] {
  return args.filter(({ type }) => type === 'scalar').map((arg) => compiler.scalar(arg));
}

/** The instant node of a call over one vector, and texts. */
function instantNode(call: Call, { plan }: StepCompiler): (operand: VectorNode) => VectorNode {
  return (operand) => {
    const node = callNode(call, instantPlan(plan), (arg) => {
      const subject = unwrap(arg);
      return subject.kind === 'string' ? { type: 'string', value: subject.value } : operand;
    });
    if (node.type !== 'vector') throw new TypeError(`${call.name} yields an instant vector`);
    return node;
  };
}

function isExtended(expr: Expr): boolean {
  const selector = expr.kind === 'range' ? expr.selector : expr;
  return selector.kind === 'selector' && selector.extension !== undefined;
}
