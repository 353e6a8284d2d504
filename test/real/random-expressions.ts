import fc, { type Arbitrary } from 'fast-check';

const selector = fc.constantFrom(
  'c_total', 'd_total', 'g', 'c_total{job="a"}', 'g{node=~"1|2"}', 'g{zone=~"z.+"}', '{__name__=~"c_total|d_total"}',
  '{__name__=~".*_total",job!="a"}', 'g{job="b",node!="3"}', 'h_bucket{le="1"}', 'nothing',
); // prettier-ignore
const duration = fc.constantFrom('1m', '2m30s', '5m', '37s', '10m', '1m * 2', 'max_of(30s, 50s)');
const shift = fc.constantFrom(
  '',
  '',
  '',
  '',
  ' offset 1m',
  ' offset -30s',
  ' @ 400',
  ' @ end()',
  ' offset (30s * 2)',
);
const labels = fc.constantFrom('job', 'node', 'job, node', 'zone', '', 'none', 'job, zone');
const number = fc.constantFrom('1', '2', '0.5', '-1', '0', '3', 'time()', 'end()', 'min_of(2, 4)');
const overTime = fc.constantFrom(
  'rate', 'increase', 'delta', 'irate', 'idelta', 'changes', 'resets', 'avg_over_time', 'sum_over_time', 'min_over_time',
  'max_over_time', 'count_over_time', 'stddev_over_time', 'last_over_time', 'first_over_time', 'present_over_time',
  'absent_over_time', 'deriv', 'mad_over_time', 'ts_of_first_over_time', 'ts_of_max_over_time', 'ts_of_min_over_time',
); // prettier-ignore
const aggregation = fc.constantFrom('sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar');
const matching = fc.constantFrom(
  '', '', 'on (job, node) ', 'ignoring (zone) ', 'on (job) group_left () ', 'on (job, node) group_right () ',
  'ignoring (node, zone) group_left (zone) ', 'fill (0) ', 'on (job, node) fill_left (1) ', 'fill_right (2) ',
); // prettier-ignore

/**
 * Instant vectors over `c_total`, `d_total`, `g`, `h_bucket` and `target_info`. Left out is what no two engines need to
 * agree on: ties of `topk`, the choice of `limitk`, the last bits of transcendental functions, dates of NaN.
 */
export const vectorExpression: Arbitrary<string> = fc.letrec<{ vector: string; range: string }>((tie) => {
  const vector = tie('vector');
  const range = tie('range');
  const join = (...parts: readonly (string | Arbitrary<string>)[]): Arbitrary<string> =>
    fc
      .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
      .map((texts) => texts.join(''));
  const clause = fc.oneof(fc.constant(''), join(fc.constantFrom(' by (', ' without ('), labels, ') '));
  const counter = fc.constantFrom('c_total', 'd_total', 'g');
  return {
    range: fc.oneof(
      { depthSize: 'small' },
      join(selector, '[', duration, ']', shift),
      join(
        '(',
        vector,
        ')[',
        duration,
        ':',
        fc.constantFrom('', '30s', '15s'),
        ']',
        fc.constantFrom('', ' offset 1m'),
      ),
    ),
    vector: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      join('(', selector, shift, ')'),
      join(overTime, '(', range, ')'),
      join(overTime, '(', range, ')'),
      join('quantile_over_time(0.', fc.constantFrom('25', '5', '9'), ', ', range, ')'),
      join('predict_linear(', range, ', 60)'),
      join('double_exponential_smoothing(', range, ', 0.5, 0.25)'),
      join(
        fc.constantFrom('rate', 'increase', 'delta', 'changes', 'resets'),
        '(',
        counter,
        '[',
        duration,
        '] anchored',
        shift,
        ')',
      ),
      join(
        fc.constantFrom('rate', 'increase', 'delta'),
        '(',
        counter,
        '[',
        duration,
        '] smoothed',
        shift,
        ')',
      ),
      join(counter, fc.constantFrom(' smoothed', ' smoothed offset 20s')),
      join(fc.constantFrom('abs', 'ceil', 'floor', 'sgn', 'absent', 'timestamp', '-'), '(', vector, ')'),
      join(fc.constantFrom('round', 'clamp_min', 'clamp_max'), '(', vector, ', 2)'),
      join('label_replace(', vector, ', "new", "$1-x", "job", "(.*)")'),
      join('label_join(', vector, ', "both", "-", "job", "node")'),
      join('histogram_quantile(0.', fc.constantFrom('1', '5', '99'), ', rate(h_bucket[', duration, ']))'),
      join('histogram_quantiles(h_bucket, "q", 0.5, 0.9)'),
      join('info(', vector, fc.constantFrom('', ', {version="v1"}', ', {__name__=~".+_info"}'), ')'),
      join(aggregation, clause, '(', vector, ')'),
      join(aggregation, clause, '(', vector, ')'),
      join('quantile', clause, '(0.5, ', vector, ')'),
      join('count_values', clause, '("v", ', fc.constantFrom('floor', 'sgn'), '(', vector, '))'),
      join('limit_ratio(', fc.constantFrom('0.5', '-0.5', '1'), ', ', vector, ')'),
      join(
        '(',
        vector,
        fc.constantFrom(' + ', ' - ', ' * ', ' > ', ' <= ', ' == bool '),
        matching,
        vector,
        ')',
      ),
      join(
        '(',
        vector,
        fc.constantFrom(' and ', ' or ', ' unless '),
        fc.constantFrom('', 'on (job) ', 'ignoring (zone) '),
        vector,
        ')',
      ),
      join('(', vector, fc.constantFrom(' + ', ' * ', ' / ', ' > ', ' != ', ' < bool '), number, ')'),
      join('vector(scalar(', vector, ') + ', number, ')'),
    ),
  };
}).vector;
