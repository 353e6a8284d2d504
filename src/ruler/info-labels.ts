import { METRIC_NAME } from '../model/labels.ts';
import { selectedNames, selectorsOf } from '../promql/inspect.ts';
import type { Aggregate, Binary, Call, Expr } from '../promql/tree.ts';

/** Labels of a result by the labels that determine them; undefined where those are not known by name. */
type Determined = ReadonlyMap<string, readonly string[] | undefined>;

const NONE: Determined = new Map();
const SET_OPERATORS: ReadonlySet<string> = new Set(['and', 'unless', 'or']);
const PICKING: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

/**
 * The labels that a result has from info metrics alone (`group_left (version) octopus_instance_info`). What they say
 * of a tenant may change while an alert lasts, and they tell no two alerts apart: other labels determine them.
 */
export function infoLabels(expr: Expr): ReadonlySet<string> {
  return new Set(determined(expr).keys());
}

function determined(expr: Expr): Determined {
  switch (expr.kind) {
    case 'paren':
    case 'unary':
    case 'subquery':
      return determined(expr.expr);
    case 'binary':
      return ofBinary(expr);
    case 'aggregate':
      return ofAggregate(expr);
    case 'call':
      return ofCall(expr);
    case 'number':
    case 'string':
    case 'selector':
    case 'range':
      return NONE;
  }
}

function ofBinary({ operator, matching, left, right }: Binary): Determined {
  if (matching === undefined) return determined(left.type === 'scalar' ? right : left);
  if (operator === 'or') return common(determined(left), determined(right));
  if (SET_OPERATORS.has(operator)) return determined(left);
  if (matching.cardinality === 'one-to-one') {
    return matching.on ? NONE : without(determined(left), matching.labels);
  }
  const [many, one] = matching.cardinality === 'many-to-one' ? [left, right] : [right, left];
  const all = new Map(determined(many));
  for (const label of matching.include) {
    if (readsInfo(one)) all.set(label, matching.on ? matching.labels : undefined);
    else all.delete(label);
  }
  return all;
}

/** What determines a label must be left, or it tells groups apart after all. */
function ofAggregate({ operator, expr, without: isWithout, grouping }: Aggregate): Determined {
  const before = determined(expr);
  if (PICKING.has(operator)) return before;
  const isKept = (label: string): boolean => grouping.includes(label) !== isWithout;
  return new Map([...before].filter(([label, by]) => isKept(label) && by !== undefined && by.every(isKept)));
}

function ofCall({ name, args }: Call): Determined {
  if (name === 'absent' || name === 'absent_over_time') return NONE;
  if (name === 'label_replace' || name === 'label_join') return ofLabelFunction(args);
  const [first, second] = args;
  const all = new Map(args.flatMap((arg) => [...determined(arg)]));
  if (name === 'info' && first !== undefined && second?.kind === 'selector')
    for (const matcher of second.matchers) if (matcher.name !== METRIC_NAME) all.set(matcher.name, undefined);
  return all;
}

function ofLabelFunction([vector, target]: readonly Expr[]): Determined {
  if (vector === undefined || target?.kind !== 'string') return NONE;
  return without(determined(vector), [target.value]);
}

function readsInfo(expr: Expr): boolean {
  return selectorsOf(expr)
    .flatMap(selectedNames)
    .some((name) => name.endsWith('_info'));
}

function without(all: Determined, names: readonly string[]): Determined {
  return new Map([...all].filter(([label]) => !names.includes(label)));
}

function common(left: Determined, right: Determined): Determined {
  return new Map([...left].filter(([label]) => right.has(label)));
}
