import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryReader } from '../../model/history.ts';
import type { SeriesReader } from '../../model/series.ts';
import { systemClock } from '../../system/system-clock.ts';
import { createPrometheusMetrics } from '../prometheus-metrics.ts';
import { askApi, search, success } from '../testing/ask-api.ts';
import { NOW, serveWeb, seriesUntilNow } from '../testing/web-fixture.ts';

const SECONDS = NOW / 1000;

const reader = seriesUntilNow(
  'up{tenant="acme"} 1 0 1',
  'up{tenant="globex"} 0 0 0',
  'huge 1e21',
  'large 1e20',
  'tiny 1e-7',
  'small 1e-6',
  'endless +Inf',
  'below -Inf',
  'none NaN',
);
const sources = { reader };

const instant: readonly [query: string, resultType: string, result: unknown][] = [
  ['1 + 1', 'scalar', [SECONDS, '2']],
  ['"a text"', 'string', [SECONDS, 'a text']],
  ['up{tenant="acme"}', 'vector', [{ metric: { __name__: 'up', tenant: 'acme' }, value: [SECONDS, '1'] }]],
  ['sum(up)', 'vector', [{ metric: {}, value: [SECONDS, '1'] }]],
  ['up == 5', 'vector', []],
  [
    'up{tenant="acme"}[2m]',
    'matrix',
    [
      {
        metric: { __name__: 'up', tenant: 'acme' },
        values: [
          [SECONDS - 60, '0'],
          [SECONDS, '1'],
        ],
      },
    ],
  ],
  ['huge', 'vector', [{ metric: { __name__: 'huge' }, value: [SECONDS, '1e+21'] }]],
  ['large', 'vector', [{ metric: { __name__: 'large' }, value: [SECONDS, '100000000000000000000'] }]],
  ['tiny', 'vector', [{ metric: { __name__: 'tiny' }, value: [SECONDS, '1e-07'] }]],
  ['small', 'vector', [{ metric: { __name__: 'small' }, value: [SECONDS, '0.000001'] }]],
  ['endless', 'vector', [{ metric: { __name__: 'endless' }, value: [SECONDS, '+Inf'] }]],
  ['below', 'vector', [{ metric: { __name__: 'below' }, value: [SECONDS, '-Inf'] }]],
  ['none', 'vector', [{ metric: { __name__: 'none' }, value: [SECONDS, 'NaN'] }]],
  ['-0', 'scalar', [SECONDS, '-0']],
  // Names that every object has.
  ['count by (constructor) (up{toString=""})', 'vector', [{ metric: {}, value: [SECONDS, '2'] }]],
  [
    'count by (joined, valueOf) (label_join(up, "joined", "", "constructor"))',
    'vector',
    [{ metric: {}, value: [SECONDS, '2'] }],
  ],
];

for (const [query, resultType, result] of instant) {
  test(`query ${query} is a ${resultType}`, async (t) => {
    const answer = await askApi(t, sources, `query?${search({ query, time: SECONDS })}`);
    assert.deepEqual(answer, success({ resultType, result }));
  });
}

test('a form is read, and comes before the query string', async (t) => {
  const answer = await askApi(t, sources, 'query?query=1', { query: '2', time: SECONDS });
  assert.deepEqual(answer, success({ resultType: 'scalar', result: [SECONDS, '2'] }));
});

test('a range query has every step of it, both ends included', async (t) => {
  const range = { query: 'sum by (tenant) (up)', start: SECONDS - 60, end: SECONDS, step: '30s' };
  const values = (...texts: string[]): unknown => texts.map((text, i) => [SECONDS - 60 + 30 * i, text]);
  const expected = success({
    resultType: 'matrix',
    result: [
      { metric: { tenant: 'acme' }, values: values('0', '0', '1') },
      { metric: { tenant: 'globex' }, values: values('0', '0', '0') },
    ],
  });
  assert.deepEqual(await askApi(t, sources, `query_range?${search(range)}`), expected);
  assert.deepEqual(await askApi(t, sources, 'query_range', range), expected);
});

test('a range query of a scalar is one series without labels', async (t) => {
  const answer = await askApi(t, sources, 'query_range?query=1&start=0&end=0.25&step=0.25');
  const values = [
    [0, '1'],
    [0.25, '1'],
  ];
  assert.deepEqual(answer, success({ resultType: 'matrix', result: [{ metric: {}, values }] }));
});

