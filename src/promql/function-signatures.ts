import { nearestName } from '../model/nearest-name.ts';
import type { ValueType } from './tree.ts';

/** What a function takes and yields. */
export interface Signature {
  /** The types of the arguments; where there are more, they are of the last type. */
  readonly args: readonly ValueType[];
  /** How few arguments it takes. */
  readonly least: number;
  /** How many arguments it takes; may be infinite. */
  readonly most: number;
  readonly returns: ValueType;
}

const VECTOR_FUNCTIONS =
  'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad sgn sin sinh sort ' +
  'sort_desc sqrt start_timestamp tan tanh timestamp';
const RANGE_FUNCTIONS =
  'absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate ' +
  'last_over_time mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time ' +
  'stdvar_over_time sum_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time';
const TIME_FUNCTIONS = 'day_of_month day_of_week day_of_year days_in_month hour minute month year';
const QUERY_FUNCTIONS = 'end pi range start step time';

const SIGNATURES: ReadonlyMap<string, Signature> = new Map([
  ...named(VECTOR_FUNCTIONS, signature(['vector'])),
  ...named(RANGE_FUNCTIONS, signature(['matrix'])),
  ...named(TIME_FUNCTIONS, signature(['vector'], { least: 0 })),
  ...named(QUERY_FUNCTIONS, signature([], { returns: 'scalar' })),
  ...named('clamp', signature(['vector', 'scalar', 'scalar'])),
  ...named('clamp_max clamp_min', signature(['vector', 'scalar'])),
  ...named('double_exponential_smoothing', signature(['matrix', 'scalar', 'scalar'])),
  ...named('histogram_fraction', signature(['scalar', 'scalar', 'vector'])),
  ...named('histogram_quantile', signature(['scalar', 'vector'])),
  ...named('histogram_quantiles', signature(['vector', 'string', 'scalar'], { most: 12 })),
  ...named('info', signature(['vector', 'vector'], { least: 1 })),
  ...named('label_join', signature(['vector', 'string', 'string', 'string'], { least: 3, most: Infinity })),
  ...named('label_replace', signature(['vector', 'string', 'string', 'string', 'string'])),
  ...named('max_of min_of', signature(['scalar', 'scalar'], { returns: 'scalar' })),
  ...named('predict_linear', signature(['matrix', 'scalar'])),
  ...named('quantile_over_time', signature(['scalar', 'matrix'])),
  ...named('round', signature(['vector', 'scalar'], { least: 1 })),
  ...named('scalar', signature(['vector'], { returns: 'scalar' })),
  ...named('sort_by_label sort_by_label_desc', signature(['vector', 'string'], { least: 1, most: Infinity })),
  ...named('vector', signature(['scalar'])),
]);

const NATIVE_HISTOGRAM: ReadonlySet<string> = new Set(
  'histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum'.split(' '),
);

/** The signature of a function of Prometheus 3.14, experimental ones included. */
export function signatureOf(name: string): Signature | undefined {
  return SIGNATURES.get(name);
}

/** Why a word before a parenthesis is no function here. */
export function explainUnknownFunction(name: string): string {
  if (NATIVE_HISTOGRAM.has(name)) {
    return `${name}() needs native histograms, which are not supported: query the _bucket, _count and _sum series`;
  }
  if (name === 'holt_winters') {
    return 'holt_winters() was renamed in Prometheus 3: write double_exponential_smoothing()';
  }
  const nearest = nearestName(name.toLowerCase(), SIGNATURES.keys());
  return `unknown function with name "${name}"${nearest === undefined ? '' : `: did you mean ${nearest}()?`}`;
}

function named(names: string, of: Signature): readonly (readonly [string, Signature])[] {
  return names.split(' ').map((name) => [name, of] as const);
}

function signature(args: readonly ValueType[], rest: Partial<Signature> = {}): Signature {
  return { args, least: args.length, most: args.length, returns: 'vector', ...rest };
}
