import { formatDuration } from '../model/duration.ts';
import { isLabelName, isMetricName, METRIC_NAME } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import { printDuration, printOffset } from './print-duration.ts';
import { quote } from './string-literal.ts';
import type {
  Aggregate,
  Binary,
  Call,
  Cardinality,
  DurationExpr,
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
      return expr.isDuration === true ? formatDuration(expr.value * 1000) : printNumber(expr.value);
    case 'string':
      return quote(expr.value);
    case 'selector':
      return printSelector(expr) + printExtension(expr) + printShift(expr);
    case 'range': {
      const { selector } = expr;
      const range = printLength(expr.rangeMs, expr.rangeExpr);
      return `${printSelector(selector)}[${range}]${printExtension(selector)}${printShift(selector)}`;
    }
    case 'subquery':
      return printExpression(expr.expr) + printBrackets(expr) + printShift(expr);
    case 'unary':
      return `${expr.operator}${printExpression(expr.expr)}`;
    case 'binary':
      return printBinary(expr);
    case 'aggregate':
      return printAggregate(expr);
    case 'call':
      return printCall(expr);
    case 'paren':
      return `(${printExpression(expr.expr)})`;
  }
}

function printCall({ name, args }: Call): string {
  const printed = args.map((arg, index) => {
    const isMatchers = name === 'info' && index === 1 && arg.kind === 'selector';
    return isMatchers
      ? `{${printMatchers(arg.matchers)}}${printExtension(arg)}${printShift(arg)}`
      : printExpression(arg);
  });
  return `${name}(${printed.join(', ')})`;
}

function printNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

function printSelector(selector: VectorSelector): string {
  const [first, ...others] = selector.matchers;
  const isNamed = first?.name === METRIC_NAME && first.operator === '=' && isPlainName(first.value);
  // A name before the braces forbids another condition on it within.
  if (isNamed && others.every(({ name }) => name !== METRIC_NAME)) {
    return others.length === 0 ? first.value : `${first.value}{${printMatchers(others)}}`;
  }
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

function printBrackets({ rangeMs, rangeExpr, stepMs, stepExpr }: Subquery): string {
  const step = stepMs === undefined ? '' : printLength(stepMs, stepExpr);
  return `[${printLength(rangeMs, rangeExpr)}:${step}]`;
}

function printLength(ms: number, expr: DurationExpr | undefined): string {
  return expr === undefined ? formatDuration(ms) : printDuration(expr);
}

function printExtension({ extension }: VectorSelector): string {
  return extension === undefined ? '' : ` ${extension}`;
}

function printShift({ at, offsetMs, offsetExpr }: TimeShift): string {
  const moment = typeof at === 'string' ? `${at}()` : (Number(at) / 1000).toFixed(3);
  const fixed = at === undefined ? '' : ` @ ${moment}`;
  const isShifted = offsetMs !== 0 || offsetExpr !== undefined;
  if (!isShifted) return fixed;
  return `${fixed} offset ${offsetExpr === undefined ? formatDuration(offsetMs) : printOffset(offsetExpr)}`;
}

function printBinary({ operator, bool, left, right, matching }: Binary): string {
  const words = [operator, bool ? 'bool' : '', matching === undefined ? '' : printMatching(matching)];
  return `${printExpression(left)} ${words.filter((word) => word !== '').join(' ')} ${printExpression(right)}`;
}

const GROUP_WORDS: ReadonlyMap<Cardinality, string> = new Map([
  ['many-to-one', ' group_left'],
  ['one-to-many', ' group_right'],
]);

function printMatching({ on, labels, cardinality, include, fill }: VectorMatching): string {
  const group = GROUP_WORDS.get(cardinality);
  const filled = fill === undefined ? '' : printFill(fill);
  if (!on && labels.length === 0 && group === undefined) return filled;
  const match = `${on ? 'on' : 'ignoring'} (${printLabels(labels)})`;
  const grouped = group === undefined ? match : `${match}${group} (${printLabels(include)})`;
  return filled === '' ? grouped : `${grouped} ${filled}`;
}

function printFill({ left, right }: NonNullable<VectorMatching['fill']>): string {
  if (left !== undefined && Object.is(left, right)) return `fill (${printNumber(left)})`;
  const sides = [
    left === undefined ? '' : `fill_left (${printNumber(left)})`,
    right === undefined ? '' : `fill_right (${printNumber(right)})`,
  ];
  return sides.filter((side) => side !== '').join(' ');
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