test('the labels of a series are in order, the name among them', async (t) => {
  const url = await serveWeb(t, { reader: seriesUntilNow('m{z="1",B="2",a="3"} 1') });
  const text = await (await fetch(`${url}/api/v1/query?query=m`)).text();
  assert.match(text, /"metric":\{"B":"2","__name__":"m","a":"3","z":"1"\}/);
});

test('a large answer is compressed for who can read that', async (t) => {
  const url = await serveWeb(t, sources);
  const encoding = async (path: string, accepted: string): Promise<string | null> => {
    const response = await fetch(`${url}/api/v1/${path}`, { headers: { 'accept-encoding': accepted } });
    assert.equal(Object(await response.json()).status, 'success');
    return response.headers.get('content-encoding');
  };
  const large = 'query_range?query=1&start=0&end=1000&step=1';
  assert.equal(await encoding(large, 'gzip'), 'gzip');
  assert.equal(await encoding(large, 'identity'), null);
  assert.equal(await encoding('query?query=1', 'gzip'), null);
});

test('11,000 steps are answered', async (t) => {
  const { status } = await askApi(t, sources, 'query_range?query=1&start=0&end=11000&step=1');
  assert.equal(status, 200);
});

for (const [path, length] of [
  ['query?query=up', 1],
  [`query_range?query=up&start=${SECONDS}&end=${SECONDS}&step=1`, 1],
] as const) {
  test(`a limit cuts the answer of ${path}, and says so`, async (t) => {
    const { status, body } = await askApi(t, sources, `${path}&limit=${length}`);
    const { data, warnings } = Object(body);
    assert.deepEqual([status, data.result.length], [200, length]);
    assert.deepEqual(warnings, ['results truncated due to limit']);
    assert.equal('warnings' in Object((await askApi(t, sources, `${path}&limit=2`)).body), false);
  });
}

test('a rate of what is no counter is answered, with a word about it', async (t) => {
  const query = { query: 'rate(up[5m])', time: SECONDS };
  const { body } = await askApi(t, sources, 'query', query);
  assert.deepEqual(Object(body).infos, [
    'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "up" (1:6)',
  ]);
  const { body: empty } = await askApi(t, sources, 'query', { query: 'rate(nothing[5m])', time: SECONDS });
  assert.deepEqual(Object.keys(Object(empty)), ['status', 'data']);
});

test('an expression that is well-formed and cannot be evaluated is an error of execution', async (t) => {
  const query = 'up + on () up';
  for (const path of [
    `query?${search({ query })}`,
    `query_range?${search({ query, start: SECONDS, end: SECONDS, step: 1 })}`,
  ]) {
    const { status, body } = await askApi(t, sources, path);
    assert.equal(status, 422);
    assert.deepEqual({ ...Object(body), error: '' }, { status: 'error', errorType: 'execution', error: '' });
  }
});

test('a query that takes too long is given up', async (t) => {
  let now = NOW;
  const clock = { now: () => (now += 1500), sleep: () => new Promise<void>(() => {}) };
  const { status, body } = await askApi(t, { reader, clock }, 'query?query=sum(up)%2Bsum(up)');
  assert.deepEqual([status, Object(body).errorType], [503, 'timeout']);
});

test('each step of a range query may take two seconds, all of them together longer', async (t) => {
  const long = seriesUntilNow('up{tenant="acme"} 1x60000', 'up{tenant="globex"} 1x60000');
  const outcome = async (msPerSeries: number): Promise<unknown> => {
    let now = NOW;
    const clock = { now: () => now, sleep: () => new Promise<void>(() => {}) };
    const slow: SeriesReader = {
      *select(matchers, range) {
        for (const series of long.select(matchers, range)) {
          now += msPerSeries;
          yield series;
        }
      },
    };
    const query = { query: 'count_over_time(up[45d])', start: SECONDS, end: SECONDS, step: 1 };
    const { status, body } = await askApi(t, { reader: slow, clock }, 'query_range', query);
    return Object(body).errorType ?? status;
  };
  assert.equal(await outcome(1900), 200);
  assert.equal(await outcome(2100), 'timeout');
});

test('a timeout that is shorter than ours is kept', async (t) => {
  const slept: number[] = [];
  const clock = {
    now: () => NOW,
    sleep: async (ms: number) => void slept.push(ms),
  };
  const { status, body } = await askApi(t, { reader, clock }, 'query?query=1&timeout=3s');
  assert.deepEqual([status, Object(body).errorType, slept], [503, 'timeout', [3000]]);
});

