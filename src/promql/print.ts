import { formatDuration } from '../model/duration.ts';
import { isLabelName, isMetricName, METRIC_NAME } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import { quote } from './string-literal.ts';
import type {
  Aggregate,
  Binary,
  Cardinality,
  Expr,
  Subquery,
  TimeShift,
  VectorMatching,
  VectorSelector,
} from './tree.ts';

/** The canonical text of an expression; it parses back to an equal tree, positions aside. */
export function printExpression(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return printNumber(expr.value);
    case 'string':
      return quote(expr.value);
    case 'selector':
      return printSelector(expr) + printShift(expr);
    case 'range':
      return `${printSelector(expr.selector)}[${formatDuration(expr.rangeMs)}]${printShift(expr.selector)}`;
    case 'subquery':
      return printExpression(expr.expr) + printBrackets(expr) + printShift(expr);
    case 'unary':
      return `${expr.operator}${printExpression(expr.expr)}`;
    case 'binary':
      return printBinary(expr);
    case 'aggregate':
      return printAggregate(expr);
    case 'call':
      return `${expr.name}(${expr.args.map(printExpression).join(', ')})`;
    case 'paren':
      return `(${printExpression(expr.expr)})`;
  }
}

function printNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function printSelector(selector: VectorSelector): string {
  const [first, ...others] = selector.matchers;
  const isNamed = first?.name === METRIC_NAME && first.operator === '=' && isPlainName(first.value);
  if (isNamed) return others.length === 0 ? first.value : `${first.value}{${printMatchers(others)}}`;
  return `{${printMatchers(selector.matchers)}}`;
}

/** Words that mean something else at the start of an operand. */
function isPlainName(name: string): boolean {
  return isMetricName(name) && !/^(?:atan2|bool|on|ignoring|group_left|group_right|inf|nan)$/i.test(name);
}

function printMatchers(matchers: readonly Matcher[]): string {
  return matchers
    .map(({ name, operator, value }) => {
      const word = isLabelName(name) && !/^(?:inf|nan)$/i.test(name);
      return `${word ? name : quote(name)}${operator}${quote(value)}`;
    })
    .join(',');
}

function printBrackets({ rangeMs, stepMs }: Subquery): string {
  return `[${formatDuration(rangeMs)}:${stepMs === undefined ? '' : formatDuration(stepMs)}]`;
}

function printShift({ at, offsetMs }: TimeShift): string {
  const moment = typeof at === 'string' ? `${at}()` : (Number(at) / 1000).toFixed(3);
  const fixed = at === undefined ? '' : ` @ ${moment}`;
  return offsetMs === 0 ? fixed : `${fixed} offset ${formatDuration(offsetMs)}`;
}

function printBinary({ operator, bool, left, right, matching }: Binary): string {
  const words = [operator, bool ? 'bool' : '', matching === undefined ? '' : printMatching(matching)];
  return `${printExpression(left)} ${words.filter((word) => word !== '').join(' ')} ${printExpression(right)}`;
}

const GROUP_WORDS: ReadonlyMap<Cardinality, string> = new Map([
  ['many-to-one', ' group_left'],
  ['one-to-many', ' group_right'],
]);

function printMatching({ on, labels, cardinality, include }: VectorMatching): string {
  const group = GROUP_WORDS.get(cardinality);
  if (!on && labels.length === 0 && group === undefined) return '';
  const match = `${on ? 'on' : 'ignoring'} (${printLabels(labels)})`;
  return group === undefined ? match : `${match}${group} (${printLabels(include)})`;
}

function printAggregate({ operator, without, grouping, parameter, expr }: Aggregate): string {
  const clause = without ? 'without' : 'by';
  const group = without || grouping.length > 0 ? ` ${clause} (${printLabels(grouping)}) ` : '';
  const args = parameter === undefined ? [expr] : [parameter, expr];
  return `${operator}${group}(${args.map(printExpression).join(', ')})`;
}

function printLabels(labels: readonly string[]): string {
  return labels
    .map((label) => (isLabelName(label) && !/^(?:inf|nan)$/i.test(label) ? label : quote(label)))
    .join(', ');
}
