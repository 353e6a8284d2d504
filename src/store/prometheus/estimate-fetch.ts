import type { Matcher } from '../../model/matcher.ts';
import { askPrometheus, type PrometheusOptions } from './prometheus-api.ts';

/** Selectors that are counted in one question. */
const AT_A_TIME = 20;

/**
 * How much there is to fetch, a sentence; by how it is at the end.
 * @param end ms
 * @throws Failure
 */
export async function estimateFetch(
  options: PrometheusOptions,
  selectors: readonly (readonly Matcher[])[],
  end: number,
  signal: AbortSignal,
): Promise<string> {
  let [series, perHour] = [0, 0];
  for (let at = 0; at < selectors.length; at += AT_A_TIME) {
    const texts = selectors.slice(at, at + AT_A_TIME).map(selectorText);
    series += await sumOf(texts.map((text) => `count(last_over_time(${text}[10m]))`));
    perHour += 6 * (await sumOf(texts.map((text) => `sum(count_over_time(${text}[10m]))`)));
  }
  const perDay = Math.round((perHour * 24) / 1e5) / 10;
  return `${series.toLocaleString('en-US')} series of ${selectors.length} metrics, about ${perDay} million samples a day`;

  async function sumOf(counts: readonly string[]): Promise<number> {
    const sum = counts.map((count) => `(${count} or vector(0))`).join(' + ');
    const [element] = await askPrometheus(options, sum, end, signal);
    return Number(element?.value?.[1] ?? 0);
  }
}

function selectorText(matchers: readonly Matcher[]): string {
  return `{${matchers.map(({ name, operator, value }) => `${name}${operator}${JSON.stringify(value)}`).join(',')}}`;
}
