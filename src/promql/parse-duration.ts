import { constantSeconds, durationProblem } from './durations.ts';
import type { Token } from './lexer.ts';
import type { Tokens } from './tokens.ts';
import type { DurationExpr, DurationOperator } from './tree.ts';

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['+', 1],
  ['-', 1],
  ['*', 2],
  ['/', 2],
  ['%', 2],
  ['^', 3],
]);
const UNARY_FLOOR = 3;
const MAX_DEPTH = 100;
const EXPECTED = 'number, duration, step() or range()';

/** Reads what stands in brackets: `5m`, `1h / 2`, `max_of(step(), 1m)`. @throws ParseError */
export function parseDurationExpr(tokens: Tokens, context: string): DurationExpr {
  return parseOperators(tokens, context, 0, 0);
}

/**
 * Reads what follows `offset`: one operand with one sign, so that `a offset 5m + 2` adds to `a`. As in Prometheus's
 * grammar the exceptions are a parenthesis without a sign and a second sign, behind which operators still belong to
 * the duration.
 * @throws ParseError
 */
export function parseOffsetExpr(tokens: Tokens): DurationExpr {
  const context = 'in offset';
  const takesOperators = isSign(tokens, 0) ? isSign(tokens, 1) : tokens.isSymbol('(');
  return takesOperators
    ? parseOperators(tokens, context, 0, 0)
    : parseSigned(tokens, context, UNARY_FLOOR + 1, 0);
}

function parseOperators(tokens: Tokens, context: string, floor: number, depth: number): DurationExpr {
  if (depth > MAX_DEPTH) throw tokens.failure(tokens.peek(), 'duration is nested too deep');
  let left = parseSigned(tokens, context, UNARY_FLOOR, depth);
  for (;;) {
    const { text, start, end } = tokens.peek();
    const operator = asOperator(text);
    const precedence = PRECEDENCE.get(text);
    if (operator === undefined || precedence === undefined || precedence < floor) return left;
    tokens.next();
    const right = parseOperators(tokens, context, operator === '^' ? precedence : precedence + 1, depth + 1);
    if ((operator === '/' || operator === '%') && constantSeconds(right) === 0) {
      throw tokens.failure({ start, end }, `${operator === '/' ? 'division' : 'modulo'} by zero`);
    }
    left = { kind: 'binary', operator, left, right, start: left.start, end: right.end };
  }
}

/** @param floor what binds tighter than the sign: `-2 ^ 2` is `-(2 ^ 2)` */
function parseSigned(tokens: Tokens, context: string, floor: number, depth: number): DurationExpr {
  if (!isSign(tokens, 0)) return parseOperand(tokens, context, depth);
  const { start, text } = tokens.next();
  const expr =
    floor > UNARY_FLOOR
      ? parseOperand(tokens, context, depth)
      : parseOperators(tokens, context, floor, depth + 1);
  if (text === '+') return { ...expr, start };
  if (expr.kind === 'number' || expr.kind === 'duration') return { ...expr, seconds: -expr.seconds, start };
  return { kind: 'minus', expr, start, end: expr.end };
}

function parseOperand(tokens: Tokens, context: string, depth: number): DurationExpr {
  const token = tokens.peek();
  if (token.kind === 'number' || token.kind === 'duration') return parseLiteral(tokens, token);
  if (tokens.isSymbol('(')) return parseParen(tokens, context, depth);
  if (tokens.isWord('step', 'range')) return parseBound(tokens, context);
  if (tokens.isWord('min_of', 'max_of')) return parseChoice(tokens, context, depth);
  throw tokens.unexpected(context, EXPECTED);
}

function parseLiteral(
  tokens: Tokens,
  { kind, value, start, end }: Extract<Token, { kind: 'number' | 'duration' }>,
): DurationExpr {
  const problem = durationProblem(value, true);
  if (problem !== undefined) throw tokens.failure({ start, end }, problem);
  tokens.next();
  return { kind, seconds: value, start, end };
}

function parseParen(tokens: Tokens, context: string, depth: number): DurationExpr {
  const { start } = tokens.next();
  const expr = parseOperators(tokens, context, 0, depth + 1);
  tokens.expectSymbol(')', context);
  return { kind: 'paren', expr, start, end: tokens.lastEnd };
}

function parseBound(tokens: Tokens, context: string): DurationExpr {
  const { start, text } = tokens.next();
  tokens.expectSymbol('(', context);
  tokens.expectSymbol(')', context);
  return { kind: text.toLowerCase() === 'step' ? 'step' : 'range', start, end: tokens.lastEnd };
}

function parseChoice(tokens: Tokens, context: string, depth: number): DurationExpr {
  const { start, text } = tokens.next();
  tokens.expectSymbol('(', context);
  const left = parseOperators(tokens, context, 0, depth + 1);
  tokens.expectSymbol(',', context);
  const right = parseOperators(tokens, context, 0, depth + 1);
  tokens.expectSymbol(')', context);
  const operator = text.toLowerCase() === 'min_of' ? 'min_of' : 'max_of';
  return { kind: 'binary', operator, left, right, start, end: tokens.lastEnd };
}

function isSign(tokens: Tokens, ahead: number): boolean {
  return tokens.isSymbol('-', ahead) || tokens.isSymbol('+', ahead);
}

function asOperator(text: string): DurationOperator | undefined {
  switch (text) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '^':
      return text;
    default:
      return undefined;
  }
}