test('a form without end is refused', async (t) => {
  const { status, body } = await askApi(t, sources, 'query', { query: 'x'.repeat(200_000) });
  assert.deepEqual([status, Object(body).errorType], [413, 'bad_data']);
  assert.match(Object(body).error, /larger than 128 KiB: select by fewer values/);
});

test('a chain of operators that would overflow the stack is refused where it is too long', async (t) => {
  const chain = (length: number): string => Array(length).fill('1').join('+');
  const { body } = await askApi(t, sources, 'query', { query: chain(1001), time: SECONDS });
  assert.deepEqual(body, success({ resultType: 'scalar', result: [SECONDS, '1001'] }).body);
  const refusal = await askApi(t, sources, 'query', { query: chain(20_000) });
  assert.deepEqual([refusal.status, Object(refusal.body).errorType], [400, 'bad_data']);
  assert.match(Object(refusal.body).error, /1:2002: expression has more than 1000 binary operators/);
});

test('queries are counted by how they ended', async (t) => {
  const metrics = createPrometheusMetrics();
  const url = await serveWeb(t, sources, metrics);
  for (const path of ['query?query=1', 'query?query=(', 'query_range?query=1&start=0&end=1&step=1'])
    await fetch(`${url}/api/v1/${path}`);
  const lines = (await metrics.exposition()).match(/^octowatch_queries_total\{.*$/gm);
  assert.deepEqual(lines?.toSorted(), [
    'octowatch_queries_total{kind="instant",outcome="bad_data"} 1',
    'octowatch_queries_total{kind="instant",outcome="ok"} 1',
    'octowatch_queries_total{kind="range",outcome="ok"} 1',
  ]);
});

/** A history of which the test ends the wait. */
function slowHistory(): { history: HistoryReader; signals: AbortSignal[]; answer: () => void } {
  const signals: AbortSignal[] = [];
  const waiting = Promise.withResolvers<SeriesReader>();
  const fetchSeries = (_requests: unknown, signal: AbortSignal): Promise<SeriesReader> => {
    signals.push(signal);
    const { promise, reject } = Promise.withResolvers<SeriesReader>();
    signal.addEventListener('abort', () => reject(signal.reason));
    return Promise.race([promise, waiting.promise]);
  };
  return { history: { fetch: fetchSeries }, signals, answer: () => waiting.resolve(reader) };
}

const OLD = `query?${search({ query: 'up', time: SECONDS - 3600 })}`;

test('a client that goes away ends its query', async (t) => {
  const { history, signals } = slowHistory();
  const url = await serveWeb(t, { reader, history });
  const gone = new AbortController();
  const asked = fetch(`${url}/api/v1/${OLD}`, { signal: gone.signal }).catch(() => 'gone');
  await until(() => signals.length === 1);
  gone.abort();
  assert.equal(await asked, 'gone');
  await until(() => signals[0]?.aborted === true);
});

test('a client that goes away ends an evaluation that is under way', async (t) => {
  const metrics = createPrometheusMetrics();
  const gone = new AbortController();
  const read: SeriesReader = {
    select(matchers, range) {
      gone.abort();
      return reader.select(matchers, range);
    },
  };
  const url = await serveWeb(t, { reader: read, clock: systemClock }, metrics);
  const nested = 'sum_over_time(count_over_time(up[1h:1s])[1h:1s])';
  const query = search({ query: nested, start: SECONDS - 10_000, end: SECONDS, step: 1 });
  const asked = fetch(`${url}/api/v1/query_range?${query}`, { signal: gone.signal }).catch(() => 'gone');
  assert.equal(await asked, 'gone');
  const canceled = 'octowatch_queries_total{kind="range",outcome="canceled"} 1';
  for (let text = ''; !text.includes(canceled); text = await metrics.exposition()) await nextTurn();
});

test('so many queries at once, so many wait, the next is told to come again', async (t) => {
  const { history, signals, answer } = slowHistory();
  const url = await serveWeb(t, { reader, history });
  const asked = Array.from({ length: 103 }, () => fetch(`${url}/api/v1/${OLD}`));
  const first = await Promise.race(asked);
  const { errorType, error } = Object(await first.json());
  assert.deepEqual([first.status, errorType], [503, 'unavailable']);
  assert.match(error, /^2 queries run and 100 wait/);
  assert.equal(signals.length, 2);
  answer();
  const codes = (await Promise.all(asked)).map(({ status }) => status);
  assert.equal(codes.filter((code) => code === 200).length, 102);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
