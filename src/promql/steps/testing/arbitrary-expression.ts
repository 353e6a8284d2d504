import fc from 'fast-check';

const METRIC = fc.constantFrom('m1', 'm2', 'm3', 'm4_bucket');
const LABELS = fc.constantFrom('', 'x', 'y', 'x, y', 'le', 'x, le');
const NUMBER = fc.constantFrom('0', '1', '0.5', '2', '-1', '60', 'NaN', '+Inf');
const RANGE = fc.constantFrom('1m', '90s', '5m', '10m', '1h');
const COMPARISON = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');
const ARITHMETIC = fc.constantFrom('+', '-', '*', '/', '%', '^', 'atan2');
const RANGE_FUNCTION = fc.constantFrom(
  ...'rate increase irate delta idelta deriv resets changes sum_over_time avg_over_time min_over_time'.split(
    ' ',
  ),
  ...'max_over_time count_over_time last_over_time first_over_time present_over_time stddev_over_time'.split(
    ' ',
  ),
  ...'stdvar_over_time mad_over_time absent_over_time ts_of_max_over_time ts_of_last_over_time'.split(' '),
);
const AGGREGATION = fc.constantFrom('sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar');
const FUNCTION = fc.constantFrom(
  ...'abs ceil floor sqrt round timestamp absent sort hour sgn ln exp'.split(' '),
);

const matcher = fc.constantFrom('', '', '{x="a"}', '{x=~"a|b"}', '{x!="a"}', '{y=~".*b", x="b"}');
const shift = fc.constantFrom('', '', '', '', ' offset 3m', ' offset -2m', ' @ 36600', ' @ 36600 offset 1m');
const metric = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(METRIC, matcher).map(([name, labels]) => name + labels) },
  { weight: 1, arbitrary: fc.constant('{__name__=~"m1|m2"}') },
);
const grouping = fc
  .tuple(fc.constantFrom('by', 'without'), LABELS)
  .map(([word, labels]) => ` ${word} (${labels}) `);
const matching = fc.oneof(
  fc.constant(''),
  fc.tuple(fc.constantFrom('on', 'ignoring'), LABELS).map(([word, labels]) => ` ${word} (${labels})`),
);
const group = fc.constantFrom('', '', ' group_left', ' group_left (y)', ' group_right');

/** The texts of expressions that yield a vector: whatever the language allows, most of it of use to nobody. */
export const arbitraryExpression: fc.Arbitrary<string> = fc.letrec<{
  vector: string;
  scalar: string;
  range: string;
}>((tie) => ({
  scalar: fc.oneof(
    { maxDepth: 2 },
    NUMBER,
    fc.constant('time()'),
    tie('vector').map((vector) => `scalar(${vector})`),
    fc.tuple(tie('scalar'), ARITHMETIC, tie('scalar')).map(([a, operator, b]) => `(${a} ${operator} ${b})`),
  ),
  range: fc.oneof(
    { weight: 4, arbitrary: fc.tuple(metric, RANGE, shift).map(([of, range, at]) => `${of}[${range}]${at}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('vector'), RANGE, fc.constantFrom('', '45s', '2m'), shift)
        .map(([of, range, step, at]) => `(${of})[${range}:${step}]${at}`),
    },
  ),
  vector: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(metric, shift).map(([of, at]) => of + at),
    fc.tuple(RANGE_FUNCTION, tie('range')).map(([name, range]) => `${name}(${range})`),
    fc.tuple(tie('scalar'), tie('range')).map(([phi, range]) => `quantile_over_time(${phi}, ${range})`),
    fc.tuple(tie('range'), tie('scalar')).map(([range, ahead]) => `predict_linear(${range}, ${ahead})`),
    fc.tuple(FUNCTION, tie('vector')).map(([name, of]) => `${name}(${of})`),
    fc.tuple(tie('vector'), tie('scalar')).map(([of, least]) => `clamp_min(${of}, ${least})`),
    fc.tuple(AGGREGATION, grouping, tie('vector')).map(([name, by, of]) => `${name}${by}(${of})`),
    fc
      .tuple(fc.constantFrom('topk', 'bottomk', 'quantile', 'limitk'), grouping, NUMBER, tie('vector'))
      .map(([name, by, k, of]) => `${name}${by}(${k}, ${of})`),
    fc.tuple(grouping, tie('vector')).map(([by, of]) => `count_values${by}("z", ${of})`),
    fc.tuple(NUMBER, tie('vector')).map(([phi, of]) => `histogram_quantile(${phi}, ${of})`),
    fc
      .tuple(tie('vector'), fc.constantFrom('x', 'y', '__name__'))
      .map(([of, target]) => `label_replace(${of}, "${target}", "r$1", "x", "(a|b)")`),
    fc
      .tuple(tie('vector'), COMPARISON, fc.constantFrom('', ' bool'), tie('scalar'))
      .map(([of, operator, bool, scalar]) => `(${of} ${operator}${bool} ${scalar})`),
    fc.tuple(tie('scalar'), ARITHMETIC, tie('vector')).map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    fc
      .tuple(tie('vector'), fc.constantFrom('and', 'or', 'unless'), matching, tie('vector'))
      .map(([a, operator, on, b]) => `(${a} ${operator}${on} ${b})`),
    fc
      .tuple(tie('vector'), fc.oneof(ARITHMETIC, COMPARISON), matching, group, tie('vector'))
      .map(([a, operator, on, left, b]) => `(${a} ${operator}${on}${on === '' ? '' : left} ${b})`),
    tie('scalar').map((scalar) => `vector(${scalar})`),
  ),
})).vector;
