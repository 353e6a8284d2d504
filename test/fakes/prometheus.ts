import { METRIC_NAME } from '../../src/model/labels.ts';
import { createMatcher, type Matcher } from '../../src/model/matcher.ts';
import { PaperMonth } from '../bench/parts/backtest/paper-month.ts';
import { startHttpFake, type FakeAnswer, type HttpFake } from './http-fake.ts';

export interface PrometheusFake extends HttpFake {
  /** Questions so far, and how many of them were refused for their size. */
  readonly asked: number;
  readonly refused: number;
}

export interface PrometheusFakeOptions {
  readonly tenants: number;
  /** When its samples begin, ms. */
  readonly start: number;
  /** As `--query.max-samples`: what reads more is refused. */
  readonly maxSamples: number;
}

/** `POST /api/v1/query` of range selectors, as Prometheus 3 answers it: samples after the start of the range; and 42 to all else. */
export async function startPrometheusOf({
  tenants,
  start,
  maxSamples,
}: PrometheusFakeOptions): Promise<PrometheusFake> {
  const month = new PaperMonth(tenants, start);
  let [asked, refused] = [0, 0];

  function answer(query: string, time: number): FakeAnswer {
    const [, selector, range] = /^\{(.*)\}\[(\d+)ms\]$/.exec(query) ?? [];
    if (selector === undefined) return success('vector', [{ metric: {}, value: [time / 1000, '42'] }]);
    const all = [...month.select(matchersOf(selector), { start: time - Number(range) + 1, end: time })];
    const samples = all.reduce((sum, { values }) => sum + values.length, 0);
    if (samples > maxSamples) {
      refused++;
      const error = 'query processing would load too many samples into memory in query execution';
      return { status: 422, body: { status: 'error', errorType: 'execution', error } };
    }
    return success(
      'matrix',
      all
        .filter(({ values }) => values.length > 0)
        .map(({ labels, timestamps, values }) => ({
          metric: labels,
          values: Array.from(values, (value, at) => [(timestamps[at] ?? 0) / 1000, String(value)]),
        })),
    );
  }

  const fake = await startHttpFake(({ method, path, body }) => {
    asked++;
    if (method !== 'POST' || path !== '/api/v1/query') return { status: 404, body: 'not found' };
    const form = new URLSearchParams(body);
    return answer(form.get('query') ?? '', Number(form.get('time')) * 1000);
  });
  return {
    ...fake,
    get asked() {
      return asked;
    },
    get refused() {
      return refused;
    },
  };
}

function success(resultType: string, result: readonly object[]): FakeAnswer {
  return { status: 200, body: { status: 'success', data: { resultType, result } } };
}

function matchersOf(selector: string): Matcher[] {
  return Array.from(
    selector.matchAll(/([a-zA-Z_]\w*)(=~|!~|!=|=)("(?:[^"\\]|\\.)*")/g),
    ([, name = '', operator, value = '']) =>
      createMatcher(
        name,
        operator === '=~' || operator === '!~' || operator === '!=' ? operator : '=',
        String(JSON.parse(value)),
      ),
  ).filter(({ name }) => name === METRIC_NAME || name !== '');
}
