import { explainUnknownFunction, signatureOf, type Signature } from './function-signatures.ts';
import { asAggregateOperator, parameterTypeOf, type AggregateOperator } from './operators.ts';
import { parseLabelList } from './parse-labels.ts';
import { parseModifiers } from './parse-modifiers.ts';
import { parseSelector } from './parse-selector.ts';
import type { Tokens } from './tokens.ts';
import { describeType, type Aggregate, type Call, type Expr, type Span, type ValueType } from './tree.ts';

/** Reads one expression from the tokens. */
export type ParseExpr = (tokens: Tokens) => Expr;

interface Grouping {
  readonly without: boolean;
  readonly labels: readonly string[];
}

/** Reads `sum by (a) (x)` or `topk(3, x) without (b)`. @throws ParseError */
export function parseAggregate(tokens: Tokens, operator: AggregateOperator, nested: ParseExpr): Aggregate {
  const { start } = tokens.next();
  const before = parseGrouping(tokens);
  const args = parseArguments(tokens, nested, 'in aggregation');
  const grouping = before ?? parseGrouping(tokens) ?? { without: false, labels: [] };
  const parameterType = parameterTypeOf(operator);
  const wanted = parameterType === undefined ? 1 : 2;
  const expr = args.at(-1);
  if (expr === undefined || args.length !== wanted) {
    const counts = `expected ${wanted}, got ${args.length}`;
    const at = { start, end: tokens.lastEnd };
    throw tokens.failure(at, `wrong number of arguments for aggregate expression provided, ${counts}`);
  }
  const context = `aggregation expression ${operator}`;
  expectType(tokens, expr, 'vector', context);
  const [parameter] = args;
  if (parameterType !== undefined) expectType(tokens, parameter, parameterType, `${context} parameter`);
  return {
    kind: 'aggregate',
    type: 'vector',
    operator,
    expr,
    ...(parameterType === undefined || parameter === undefined ? {} : { parameter }),
    without: grouping.without,
    grouping: grouping.labels,
    start,
    end: tokens.lastEnd,
  };
}

/** Whether the cursor stands on an aggregation, and not on a metric of that name. */
export function aggregateAhead(tokens: Tokens): AggregateOperator | undefined {
  const operator = asAggregateOperator(tokens.peek().text);
  const after = tokens.peek(1);
  const isGrouping = after.kind === 'word' && /^(?:by|without)$/i.test(after.text);
  return isGrouping || tokens.isSymbol('(', 1) ? operator : undefined;
}

/** Reads a function call; number and types of the arguments are checked. @throws ParseError */
export function parseCall(tokens: Tokens, nested: ParseExpr): Call {
  const { start, end, text: name } = tokens.next();
  const signature = signatureOf(name);
  if (signature === undefined) throw tokens.failure({ start, end }, explainUnknownFunction(name));
  const args = parseArguments(tokens, name === 'info' ? infoArguments(nested) : nested, 'in function call');
  checkCount(tokens, { start, end: tokens.lastEnd }, name, signature, args.length);
  args.forEach((arg, index) => {
    const wanted = signature.args[index] ?? signature.args.at(-1);
    if (wanted !== undefined) expectType(tokens, arg, wanted, `call to function "${name}"`);
  });
  return { kind: 'call', type: signature.returns, name, args, start, end: tokens.lastEnd };
}

/** Reads the second argument of `info`, matchers alone, which need not select anything by themselves. */
function infoArguments(nested: ParseExpr): ParseExpr {
  let count = 0;
  return (tokens) => {
    if (count++ !== 1) return nested(tokens);
    const isSelector = tokens.isSymbol('{');
    const selector = isSelector ? parseModifiers(tokens, parseSelector(tokens, true)) : nested(tokens);
    if (!isSelector || selector.kind !== 'selector') {
      throw tokens.failure(selector, 'expected label selectors only, as in info(v, {name="value"})');
    }
    return selector;
  };
}

function checkCount(tokens: Tokens, at: Span, name: string, { least, most }: Signature, count: number): void {
  if (count >= least && count <= most) return;
  const bound = least === most ? '' : count < least ? 'at least ' : 'at most ';
  const expected = count < least ? least : most;
  throw tokens.failure(at, `expected ${bound}${expected} argument(s) in call to "${name}", got ${count}`);
}

function expectType(tokens: Tokens, expr: Expr | undefined, wanted: ValueType, context: string): void {
  if (expr === undefined || expr.type === wanted) return;
  const types = `expected type ${describeType(wanted)} in ${context}, got ${describeType(expr.type)}`;
  throw tokens.failure(expr, types);
}

function parseGrouping(tokens: Tokens): Grouping | undefined {
  if (!tokens.isWord('by', 'without')) return undefined;
  const without = tokens.next().text.toLowerCase() === 'without';
  return { without, labels: parseLabelList(tokens, CONTEXT) };
}

const CONTEXT = 'in grouping opts';

function parseArguments(tokens: Tokens, nested: ParseExpr, context: string): readonly Expr[] {
  const args: Expr[] = [];
  tokens.expectSymbol('(', context);
  if (tokens.acceptSymbol(')')) return args;
  do args.push(nested(tokens));
  while (tokens.acceptSymbol(','));
  tokens.expectSymbol(')', context);
  return args;
}
