import { METRIC_NAME, type Labels } from '../../../model/labels.ts';
import { maxOfTwo, minOfTwo } from '../../kernels/order-statistics.ts';
import { unwrap, type Call, type Expr, type VectorSelector } from '../../tree.ts';
import {
  histogramFractionNode,
  histogramQuantileNode,
  histogramQuantilesNode,
} from '../histogram/histogram-functions.ts';
import type { Node, ScalarNode } from '../node.ts';
import type { Plan } from '../plan.ts';
import type { QueryContext } from '../query-context.ts';
import { singleNode } from '../single.ts';
import { absentNode, absentOverTimeNode } from './absent.ts';
import { Arguments } from './arguments.ts';
import { labelJoinNode } from './label-join.ts';
import { labelReplaceNode } from './label-replace.ts';
import { scalarOf } from './scalar-of.ts';
import { sortByLabelNode, sortNode } from './sort.ts';

type NodeFunction = (args: Arguments, plan: Plan, call: Call) => Node;

const FUNCTIONS: ReadonlyMap<string, NodeFunction> = new Map<string, NodeFunction>([
  ['absent', ({ vector }, _plan, call) => absentNode(vector, pinnedOf(call))],
  ['absent_over_time', ({ range }, _plan, call) => absentOverTimeNode(range, pinnedOf(call))],
  ['end', (_args, { context }) => ({ type: 'scalar', at: () => context.resolve('end') / 1000 })],
  [
    'histogram_fraction',
    (args, plan) => histogramFractionNode(args.scalar(0), args.scalar(1), args.vector, plan.context),
  ],
  ['histogram_quantile', (args, plan) => histogramQuantileNode(args.scalar(0), args.vector, plan.context)],
  [
    'histogram_quantiles',
    ({ vector, texts: [label = ''], scalars }, { context }) =>
      histogramQuantilesNode(vector, label, scalars, context),
  ],
  ['label_join', labelJoin],
  ['label_replace', labelReplace],
  ['max_of', ({ scalars }) => extremeOf(scalars, maxOfTwo)],
  ['min_of', ({ scalars }) => extremeOf(scalars, minOfTwo)],
  ['pi', () => ({ type: 'scalar', at: () => Math.PI })],
  ['range', (_args, { context }) => ({ type: 'scalar', at: () => rangeOf(context) })],
  ['scalar', ({ vector }) => scalarOf(vector)],
  ['sort', ({ vector }) => sortNode(vector, 1)],
  ['sort_by_label', ({ vector, texts }) => sortByLabelNode(vector, texts, 1)],
  ['sort_by_label_desc', ({ vector, texts }) => sortByLabelNode(vector, texts, -1)],
  ['sort_desc', ({ vector }) => sortNode(vector, -1)],
  ['start', (_args, { context }) => ({ type: 'scalar', at: () => context.resolve('start') / 1000 })],
  ['step', (_args, { context }) => ({ type: 'scalar', at: () => stepOf(context) })],
  ['time', () => ({ type: 'scalar', at: (time) => time / 1000 })],
  ['vector', (args) => singleNode(args.scalar(0))],
]);

/** The functions that are neither a kernel over windows nor a formula of one value. */
export function specialFunctionOf(
  name: string,
): ((call: Call, plan: Plan, compile: (arg: Expr) => Node) => Node) | undefined {
  const make = FUNCTIONS.get(name);
  return make && ((call, plan, compile) => make(new Arguments(call.args.map(compile)), plan, call));
}

function extremeOf([a, b]: readonly ScalarNode[], choose: (a: number, b: number) => number): ScalarNode {
  return { type: 'scalar', at: (time) => choose(a?.at(time) ?? Number.NaN, b?.at(time) ?? Number.NaN) };
}

/** The length of the query in seconds; 0 of one time. */
function rangeOf(context: QueryContext): number {
  return (context.resolve('end') - context.resolve('start')) / 1000;
}

/** The step of the query in seconds; 0 of one time, even where it was asked for as a range. */
function stepOf(context: QueryContext): number {
  return rangeOf(context) === 0 ? 0 : context.stepMs / 1000;
}

function labelJoin({ vector, texts }: Arguments): Node {
  const [target = '', separator = '', ...sources] = texts;
  return labelJoinNode(vector, target, separator, sources);
}

function labelReplace({ vector, texts }: Arguments): Node {
  const [target = '', replacement = '', source = '', pattern = ''] = texts;
  return labelReplaceNode(vector, { target, replacement, source, pattern });
}

/** The labels an absent series would have: those its selector pins to one value. */
function pinnedOf({ args: [first] }: Call): Labels {
  const subject = first && unwrap(first);
  if (subject?.kind === 'selector') return pinnedLabels(subject);
  return subject?.kind === 'range' ? pinnedLabels(subject.selector) : {};
}

function pinnedLabels({ matchers }: VectorSelector): Labels {
  const labels: Record<string, string> = {};
  const seen = new Set<string>([METRIC_NAME]);
  for (const { name, operator, value } of matchers) {
    if (name === METRIC_NAME) continue;
    if (operator === '=' && !seen.has(name) && value !== '') labels[name] = value;
    else delete labels[name];
    seen.add(name);
  }
  return labels;
}
