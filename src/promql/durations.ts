import { Failure } from '../model/failure.ts';
import { printDuration } from './print-duration.ts';
import { replaceChildren } from './replace-children.ts';
import { someExpr, type DurationExpr, type Expr, type TimeShift } from './tree.ts';

/** What `step()` and `range()` in durations stand for, in ms; both 0 for an instant query. */
export interface QueryTimes {
  readonly stepMs: number;
  /** From the first to the last step. */
  readonly rangeMs: number;
}

/**
 * The tree with the ms of every duration that is computed, and no expressions of them left.
 * @throws Failure `invalid` for a range or step that is not above 0, and where a division is by zero
 */
export function resolveDurations(expr: Expr, times: QueryTimes): Expr {
  // What is remembered of a tree stays right for most trees: they have nothing to resolve.
  return someExpr(expr, isComputed) ? resolve(expr, times) : expr;
}

function isComputed(expr: Expr): boolean {
  if (expr.kind === 'selector') return expr.offsetExpr !== undefined;
  if (expr.kind === 'range') return expr.rangeExpr !== undefined;
  return expr.kind === 'subquery' && (expr.rangeExpr ?? expr.stepExpr ?? expr.offsetExpr) !== undefined;
}

function resolve(expr: Expr, times: QueryTimes): Expr {
  const resolved = replaceChildren(expr, (child) => resolve(child, times));
  switch (resolved.kind) {
    case 'selector':
      return withOffset(resolved, times);
    case 'range': {
      const { rangeExpr, ...rest } = resolved;
      return rangeExpr === undefined ? resolved : { ...rest, rangeMs: lengthMs(rangeExpr, times) };
    }
    case 'subquery': {
      const { rangeExpr, stepExpr, ...rest } = withOffset(resolved, times);
      const range = rangeExpr === undefined ? {} : { rangeMs: lengthMs(rangeExpr, times) };
      const step = stepExpr === undefined ? {} : { stepMs: lengthMs(stepExpr, times) };
      return { ...rest, ...range, ...step };
    }
    case 'number':
    case 'string':
    case 'unary':
    case 'binary':
    case 'aggregate':
    case 'call':
    case 'paren':
      return resolved;
  }
}

/** The seconds of a duration that depends on no query; undefined for one that does, or that has no value. */
export function constantSeconds(expr: DurationExpr): number | undefined {
  const seconds = secondsOf(expr, undefined);
  return seconds === undefined || Number.isNaN(seconds) ? undefined : seconds;
}

/** As many seconds as fit 64 bits of nanoseconds, Prometheus's bound: 292 years. */
const MAX_SECONDS = 9_223_372_036;

/** What keeps a number of seconds from being a duration; undefined when nothing does. */
export function durationProblem(seconds: number, isOffset: boolean): string | undefined {
  if (!Number.isFinite(seconds)) return 'duration is not a finite number';
  if (Math.abs(seconds) > MAX_SECONDS) return 'duration out of range';
  return isOffset || seconds > 0 ? undefined : 'duration must be greater than 0';
}

function withOffset<T extends TimeShift>(expr: T, times: QueryTimes): Omit<T, 'offsetExpr'> {
  const { offsetExpr, ...rest } = expr;
  return offsetExpr === undefined ? expr : { ...rest, offsetMs: toMs(offsetExpr, times, true) };
}

function lengthMs(expr: DurationExpr, times: QueryTimes): number {
  return toMs(expr, times, false);
}

function toMs(expr: DurationExpr, times: QueryTimes, isOffset: boolean): number {
  const seconds = secondsOf(expr, times) ?? Number.NaN;
  const problem = durationProblem(seconds, isOffset);
  if (problem !== undefined) {
    throw new Failure('invalid', `${problem}: ${printDuration(expr)} is ${seconds} s in this query`);
  }
  return Math.trunc(seconds * 1000);
}

/** @param times undefined where only constants count */
function secondsOf(expr: DurationExpr, times: QueryTimes | undefined): number | undefined {
  switch (expr.kind) {
    case 'number':
    case 'duration':
      return expr.seconds;
    case 'step':
      return times === undefined ? undefined : times.stepMs / 1000;
    case 'range':
      return times === undefined ? undefined : times.rangeMs / 1000;
    case 'paren':
      return secondsOf(expr.expr, times);
    case 'minus': {
      const seconds = secondsOf(expr.expr, times);
      return seconds === undefined ? undefined : -seconds;
    }
    case 'binary': {
      const left = secondsOf(expr.left, times);
      const right = secondsOf(expr.right, times);
      return left === undefined || right === undefined ? undefined : OPERATIONS[expr.operator](left, right);
    }
  }
}

const OPERATIONS = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
  '^': (a: number, b: number) => a ** b,
  min_of: Math.min,
  max_of: Math.max,
} as const;
