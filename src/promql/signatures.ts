import type { ValueType } from './tree.ts';

/** What a function takes and yields. */
export interface Signature {
  readonly args: readonly ValueType[];
  /** How many trailing arguments may be left out; `rest`: the last one may be left out or repeated. */
  readonly optional: number | 'rest';
  readonly returns: ValueType;
}

const VECTOR_FUNCTIONS =
  'abs acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad sgn sin sinh sort ' +
  'sort_desc sqrt tan tanh timestamp absent';
const RANGE_FUNCTIONS =
  'absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate last_over_time ' +
  'max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time';
const TIME_FUNCTIONS = 'day_of_month day_of_week day_of_year days_in_month hour minute month year';

const SIGNATURES: ReadonlyMap<string, Signature> = new Map([
  ...VECTOR_FUNCTIONS.split(' ').map((name) => [name, signature(['vector'])] as const),
  ...RANGE_FUNCTIONS.split(' ').map((name) => [name, signature(['matrix'])] as const),
  ...TIME_FUNCTIONS.split(' ').map((name) => [name, signature(['vector'], 1)] as const),
  ['clamp', signature(['vector', 'scalar', 'scalar'])],
  ['clamp_max', signature(['vector', 'scalar'])],
  ['clamp_min', signature(['vector', 'scalar'])],
  ['histogram_fraction', signature(['scalar', 'scalar', 'vector'])],
  ['histogram_quantile', signature(['scalar', 'vector'])],
  ['label_join', signature(['vector', 'string', 'string', 'string'], 'rest')],
  ['label_replace', signature(['vector', 'string', 'string', 'string', 'string'])],
  ['pi', signature([], 0, 'scalar')],
  ['predict_linear', signature(['matrix', 'scalar'])],
  ['quantile_over_time', signature(['scalar', 'matrix'])],
  ['round', signature(['vector', 'scalar'], 1)],
  ['scalar', signature(['vector'], 0, 'scalar')],
  ['time', signature([], 0, 'scalar')],
  ['vector', signature(['scalar'])],
]);

const NATIVE_HISTOGRAM: ReadonlySet<string> = new Set(
  'histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum'.split(' '),
);

const EXPERIMENTAL: ReadonlySet<string> = new Set(
  (
    'double_exponential_smoothing end histogram_quantiles info limit_ratio limitk mad_over_time ' +
    'max_of min_of range sort_by_label sort_by_label_desc start step ts_of_first_over_time ts_of_last_over_time ' +
    'ts_of_max_over_time ts_of_min_over_time'
  ).split(' '),
);

/** The signature of a stable function of Prometheus 3. */
export function signatureOf(name: string): Signature | undefined {
  return SIGNATURES.get(name);
}

/** Why a word before a parenthesis is no function here. */
export function explainUnknownFunction(name: string): string {
  if (NATIVE_HISTOGRAM.has(name)) return `${name}() needs native histograms, which are not supported`;
  if (EXPERIMENTAL.has(name)) return `${name}() is experimental in Prometheus and not supported`;
  if (name === 'holt_winters') return 'holt_winters() was removed in Prometheus 3';
  return `unknown function with name "${name}"`;
}

function signature(
  args: readonly ValueType[],
  optional: number | 'rest' = 0,
  returns: ValueType = 'vector',
): Signature {
  return { args, optional, returns };
}
