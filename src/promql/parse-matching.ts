import { isComparison, isSetOperator, type BinaryOperator } from './operators.ts';
import { parseLabelList } from './parse-labels.ts';
import type { Tokens } from './tokens.ts';
import type { Cardinality, VectorMatching } from './tree.ts';

/** What may stand between an operator and its right side. */
export interface BinaryModifiers {
  readonly bool: boolean;
  /** Absent when nothing was written. */
  readonly matching?: VectorMatching;
}

const CONTEXT = 'in grouping opts';

/** Reads `bool`, `on (…)`, `ignoring (…)`, `group_left (…)`. @throws ParseError */
export function parseBinaryModifiers(tokens: Tokens, operator: BinaryOperator): BinaryModifiers {
  const { start } = tokens.peek();
  const bool = tokens.acceptWord('bool');
  if (bool && !isComparison(operator)) {
    throw tokens.failure(start, 'bool modifier can only be used on comparison operators');
  }
  const matching = tokens.isWord('on', 'ignoring') ? parseMatching(tokens, operator) : undefined;
  if (tokens.isWord('fill', 'fill_left', 'fill_right') && tokens.isSymbol('(', 1)) {
    throw tokens.failure(
      tokens.peek().start,
      'fill modifiers are experimental in Prometheus and not supported',
    );
  }
  return matching === undefined ? { bool } : { bool, matching };
}

/** How two vectors match when nothing is written: one to one on all labels, or many to many for set operators. */
export function defaultMatching(operator: BinaryOperator): VectorMatching {
  return { cardinality: defaultCardinality(operator), on: false, labels: [], include: [] };
}

function defaultCardinality(operator: BinaryOperator): Cardinality {
  return isSetOperator(operator) ? 'many-to-many' : 'one-to-one';
}

function parseMatching(tokens: Tokens, operator: BinaryOperator): VectorMatching {
  const on = tokens.next().text.toLowerCase() === 'on';
  const labels = parseLabelList(tokens, CONTEXT);
  if (!tokens.isWord('group_left', 'group_right')) {
    return { cardinality: defaultCardinality(operator), on, labels, include: [] };
  }
  const group = tokens.next();
  if (isSetOperator(operator)) {
    throw tokens.failure(group.start, `no grouping allowed for "${operator}" operation`);
  }
  const cardinality = group.text.toLowerCase() === 'group_left' ? 'many-to-one' : 'one-to-many';
  const include = tokens.isSymbol('(') ? parseLabelList(tokens, CONTEXT) : [];
  const twice = on ? include.find((label) => labels.includes(label)) : undefined;
  if (twice !== undefined) {
    throw tokens.failure(group.start, `label "${twice}" must not occur in ON and GROUP clause at once`);
  }
  return { cardinality, on, labels, include };
}
