import {
  asBinaryOperator,
  isComparison,
  isSetOperator,
  precedenceOf,
  UNARY_PRECEDENCE,
  type BinaryOperator,
} from './operators.ts';
import { aggregateAhead, parseAggregate, parseCall } from './parse-call.ts';
import { defaultMatching, parseBinaryModifiers, type BinaryModifiers } from './parse-matching.ts';
import { parseModifiers } from './parse-modifiers.ts';
import { parseSelector } from './parse-selector.ts';
import { Tokens } from './tokens.ts';
import { describeType, type Binary, type Expr, type Span, type Unary } from './tree.ts';

/** Operands nested deeper than this are refused, so that no text can overflow the stack. */
const MAX_DEPTH = 250;
/** The same for chains: `1+1+1…` is as deep as it is long. */
const MAX_OPERATORS = 1000;

const NOT_A_METRIC = /^(?:atan2|bool|on|ignoring|group_left|group_right)$/i;

/**
 * Parses a PromQL expression (Prometheus 3.14, experimental language included) and checks its types.
 * @throws ParseError a Failure `invalid` with line, column and a rendering with a caret
 */
export function parseExpression(text: string): Expr {
  const tokens = new Tokens(text);
  if (tokens.peek().kind === 'end') throw tokens.failure(0, 'no expression found in input');
  const expr = parseOperators(tokens, 0, 0);
  if (tokens.peek().kind !== 'end') throw tokens.unexpected('after the expression');
  return expr;
}

/** Reads operators that bind at least as tight as `floor` (precedence climbing). */
function parseOperators(tokens: Tokens, floor: number, depth: number): Expr {
  if (depth > MAX_DEPTH) throw tokens.failure(tokens.peek(), 'expression is nested too deep');
  let left = parseOperand(tokens, depth);
  for (;;) {
    const operator = binaryAhead(tokens);
    if (operator === undefined) refuseTrimming(tokens);
    if (operator === undefined || precedenceOf(operator) < floor) return left;
    const sign = tokens.next();
    if (++tokens.operators > MAX_OPERATORS)
      throw tokens.failure(sign, `expression has more than ${MAX_OPERATORS} binary operators`);
    const modifiers = parseBinaryModifiers(tokens, operator);
    const tighter = operator === '^' ? 0 : 1;
    const right = parseOperators(tokens, precedenceOf(operator) + tighter, depth + 1);
    left = binary(tokens, operator, modifiers, left, right, sign);
  }
}

function refuseTrimming(tokens: Tokens): void {
  if (!tokens.isSymbol('</') && !tokens.isSymbol('>/')) return;
  const operator = tokens.peek();
  throw tokens.failure(
    operator,
    `operator "${operator.text}" trims native histograms, which are not supported`,
  );
}

function binaryAhead(tokens: Tokens): BinaryOperator | undefined {
  const token = tokens.peek();
  return token.kind === 'word' || token.kind === 'symbol' ? asBinaryOperator(token.text) : undefined;
}

function parseOperand(tokens: Tokens, depth: number): Expr {
  if (tokens.isSymbol('-') || tokens.isSymbol('+')) return parseUnary(tokens, depth);
  return parseModifiers(tokens, parsePrimary(tokens, depth));
}

function parseUnary(tokens: Tokens, depth: number): Expr {
  const { start, text } = tokens.next();
  const expr = parseOperators(tokens, UNARY_PRECEDENCE, depth + 1);
  if (expr.type !== 'scalar' && expr.type !== 'vector') {
    const met = describeType(expr.type);
    const allowed = 'scalar or instant vector';
    throw tokens.failure(expr, `unary expression only allowed on expressions of type ${allowed}, got ${met}`);
  }
  const operator = text === '-' ? '-' : '+';
  if (expr.kind === 'number') return { ...expr, value: operator === '-' ? -expr.value : expr.value, start };
  return { kind: 'unary', type: expr.type, operator, expr, start, end: expr.end } satisfies Unary;
}

function parsePrimary(tokens: Tokens, depth: number): Expr {
  const token = tokens.peek();
  const { start, end } = token;
  const nested = (inner: Tokens): Expr => parseOperators(inner, 0, depth + 1);
  switch (token.kind) {
    case 'number':
      tokens.next();
      return { kind: 'number', type: 'scalar', value: token.value, start, end };
    case 'duration':
      tokens.next();
      return { kind: 'number', type: 'scalar', value: token.value, isDuration: true, start, end };
    case 'string':
      tokens.next();
      return { kind: 'string', type: 'string', value: token.value, start, end };
    case 'word':
      return parseWord(tokens, nested);
    case 'symbol':
      if (token.text === '(') return parseParen(tokens, nested);
      if (token.text === '{') return parseSelector(tokens);
      throw tokens.unexpected('at the start of an operand');
    case 'end':
      throw tokens.unexpected('where an operand was expected');
  }
}

function parseWord(tokens: Tokens, nested: (tokens: Tokens) => Expr): Expr {
  const aggregate = aggregateAhead(tokens);
  if (aggregate !== undefined) return parseAggregate(tokens, aggregate, nested);
  if (tokens.isSymbol('(', 1)) return parseCall(tokens, nested);
  if (NOT_A_METRIC.test(tokens.peek().text)) throw tokens.unexpected('at the start of an operand');
  return parseSelector(tokens);
}

function parseParen(tokens: Tokens, nested: (tokens: Tokens) => Expr): Expr {
  const { start } = tokens.next();
  const expr = nested(tokens);
  tokens.expectSymbol(')', 'in parenthesised expression');
  return { kind: 'paren', type: expr.type, expr, start, end: tokens.lastEnd };
}

function binary(
  tokens: Tokens,
  operator: BinaryOperator,
  modifiers: BinaryModifiers,
  left: Expr,
  right: Expr,
  at: Span,
): Binary {
  const { bool, fill } = modifiers;
  const base = { kind: 'binary', operator, left, right, bool } as const;
  const span = { start: left.start, end: right.end };
  for (const side of [left, right]) {
    if (side.type === 'scalar' || side.type === 'vector') continue;
    const types = 'binary expression must contain only scalar and instant vector types';
    throw tokens.failure(side, `${types}, got ${describeType(side.type)}`);
  }
  if (left.type === 'vector' && right.type === 'vector') {
    const matching = modifiers.matching ?? defaultMatching(operator);
    return {
      ...base,
      type: 'vector',
      matching: fill === undefined ? matching : { ...matching, fill },
      ...span,
    };
  }
  if (modifiers.matching !== undefined && modifiers.matching.labels.length > 0) {
    throw tokens.failure(at, 'vector matching only allowed between instant vectors');
  }
  if (fill !== undefined) {
    throw tokens.failure(at, 'filling in missing series only allowed between instant vectors');
  }
  if (isSetOperator(operator)) {
    throw tokens.failure(at, `set operator "${operator}" not allowed in binary scalar expression`);
  }
  const type = left.type === 'scalar' && right.type === 'scalar' ? 'scalar' : 'vector';
  if (type === 'scalar' && isComparison(operator) && !modifiers.bool) {
    throw tokens.failure(at, 'comparisons between scalars must use BOOL modifier');
  }
  return { ...base, type, ...span };
}
