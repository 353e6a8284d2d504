import { rangeFunctionOf } from '../../kernels/range-functions.ts';
import { isDateFunction, valueFunctionOf } from '../../kernels/value-functions.ts';
import { unwrap, type Call, type Expr } from '../../tree.ts';
import { infoSelector } from '../info/info-selector.ts';
import { infoNode } from '../info/info.ts';
import type { Node, ScalarNode, VectorNode } from '../node.ts';
import type { Plan } from '../plan.ts';
import { sampleTimesNode } from '../series/selector.ts';
import { startTimestampNode } from '../series/start-timestamp.ts';
import { singleNode } from '../single.ts';
import { Arguments } from './arguments.ts';
import { extendedCallNode } from './extended-range.ts';
import { mapValuesNode } from './map-values.ts';
import { rangeFunctionNode } from './range-function.ts';
import { specialFunctionOf } from './special-functions.ts';

const EVALUATION_TIME: ScalarNode = { type: 'scalar', at: (time) => time / 1000 };
const ONE: ScalarNode = { type: 'scalar', at: () => 1 };

/**
 * The node of a function call, whichever kind of function it is.
 * @param compile makes the node of an argument
 */
export function callNode(call: Call, plan: Plan, compile: (arg: Expr) => Node): Node {
  const { name, args } = call;
  const extended = extendedCallNode(call, plan);
  if (extended !== undefined) return extended;
  if (name === 'timestamp') return timestampNode(args, plan, compile);
  if (name === 'start_timestamp') return startTimestampNode(args, plan);
  if (name === 'info') return compileInfo(args, plan, compile);
  const special = specialFunctionOf(name);
  if (special !== undefined) return special(call, plan, compile);
  const nodes = new Arguments(args.map(compile));
  const rangeFunction = rangeFunctionOf(name);
  if (rangeFunction !== undefined)
    return rangeFunctionNode(rangeFunction, nodes.range, nodes.scalars, plan.context);
  const compute = valueFunctionOf(name);
  if (compute === undefined) throw new TypeError(`function ${name} has a signature and no implementation`);
  const subject = nodes.optionalVector ?? (isDateFunction(name) ? singleNode(EVALUATION_TIME) : nodes.vector);
  return mapValuesNode(compute, subject, plan.context, nodes.scalars[0] ?? ONE, nodes.scalars[1]);
}

/** The time of a sample is known to its selector alone; of anything computed it is the evaluation time. */
function timestampNode(args: readonly Expr[], plan: Plan, compile: (arg: Expr) => Node): VectorNode {
  const [subject] = args.map(unwrap);
  if (subject?.kind === 'selector')
    return mapValuesNode((seconds) => seconds, sampleTimesNode(subject, plan), plan.context);
  const { vector } = new Arguments(args.map(compile));
  return mapValuesNode((_value, seconds) => seconds, vector, plan.context, EVALUATION_TIME);
}

/** The second argument is not evaluated: its matchers choose among the info series and their labels. */
function compileInfo(args: readonly Expr[], plan: Plan, compile: (arg: Expr) => Node): VectorNode {
  const [base, choice] = args.map(unwrap);
  if (base === undefined) throw new TypeError('the parser lets no info without an argument pass');
  const chosen = choice?.kind === 'selector' ? choice : undefined;
  const { vector } = new Arguments([compile(base)]);
  return infoNode(vector, sampleTimesNode(infoSelector(base, chosen), plan), chosen?.matchers);
}
