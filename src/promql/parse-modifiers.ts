import type { Tokens } from './tokens.ts';
import type { At, Expr, RangeSelector, Subquery, VectorSelector } from './tree.ts';
import { describeType } from './tree.ts';

type Shiftable = VectorSelector | RangeSelector | Subquery;

const EXPERIMENTAL_WORDS = ['anchored', 'smoothed'];

/** Reads what may follow an operand: `[5m]`, `[1h:1m]`, `offset 5m`, `@ end()`. @throws ParseError */
export function parseModifiers(tokens: Tokens, operand: Expr): Expr {
  let expr = operand;
  for (;;) {
    if (tokens.isSymbol('[')) expr = parseBrackets(tokens, expr);
    else if (tokens.isWord('offset')) expr = parseOffset(tokens, expr);
    else if (tokens.isSymbol('@')) expr = parseAt(tokens, expr);
    else if (tokens.isWord(...EXPERIMENTAL_WORDS)) throw experimental(tokens);
    else return expr;
  }
}

function experimental(tokens: Tokens): Error {
  const { start, text } = tokens.peek();
  return tokens.failure(start, `modifier ${text} is experimental in Prometheus and not supported`);
}

function parseBrackets(tokens: Tokens, expr: Expr): RangeSelector | Subquery {
  const { start } = tokens.next();
  const rangeMs = parsePositiveDuration(tokens);
  if (!tokens.acceptSymbol(':')) return rangeSelector(tokens, expr, rangeMs, start);
  const stepMs = tokens.isSymbol(']') ? undefined : parsePositiveDuration(tokens);
  tokens.expectSymbol(']', 'in subquery selector');
  if (expr.type !== 'vector') {
    const met = describeType(expr.type);
    throw tokens.failure(expr.start, `subquery is only allowed on instant vector, got ${met} instead`);
  }
  const span = { start: expr.start, end: tokens.lastEnd };
  const step = stepMs === undefined ? {} : { stepMs };
  return { kind: 'subquery', type: 'matrix', expr, rangeMs, ...step, offsetMs: 0, ...span };
}

function rangeSelector(tokens: Tokens, expr: Expr, rangeMs: number, bracket: number): RangeSelector {
  tokens.expectSymbol(']', 'in range selector');
  if (expr.kind !== 'selector') {
    throw tokens.failure(expr.start, 'ranges only allowed for vector selectors');
  }
  if (expr.offsetMs !== 0) throw tokens.failure(bracket, 'no offset modifiers allowed before range');
  if (expr.at !== undefined) throw tokens.failure(bracket, 'no @ modifiers allowed before range');
  return { kind: 'range', type: 'matrix', selector: expr, rangeMs, start: expr.start, end: tokens.lastEnd };
}

function parseOffset(tokens: Tokens, expr: Expr): Shiftable {
  const { start } = tokens.next();
  const offsetMs = parseSign(tokens) * parseDurationMs(tokens, 'in offset');
  const target = shiftable(tokens, expr, 'offset', start);
  if (shiftOf(target).offsetMs !== 0) {
    throw tokens.failure(start, 'offset may not be set multiple times');
  }
  return shifted(target, { offsetMs }, tokens.lastEnd);
}

function parseAt(tokens: Tokens, expr: Expr): Shiftable {
  const { start } = tokens.next();
  const at = parseMoment(tokens);
  const target = shiftable(tokens, expr, '@', start);
  if (shiftOf(target).at !== undefined) {
    throw tokens.failure(start, '@ <timestamp> may not be set multiple times');
  }
  return shifted(target, { at }, tokens.lastEnd);
}

function parseMoment(tokens: Tokens): At {
  for (const bound of ['start', 'end'] as const) {
    if (!tokens.acceptWord(bound)) continue;
    tokens.expectSymbol('(', 'in @');
    tokens.expectSymbol(')', 'in @');
    return bound;
  }
  const { start } = tokens.peek();
  const ms = parseSign(tokens) * parseDurationMs(tokens, 'in @');
  if (!Number.isFinite(ms)) throw tokens.failure(start, 'timestamp out of bounds for @ modifier');
  return ms;
}

function shiftable(tokens: Tokens, expr: Expr, modifier: string, start: number): Shiftable {
  if (expr.kind === 'selector' || expr.kind === 'range' || expr.kind === 'subquery') return expr;
  const allowed = 'an instant vector selector, a range vector selector or a subquery';
  throw tokens.failure(start, `${modifier} modifier must be preceded by ${allowed}`);
}

function shiftOf(expr: Shiftable): VectorSelector | Subquery {
  return expr.kind === 'range' ? expr.selector : expr;
}

function shifted(expr: Shiftable, shift: { offsetMs?: number; at?: At }, end: number): Shiftable {
  if (expr.kind === 'range') return { ...expr, selector: { ...expr.selector, ...shift }, end };
  return { ...expr, ...shift, end };
}

function parseSign(tokens: Tokens): 1 | -1 {
  if (tokens.acceptSymbol('-')) return -1;
  tokens.acceptSymbol('+');
  return 1;
}

function parsePositiveDuration(tokens: Tokens): number {
  const { start } = tokens.peek();
  const ms = parseDurationMs(tokens, 'in range');
  if (ms <= 0) throw tokens.failure(start, 'duration must be greater than 0');
  return ms;
}

function parseDurationMs(tokens: Tokens, context: string): number {
  const token = tokens.peek();
  if (token.kind !== 'number' && token.kind !== 'duration') {
    throw tokens.unexpected(context, 'number or duration');
  }
  tokens.next();
  return Math.round(token.value * 1000);
}
