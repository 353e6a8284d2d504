import { constantSeconds, durationProblem } from './durations.ts';
import { parseDurationExpr, parseOffsetExpr } from './parse-duration.ts';
import type { Tokens } from './tokens.ts';
import {
  describeType,
  type At,
  type DurationExpr,
  type Expr,
  type Extension,
  type RangeSelector,
  type Span,
  type Subquery,
  type VectorSelector,
} from './tree.ts';

type Shiftable = VectorSelector | RangeSelector | Subquery;
type Shift = Partial<Pick<VectorSelector, 'offsetMs' | 'offsetExpr' | 'at' | 'extension'>>;

/** Reads what may follow an operand: `[5m]`, `[1h:1m]`, `offset 5m`, `@ end()`, `smoothed`. @throws ParseError */
export function parseModifiers(tokens: Tokens, operand: Expr): Expr {
  let expr = operand;
  for (;;) {
    if (tokens.isSymbol('[')) expr = parseBrackets(tokens, expr);
    else if (tokens.isWord('offset')) expr = parseOffset(tokens, expr);
    else if (tokens.isSymbol('@')) expr = parseAt(tokens, expr);
    else if (tokens.isWord('anchored')) expr = parseExtension(tokens, expr, 'anchored');
    else if (tokens.isWord('smoothed')) expr = parseExtension(tokens, expr, 'smoothed');
    else return expr;
  }
}

function parseBrackets(tokens: Tokens, expr: Expr): RangeSelector | Subquery {
  const { start } = tokens.next();
  const [rangeMs, rangeExpr] = parseLength(tokens);
  const range = { rangeMs, ...(rangeExpr === undefined ? {} : { rangeExpr }) };
  if (!tokens.acceptSymbol(':')) {
    tokens.expectSymbol(']', 'in range selector');
    const selector = selectorOf(tokens, expr, { start, end: tokens.lastEnd });
    return { kind: 'range', type: 'matrix', selector, ...range, start: expr.start, end: tokens.lastEnd };
  }
  const [stepMs, stepExpr] = tokens.isSymbol(']') ? [] : parseLength(tokens);
  const step = {
    ...(stepMs === undefined ? {} : { stepMs }),
    ...(stepExpr === undefined ? {} : { stepExpr }),
  };
  tokens.expectSymbol(']', 'in subquery selector');
  if (expr.type !== 'vector') {
    const met = describeType(expr.type);
    throw tokens.failure(expr, `subquery is only allowed on instant vector, got ${met} instead`);
  }
  const span = { start: expr.start, end: tokens.lastEnd };
  return { kind: 'subquery', type: 'matrix', expr, ...range, ...step, offsetMs: 0, ...span };
}

function selectorOf(tokens: Tokens, expr: Expr, brackets: Span): VectorSelector {
  if (expr.kind !== 'selector') throw tokens.failure(expr, 'ranges only allowed for vector selectors');
  if (isShifted(expr)) throw tokens.failure(brackets, 'no offset modifiers allowed before range');
  // As Prometheus, which takes start() and end() in this place.
  if (typeof expr.at === 'number') throw tokens.failure(brackets, 'no @ modifiers allowed before range');
  return expr;
}

/** Reads a range or a step: its ms, and its expression unless it is one number. */
function parseLength(tokens: Tokens): readonly [number, DurationExpr?] {
  const expr = parseDurationExpr(tokens, 'in range');
  const seconds = constantSeconds(expr);
  const problem = seconds === undefined ? undefined : durationProblem(seconds, false);
  if (problem !== undefined) throw tokens.failure(expr, problem);
  const length = withMs(expr, seconds);
  if (seconds !== undefined && length[0] < 1) throw tokens.failure(expr, 'duration must be at least 1ms');
  return length;
}

function withMs(expr: DurationExpr, seconds = 0): readonly [number, DurationExpr?] {
  const isLiteral = expr.kind === 'number' || expr.kind === 'duration';
  // Prometheus keeps ns, of which what is below a ms has no effect.
  return isLiteral ? [Math.trunc(Math.round(seconds * 1e9) / 1e6)] : [Math.trunc(seconds * 1000), expr];
}

function parseOffset(tokens: Tokens, expr: Expr): Shiftable {
  const word = tokens.next();
  const length = parseOffsetExpr(tokens);
  const target = shiftable(tokens, expr, 'offset', word);
  if (isShifted(shiftOf(target))) throw tokens.failure(word, 'offset may not be set multiple times');
  const [offsetMs, offsetExpr] = withMs(length, constantSeconds(length));
  return shifted(target, { offsetMs, ...(offsetExpr === undefined ? {} : { offsetExpr }) }, tokens.lastEnd);
}

function parseAt(tokens: Tokens, expr: Expr): Shiftable {
  const symbol = tokens.next();
  const at = parseMoment(tokens);
  const target = shiftable(tokens, expr, '@', symbol);
  if (shiftOf(target).at !== undefined) {
    throw tokens.failure(symbol, '@ <timestamp> may not be set multiple times');
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
  const sign = tokens.acceptSymbol('-') ? -1 : 1;
  if (sign > 0) tokens.acceptSymbol('+');
  const token = tokens.peek();
  if (token.kind !== 'number' && token.kind !== 'duration') throw tokens.unexpected('in @', 'timestamp');
  const ms = sign * Math.round(token.value * 1000);
  if (!Number.isFinite(ms)) throw tokens.failure(token, 'timestamp out of bounds for @ modifier');
  tokens.next();
  return ms;
}

function parseExtension(tokens: Tokens, expr: Expr, extension: Extension): Shiftable {
  const word = tokens.next();
  if (expr.kind === 'subquery') {
    throw tokens.failure(word, `${extension} modifier is not supported for subqueries`);
  }
  const target = shiftable(tokens, expr, extension, word);
  const other = shiftOf(target).extension;
  if (other !== undefined && other !== extension) {
    throw tokens.failure(word, 'anchored and smoothed modifiers cannot be used together');
  }
  return shifted(target, { extension }, tokens.lastEnd);
}

function shiftable(tokens: Tokens, expr: Expr, modifier: string, at: Span): Shiftable {
  if (expr.kind === 'selector' || expr.kind === 'range' || expr.kind === 'subquery') return expr;
  const allowed = 'an instant vector selector or range vector selector or a subquery';
  throw tokens.failure(at, `${modifier} modifier must be preceded by ${allowed}`);
}

function shiftOf(expr: Shiftable): VectorSelector | (Subquery & { readonly extension?: undefined }) {
  return expr.kind === 'range' ? expr.selector : expr;
}

function isShifted({ offsetMs, offsetExpr }: Pick<Shift, 'offsetMs' | 'offsetExpr'>): boolean {
  return offsetMs !== 0 || offsetExpr !== undefined;
}

function shifted(expr: Shiftable, shift: Shift, end: number): Shiftable {
  if (expr.kind === 'range') return { ...expr, selector: { ...expr.selector, ...shift }, end };
  return { ...expr, ...shift, end };
}
