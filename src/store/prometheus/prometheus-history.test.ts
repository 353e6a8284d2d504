import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRIC_NAME } from '../../model/labels.ts';
import { createMatcher } from '../../model/matcher.ts';
import type { HttpRequest, HttpResponse } from '../../model/ports.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { createPrometheusHistory } from './prometheus-history.ts';

const { signal } = new AbortController();
const MATCHERS = [createMatcher(METRIC_NAME, '=', 'x'), createMatcher('tenant', '!=', 'a"b\\')];
const RANGE = { start: 1_700_000_000_000, end: 1_700_000_060_000 };

function answer(status: number, body: object): HttpResponse {
  return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
}

function matrix(values: readonly (readonly [number, string])[]): HttpResponse {
  return answer(200, {
    status: 'success',
    data: { resultType: 'matrix', result: [{ metric: { [METRIC_NAME]: 'x', tenant: 'acme' }, values }] },
  });
}

test('samples come at their own times, special values too, and none twice', async () => {
  const queries: string[] = [];
  const history = createPrometheusHistory({
    clock: new VirtualClock(),
    url: 'http://prometheus:9090/',
    maxSamples: 100,
    http: async ({ url, body }: HttpRequest) => {
      queries.push(`${url} ${new URLSearchParams(String(body)).get('query') ?? ''}`);
      return matrix([
        [1_700_000_000.123, '1'],
        [1_700_000_015.5, '+Inf'],
        [1_700_000_030, 'NaN'],
      ]);
    },
  });
  const past = await history.fetch(
    [
      { matchers: MATCHERS, range: RANGE },
      { matchers: MATCHERS, range: RANGE },
    ],
    signal,
  );
  const [series, ...others] = past.select(MATCHERS, RANGE);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [...(series?.timestamps ?? [])],
    [1_700_000_000_123, 1_700_000_015_500, 1_700_000_030_000],
  );
  assert.deepEqual([...(series?.values ?? [])], [1, Number.POSITIVE_INFINITY, Number.NaN]);
  assert.equal(queries[0], 'http://prometheus:9090/api/v1/query {__name__="x",tenant!="a\\"b\\\\"}[60001ms]');
});

test('what fails for a while is asked again, as long as the budget lasts; what is refused is not', async () => {
  const clock = new VirtualClock();
  let asked = 0;
  const failing = (status: number, times: number): ReturnType<typeof createPrometheusHistory> => {
    asked = 0;
    const http = async (): Promise<HttpResponse> =>
      ++asked <= times ? answer(status, { status: 'error', error: 'no' }) : matrix([]);
    return createPrometheusHistory({ clock, url: 'http://p', maxSamples: 100, http });
  };
  const fetching = failing(503, 2).fetch([{ matchers: MATCHERS, range: RANGE }], signal);
  await clock.advance(10_000);
  await fetching;
  assert.equal(asked, 3);
  const giving = assert.rejects(
    failing(503, 99).fetch([{ matchers: MATCHERS, range: RANGE }], signal),
    /answered 503: no/,
  );
  await clock.advance(60_000);
  await giving;
  assert.equal(asked, 4);
  await assert.rejects(
    failing(401, 99).fetch([{ matchers: MATCHERS, range: RANGE }], signal),
    /answered 401/,
  );
  assert.equal(asked, 1);
});
