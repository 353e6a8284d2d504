import * as fc from 'fast-check';

/** What the expressions read, a value a minute: resets, gaps, infinities, a series that ends, one that never begins. */
export const SERIES: readonly (readonly [series: string, values: string])[] = [
  ['c{t="a",n="1"}', '0+3x10 0+5x50'],
  ['c{t="a",n="2"}', '5+7x60'],
  ['c{t="b",n="1"}', '1+0.1x20 _x5 4+0.3x35'],
  ['g{t="a",n="1"}', '1 5 2 8 -3 4 2.5 1e3 0 7x50'],
  ['g{t="b",n="1"}', '3-0.7x60'],
  ['g{t="c",n="1"}', '1x20 stale _x3 2 Inf 3x20'],
  ...['0.1', '1', '+Inf'].map((le, at) => [`h_bucket{t="a",le="${le}"}`, `0+${at + 1}x60`] as const),
  ...['0.1', '1', '+Inf'].map(
    (le, at) => [`h_bucket{t="b",le="${le}"}`, `0+${at === 0 ? 0 : 2}x60`] as const,
  ),
  ['i{t="a",v="x"}', '1x60'],
  ['i{t="b",v="y"}', '1x60'],
];

const OVER_RANGES =
  'rate increase irate delta idelta deriv changes resets avg_over_time sum_over_time min_over_time max_over_time count_over_time ' +
  'last_over_time stddev_over_time stdvar_over_time present_over_time absent_over_time';
const OF_VECTORS = 'abs ceil floor exp sqrt ln sgn sort sort_desc absent timestamp sin deg';
const ARITHMETIC = '+ - * / % ^ == != > < >= <= atan2';
const MATCHING = [
  '',
  'on (t) ',
  'ignoring (n) ',
  'on (t, n) ',
  'on (t) group_left ',
  'on (t) group_left (v) ',
  'on () ',
];
const NAMED = ['c', 'g', 'c{t="a"}', '{__name__=~"c|g"}', 'nothing'];

function one(...words: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...words);
}

/** A text with parts of any kind in it. */
function text(
  strings: TemplateStringsArray,
  ...parts: readonly fc.Arbitrary<string>[]
): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((values) => strings.map((each, at) => each + (values[at] ?? '')).join(''));
}

interface Kinds {
  readonly vector: string;
  readonly range: string;
  readonly scalar: string;
}

/** Expressions of the stock language that yield an instant vector, most of them of one answer whatever the order of series. */
export const anyExpression: fc.Arbitrary<string> = fc.letrec<Kinds>((tie: fc.LetrecTypedTie<Kinds>) => {
  const [vector, range, scalar] = [tie('vector'), tie('range'), tie('scalar')];
  const selector = one(
    ...NAMED,
    'g{t!="c"}',
    'h_bucket',
    'i',
    'c offset 3m',
    'g @ 900',
    'c{n=~"1|2"} offset -2m',
  );
  const grouping = one('', 'by (t) ', 'without (n) ', 'by (n, v) ');
  return {
    range: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      text`${one(...NAMED)}[${one('1m', '5m', '10m', '90s', '30m')}]${one('', ' offset 2m', ' @ 1200', ' offset -1m')}`,
      text`(${vector})[${one('5m', '12m')}:${one('', '1m', '2m')}]`,
    ),
    scalar: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      one('0', '1', '2', '0.5', '-3', '1e3', 'time()', 'pi()'),
      text`scalar(${vector})`,
    ),
    vector: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      selector,
      text`${one(...OVER_RANGES.split(' '))}(${range})`,
      text`quantile_over_time(${one('0.5', '0.9', '0', '1')}, ${range})`,
      text`predict_linear(${range}, ${one('600', '3600')})`,
      text`${one(...OF_VECTORS.split(' '))}(${vector})`,
      // Of NaN Go gives another minute on each processor.
      text`${one('minute', 'hour', 'day_of_week')}(timestamp(${selector}))`,
      text`${one('round', 'clamp_min', 'clamp_max')}(${vector}, ${scalar})`,
      text`histogram_quantile(${one('0.5', '0.99')}, ${one('h_bucket', 'rate(h_bucket[5m])', 'sum by (t, le) (h_bucket)')})`,
      text`label_replace(${vector}, "${one('new', 't')}", "x-$1", "${one('n', 't')}", "(.*)")`,
      text`label_join(${vector}, "j", "-", "t", "n")`,
      text`${one('sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar')} ${grouping}(${vector})`,
      text`${one('topk', 'bottomk')} ${one('', 'by (t) ')}(${one('1', '2')}, ${one('c', 'g', 'rate(c[5m])')})`,
      text`quantile ${one('', 'by (t) ')}(${one('0.5', '0.25')}, ${vector})`,
      // Not of any vector: the last bit of exp() would be another label.
      text`count_values ${one('', 'by (t) ')}("val", ${selector})`,
      text`(${vector} ${one(...ARITHMETIC.split(' '), '> bool', '== bool')} ${scalar})`,
      text`(${scalar} ${one('+', '-', '*', '/', '>', '<', '<= bool')} ${vector})`,
      text`(${vector} ${one('+', '-', '*', '/', '==', '>', '< bool')} ${one(...MATCHING)}${vector})`,
      text`(${vector} ${one('and', 'or', 'unless')} ${one('', 'on (t) ', 'ignoring (n) ', 'on () ')}${vector})`,
      text`-(${vector})`,
    ),
  };
}).vector;
