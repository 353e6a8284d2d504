import { isComparison, isSetOperator, type BinaryOperator } from './operators.ts';
import { parseLabelList } from './parse-labels.ts';
import type { Tokens } from './tokens.ts';
import type { Cardinality, VectorMatching } from './tree.ts';

/** What may stand between an operator and its right side. */
export interface BinaryModifiers {
  readonly bool: boolean;
  /** Absent when nothing was written. */
  readonly matching?: VectorMatching;
  readonly fill?: Fill;
}

type Fill = NonNullable<VectorMatching['fill']>;

const CONTEXT = 'in grouping opts';
const FILL_CONTEXT = 'in fill modifier';

/** Reads `bool`, `on (…)`, `ignoring (…)`, `group_left (…)`, `fill (…)`. @throws ParseError */
export function parseBinaryModifiers(tokens: Tokens, operator: BinaryOperator): BinaryModifiers {
  const word = tokens.peek();
  const bool = tokens.acceptWord('bool');
  if (bool && !isComparison(operator)) {
    throw tokens.failure(word, 'bool modifier can only be used on comparison operators');
  }
  const matching = tokens.isWord('on', 'ignoring') ? parseMatching(tokens, operator) : undefined;
  const at = tokens.peek();
  const fill = parseFill(tokens);
  if (fill !== undefined && isSetOperator(operator)) {
    throw tokens.failure(at, 'filling in missing series not allowed for set operators');
  }
  return { bool, ...(matching === undefined ? {} : { matching }), ...(fill === undefined ? {} : { fill }) };
}

/** Reads `fill (0)`, or `fill_left (0)` and `fill_right (0)` in any order; the words alone are metrics. */
function parseFill(tokens: Tokens): Fill | undefined {
  if (fillAhead(tokens, 'fill')) {
    const value = parseFillValue(tokens);
    return { left: value, right: value };
  }
  let fill: Fill = {};
  for (;;) {
    if (fill.left === undefined && fillAhead(tokens, 'fill_left')) {
      fill = { ...fill, left: parseFillValue(tokens) };
    } else if (fill.right === undefined && fillAhead(tokens, 'fill_right')) {
      fill = { ...fill, right: parseFillValue(tokens) };
    } else return fill.left === undefined && fill.right === undefined ? undefined : fill;
  }
}

function fillAhead(tokens: Tokens, word: string): boolean {
  return tokens.isWord(word) && tokens.isSymbol('(', 1);
}

function parseFillValue(tokens: Tokens): number {
  tokens.next();
  tokens.expectSymbol('(', FILL_CONTEXT);
  const sign = tokens.acceptSymbol('-') ? -1 : 1;
  if (sign > 0) tokens.acceptSymbol('+');
  const token = tokens.peek();
  if (token.kind !== 'number' && token.kind !== 'duration') throw tokens.unexpected(FILL_CONTEXT, 'number');
  tokens.next();
  tokens.expectSymbol(')', FILL_CONTEXT);
  return sign * token.value;
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
    throw tokens.failure(group, `no grouping allowed for "${operator}" operation`);
  }
  const cardinality = group.text.toLowerCase() === 'group_left' ? 'many-to-one' : 'one-to-many';
  const include = tokens.isSymbol('(') ? parseLabelList(tokens, CONTEXT) : [];
  const twice = on ? include.find((label) => labels.includes(label)) : undefined;
  if (twice !== undefined) {
    throw tokens.failure(group, `label "${twice}" must not occur in ON and GROUP clause at once`);
  }
  return { cardinality, on, labels, include };
}
