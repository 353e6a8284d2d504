const PRECEDENCE = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<=': 3,
  '<': 3,
  '>=': 3,
  '>': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
} as const;

export type BinaryOperator = keyof typeof PRECEDENCE;
export type SetOperator = 'and' | 'or' | 'unless';
export type ComparisonOperator = '==' | '!=' | '<=' | '<' | '>=' | '>';
export type ArithmeticOperator = Exclude<BinaryOperator, SetOperator | ComparisonOperator>;

/** Aggregations and the type of the parameter before the vector, where they take one. */
const AGGREGATES = {
  sum: undefined,
  avg: undefined,
  min: undefined,
  max: undefined,
  count: undefined,
  group: undefined,
  stddev: undefined,
  stdvar: undefined,
  topk: 'scalar',
  bottomk: 'scalar',
  quantile: 'scalar',
  limitk: 'scalar',
  limit_ratio: 'scalar',
  count_values: 'string',
} as const;

export type AggregateOperator = keyof typeof AGGREGATES;

/** The precedence of unary minus: `-a ^ b` is `-(a ^ b)`, `-a * b` is `(-a) * b`. */
export const UNARY_PRECEDENCE = PRECEDENCE['^'];

/** Binds tighter the higher; `^` alone is right-associative. */
export function precedenceOf(operator: BinaryOperator): number {
  return PRECEDENCE[operator];
}

/** The operator a token's text stands for; words in any case. */
export function asBinaryOperator(text: string): BinaryOperator | undefined {
  const word = text.toLowerCase();
  return isKey(PRECEDENCE, word) ? word : undefined;
}

/** Whether an operator keeps elements by their labels and computes nothing. */
export function isSetOperator(operator: BinaryOperator): operator is SetOperator {
  return operator === 'and' || operator === 'or' || operator === 'unless';
}

/** Whether an operator filters, or with `bool` yields 0 and 1. */
export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  return PRECEDENCE[operator] === PRECEDENCE['=='];
}

/** The aggregation a word stands for, in any case. */
export function asAggregateOperator(text: string): AggregateOperator | undefined {
  const word = text.toLowerCase();
  return isKey(AGGREGATES, word) ? word : undefined;
}

/** The type of the aggregation's parameter; undefined when it takes none. */
export function parameterTypeOf(operator: AggregateOperator): 'scalar' | 'string' | undefined {
  return AGGREGATES[operator];
}

function isKey<T extends object>(table: T, word: string): word is Extract<keyof T, string> {
  return Object.hasOwn(table, word);
}
