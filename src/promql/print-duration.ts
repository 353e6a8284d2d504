import { formatDuration } from '../model/duration.ts';
import type { DurationExpr } from './tree.ts';

/**
 * The same behind `offset`, where operators belong to the duration only behind a parenthesis or a second sign
 * (`parseOffsetExpr`).
 */
export function printOffset(expr: DurationExpr): string {
  const text = printDuration(expr);
  if (!hasOperator(expr) || text.startsWith('(') || text.startsWith('--')) return text;
  return text.startsWith('-') ? `+${text}` : `++${text}`;
}

function hasOperator(expr: DurationExpr): boolean {
  if (expr.kind === 'minus') return hasOperator(expr.expr);
  return expr.kind === 'binary' && expr.operator !== 'min_of' && expr.operator !== 'max_of';
}

/** The canonical text of a duration expression; it parses back to an equal tree. */
export function printDuration(expr: DurationExpr): string {
  switch (expr.kind) {
    case 'number':
      return String(expr.seconds);
    case 'duration':
      return formatDuration(expr.seconds * 1000);
    case 'step':
    case 'range':
      return `${expr.kind}()`;
    case 'paren':
      return `(${printDuration(expr.expr)})`;
    case 'minus':
      return `-${printDuration(expr.expr)}`;
    case 'binary': {
      const { operator } = expr;
      const [left, right] = [printDuration(expr.left), printDuration(expr.right)];
      const isCall = operator === 'min_of' || operator === 'max_of';
      return isCall ? `${operator}(${left}, ${right})` : `${left} ${operator} ${right}`;
    }
  }
}
