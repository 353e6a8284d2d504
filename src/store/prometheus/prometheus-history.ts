import { Failure } from '../../model/failure.ts';
import type { HistoryReader, SeriesRequest } from '../../model/history.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { TimeRange } from '../../model/series.ts';
import { firstAfter, SeriesParts } from '../chunks/past-series.ts';
import { askPrometheus, type PrometheusElement, type PrometheusOptions } from './prometheus-api.ts';

/** What one question asks for at most, ms; what is too large then is halved. */
const LONGEST_MS = 6 * 3_600_000;
const SHORTEST_MS = 60_000;

export interface PrometheusHistoryOptions extends PrometheusOptions {
  /** The most samples of one fetch. */
  readonly maxSamples: number;
}

/** The samples that a Prometheus, or what speaks its API, keeps; it does not tell when series ended. */
export function createPrometheusHistory(options: PrometheusHistoryOptions): HistoryReader {
  return {
    async fetch(requests, signal) {
      const parts = new SeriesParts();
      for (const request of requests) await readRequest(request, parts, options, signal);
      return parts.reader(signal);
    },
  };
}

async function readRequest(
  { matchers, range }: SeriesRequest,
  parts: SeriesParts,
  options: PrometheusHistoryOptions,
  signal: AbortSignal,
): Promise<void> {
  let longest = LONGEST_MS;
  for (let { start } = range; start <= range.end;) {
    const end = Math.min(range.end, start + longest - 1);
    const elements = await askPrometheus(options, selectorText(matchers, { start, end }), end, signal).catch(
      (error: unknown) => {
        if (!(error instanceof Failure) || error.reason !== 'budget' || longest <= SHORTEST_MS) throw error;
      },
    );
    if (elements === undefined) {
      longest = Math.max(SHORTEST_MS, Math.floor(longest / 2));
      continue;
    }
    for (const element of elements) take(element, parts);
    if (parts.samples > options.maxSamples)
      throw new Failure('budget', `more than ${options.maxSamples} samples`);
    start = end + 1;
  }
}

function take({ metric, values = [] }: PrometheusElement, parts: SeriesParts): void {
  const times = Float64Array.from(values, ([seconds]) => Math.round(seconds * 1000));
  const growing = parts.of(metric, values.length);
  // Prometheus 2 answers the sample at the beginning of a range too.
  const from = firstAfter(times, growing.last);
  if (from >= times.length) return;
  parts.samples += times.length - from;
  growing.add(times.subarray(from), (into) => {
    for (let at = 0; at < into.length; at++) into[at] = numberOf(values[from + at]?.[1]);
  });
}

function numberOf(text = 'NaN'): number {
  return text === '+Inf'
    ? Number.POSITIVE_INFINITY
    : text === '-Inf'
      ? Number.NEGATIVE_INFINITY
      : Number(text);
}

/** Of Prometheus 3 a range begins after its start: a ms before the first that is wanted. */
function selectorText(matchers: readonly Matcher[], { start, end }: TimeRange): string {
  const texts = matchers.map(({ name, operator, value }) => `${name}${operator}${JSON.stringify(value)}`);
  return `{${texts.join(',')}}[${end - start + 1}ms]`;
}
