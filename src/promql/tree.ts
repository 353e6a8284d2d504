import type { Matcher } from '../model/matcher.ts';
import type { AggregateOperator, BinaryOperator } from './operators.ts';

/** `vector` is an instant vector, `matrix` a range vector. */
export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix';

/** Where a node stands in the text: offsets of its first character and of the one after its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A moment fixed by `@`: ms since the epoch, or a bound of the query. */
export type At = number | 'start' | 'end';

/** How far a selector or subquery looks away from the evaluation time. */
export interface TimeShift {
  /** Positive is the past. */
  readonly offsetMs: number;
  readonly offsetExpr?: DurationExpr;
  readonly at?: At;
}

/**
 * A duration that is computed. What depends on the query's step or range is 0 ms until `resolveDurations`; a number is
 * one of seconds, or a factor.
 */
export type DurationExpr =
  | (Span & { readonly kind: 'number' | 'duration'; readonly seconds: number })
  | (Span & { readonly kind: 'step' | 'range' })
  | (Span & { readonly kind: 'paren' | 'minus'; readonly expr: DurationExpr })
  | (Span & {
      readonly kind: 'binary';
      readonly operator: DurationOperator;
      readonly left: DurationExpr;
      readonly right: DurationExpr;
    });

/** `min_of` and `max_of` are written as functions. */
export type DurationOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'min_of' | 'max_of';

/**
 * Reads samples around the range too: `anchored` the one at or before its start, `smoothed` also the one after each
 * end, to interpolate.
 */
export type Extension = 'anchored' | 'smoothed';

export interface NumberLiteral extends Span {
  readonly kind: 'number';
  readonly type: 'scalar';
  readonly value: number;
  /** Written as a duration: `5m` is 300. */
  readonly isDuration?: true;
}

export interface StringLiteral extends Span {
  readonly kind: 'string';
  readonly type: 'string';
  readonly value: string;
}

/** The metric's name, where given, is the matcher on `__name__`. */
export interface VectorSelector extends Span, TimeShift {
  readonly kind: 'selector';
  readonly type: 'vector';
  readonly matchers: readonly Matcher[];
  readonly extension?: Extension;
}

/** Offset, `@` and extension are those of its selector. */
export interface RangeSelector extends Span {
  readonly kind: 'range';
  readonly type: 'matrix';
  readonly selector: VectorSelector;
  readonly rangeMs: number;
  readonly rangeExpr?: DurationExpr;
}

export interface Subquery extends Span, TimeShift {
  readonly kind: 'subquery';
  readonly type: 'matrix';
  readonly expr: Expr;
  readonly rangeMs: number;
  readonly rangeExpr?: DurationExpr;
  /** Absent: the evaluator's default. */
  readonly stepMs?: number;
  readonly stepExpr?: DurationExpr;
}

export interface Unary extends Span {
  readonly kind: 'unary';
  readonly type: 'scalar' | 'vector';
  readonly operator: '+' | '-';
  readonly expr: Expr;
}

export type Cardinality = 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';

/** How the two sides of a vector operation find each other. */
export interface VectorMatching {
  readonly cardinality: Cardinality;
  /** `on` the labels, else `ignoring` them. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels taken over from the "one" side. */
  readonly include: readonly string[];
  /** The value that stands for a partner missing on the left, or on the right. */
  readonly fill?: { readonly left?: number; readonly right?: number };
}

export interface Binary extends Span {
  readonly kind: 'binary';
  readonly type: 'scalar' | 'vector';
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
  /** A comparison that yields 0 or 1 instead of filtering. */
  readonly bool: boolean;
  /** Present between two vectors. */
  readonly matching?: VectorMatching;
}

export interface Aggregate extends Span {
  readonly kind: 'aggregate';
  readonly type: 'vector';
  readonly operator: AggregateOperator;
  readonly expr: Expr;
  readonly parameter?: Expr;
  readonly without: boolean;
  readonly grouping: readonly string[];
}

export interface Call extends Span {
  readonly kind: 'call';
  readonly type: ValueType;
  readonly name: string;
  readonly args: readonly Expr[];
}

export interface Paren extends Span {
  readonly kind: 'paren';
  readonly type: ValueType;
  readonly expr: Expr;
}

/** A PromQL expression, checked for types. */
export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | RangeSelector
  | Subquery
  | Unary
  | Binary
  | Aggregate
  | Call
  | Paren;

/** The expressions directly below `expr`; a range selector's selector is one. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return [];
    case 'range':
      return [expr.selector];
    case 'subquery':
    case 'unary':
    case 'paren':
      return [expr.expr];
    case 'binary':
      return [expr.left, expr.right];
    case 'aggregate':
      return expr.parameter === undefined ? [expr.expr] : [expr.parameter, expr.expr];
    case 'call':
      return expr.args;
  }
}

/** Whether `test` holds for `expr` or for any expression in it. */
export function someExpr(expr: Expr, test: (node: Expr) => boolean): boolean {
  return test(expr) || childrenOf(expr).some((child) => someExpr(child, test));
}

/** `expr` without the parentheses around it. */
export function unwrap(expr: Expr): Expr {
  return expr.kind === 'paren' ? unwrap(expr.expr) : expr;
}

/** A value type as error messages name it. */
export function describeType(type: ValueType): string {
  if (type === 'vector') return 'instant vector';
  return type === 'matrix' ? 'range vector' : type;
}
