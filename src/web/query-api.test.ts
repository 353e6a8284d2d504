import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { NOW, serveWeb, seriesUntilNow } from './testing/web-fixture.ts';

const SECONDS = NOW / 1000;

const reader = seriesUntilNow(
  'up{tenant="acme"} 1 0 1',
  'up{tenant="globex"} 0 0 0',
  'huge 1e21',
  'tiny 1e-7',
  'endless +Inf',
  'below -Inf',
  'none NaN',
);

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function ask(t: TestContext, path: string, init?: RequestInit): Promise<Answer> {
  const url = await serveWeb(t, { reader });
  const response = await fetch(`${url}/api/v1/${path}`, init);
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  return { status: response.status, body: await response.json() };
}

function search(parameters: Readonly<Record<string, string | number>>): string {
  return String(
    new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)])),
  );
}

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
  ['huge', 'vector', [{ metric: { __name__: 'huge' }, value: [SECONDS, '1000000000000000000000'] }]],
  ['tiny', 'vector', [{ metric: { __name__: 'tiny' }, value: [SECONDS, '0.0000001'] }]],
  ['endless', 'vector', [{ metric: { __name__: 'endless' }, value: [SECONDS, '+Inf'] }]],
  ['below', 'vector', [{ metric: { __name__: 'below' }, value: [SECONDS, '-Inf'] }]],
  ['none', 'vector', [{ metric: { __name__: 'none' }, value: [SECONDS, 'NaN'] }]],
];

for (const [query, resultType, result] of instant) {
  test(`query ${query} is a ${resultType}`, async (t) => {
    const { status, body } = await ask(t, `query?${search({ query, time: SECONDS })}`);
    assert.equal(status, 200);
    assert.deepEqual(body, { status: 'success', data: { resultType, result } });
  });
}

const times: readonly [time: string, seconds: number][] = [
  [String(SECONDS - 60.5), SECONDS - 60.5],
  ['1.763e9', 1_763_000_000],
  ['2026-11-21T06:29:00Z', SECONDS - 60],
  ['2026-11-21T07:29:00.250+01:00', SECONDS - 59.75],
];

for (const [time, seconds] of times) {
  test(`the time ${time}`, async (t) => {
    const { body } = await ask(t, `query?${search({ query: 'time()', time })}`);
    assert.deepEqual(body, {
      status: 'success',
      data: { resultType: 'scalar', result: [seconds, String(seconds)] },
    });
  });
}

test('without a time it is now', async (t) => {
  const { body } = await ask(t, 'query?query=time()');
  assert.deepEqual(body, {
    status: 'success',
    data: { resultType: 'scalar', result: [SECONDS, String(SECONDS)] },
  });
});

test('a form is read, and comes before the query string', async (t) => {
  const form = new URLSearchParams({ query: '2', time: String(SECONDS) });
  const { status, body } = await ask(t, 'query?query=1', { method: 'POST', body: form });
  assert.equal(status, 200);
  assert.deepEqual(body, { status: 'success', data: { resultType: 'scalar', result: [SECONDS, '2'] } });
});

test('a form of a range query is read', async (t) => {
  const body = new URLSearchParams({ query: '2', start: '0', end: '1', step: '1' });
  assert.equal((await ask(t, 'query_range', { method: 'POST', body })).status, 200);
});

test('a range query has every step of it, both ends included', async (t) => {
  const range = { query: 'sum by (tenant) (up)', start: SECONDS - 60, end: SECONDS, step: '30s' };
  const { status, body } = await ask(t, `query_range?${search(range)}`);
  assert.equal(status, 200);
  const values = (...texts: string[]): unknown => texts.map((text, i) => [SECONDS - 60 + 30 * i, text]);
  assert.deepEqual(body, {
    status: 'success',
    data: {
      resultType: 'matrix',
      result: [
        { metric: { tenant: 'acme' }, values: values('0', '0', '1') },
        { metric: { tenant: 'globex' }, values: values('0', '0', '0') },
      ],
    },
  });
});

test('a range query of a scalar is one series without labels', async (t) => {
  const { body } = await ask(t, `query_range?${search({ query: '1', start: 0, end: 0.25, step: 0.25 })}`);
  assert.deepEqual(body, {
    status: 'success',
    data: {
      resultType: 'matrix',
      result: [
        {
          metric: {},
          values: [
            [0, '1'],
            [0.25, '1'],
          ],
        },
      ],
    },
  });
});

test('11,000 steps are answered', async (t) => {
  assert.equal((await ask(t, 'query_range?query=1&start=0&end=11000&step=1')).status, 200);
});

const refused: readonly [path: string, error: RegExp][] = [
  ['query', /^invalid parameter "query": 1:1: /],
  ['query?query=up%7B', /^invalid parameter "query": 1:4: /],
  [
    'query?query=1&time=yesterday',
    /^invalid parameter "time": not a time: "yesterday" \(write seconds or RFC 3339\)$/,
  ],
  ['query?query=1&time=2026-11-21', /^invalid parameter "time": not a time/],
  ['query?query=1&time=Inf', /^invalid parameter "time": not a time/],
  ['query?query=1&time=0x10', /^invalid parameter "time": not a time/],
  ['query?query=1&time=1e30', /^invalid parameter "time": not a time/],
  ['query?query=1&time=', /^invalid parameter "time": not a time: ""/],
  ['query_range?query=1&end=1&step=1', /^invalid parameter "start": not a time: ""/],
  ['query_range?query=1&start=0&step=1', /^invalid parameter "end"/],
  ['query_range?query=1&start=0&end=1', /^invalid parameter "step": not a duration: ""/],
  ['query_range?query=1&start=0&end=1&step=0', /^invalid parameter "step": not a step: "0"/],
  ['query_range?query=1&start=0&end=1&step=-1', /^invalid parameter "step": not a step/],
  ['query_range?query=1&start=0&end=1&step=0.0001', /^invalid parameter "step": not a step/],
  ['query_range?query=1&start=0&end=1&step=1%20m', /^invalid parameter "step": not a duration: "1 m"/],
  ['query_range?query=1&start=2&end=1&step=1', /^invalid parameter "end": end time is before start time$/],
  [
    'query_range?query=1&start=0&end=11001&step=1',
    /^more than 11000 points per series: ask for a larger step/,
  ],
  ['query_range?query=up%5B5m%5D&start=0&end=1&step=1', /^invalid parameter "query": .*not a range vector$/],
  ['query_range?query=%22a%22&start=0&end=1&step=1', /^invalid parameter "query": .*not a string$/],
];

for (const [path, error] of refused) {
  test(`bad data: ${path}`, async (t) => {
    const { status, body } = await ask(t, path);
    assert.equal(status, 400);
    const { error: message, ...rest } = Object(body);
    assert.deepEqual(rest, { status: 'error', errorType: 'bad_data' });
    assert.match(message, error);
  });
}

test('an expression that is well-formed and cannot be evaluated is an error of execution', async (t) => {
  const query = 'up + on () up';
  for (const path of [
    `query?${search({ query })}`,
    `query_range?${search({ query, start: SECONDS, end: SECONDS, step: 1 })}`,
  ]) {
    const { status, body } = await ask(t, path);
    assert.equal(status, 422);
    assert.deepEqual({ ...Object(body), error: '' }, { status: 'error', errorType: 'execution', error: '' });
  }
});

test('a query that takes too long is given up', async (t) => {
  let now = NOW;
  const clock = { now: () => (now += 1500), sleep: () => Promise.reject(new Error('nobody sleeps')) };
  const url = await serveWeb(t, { reader, clock });
  const response = await fetch(`${url}/api/v1/query?query=sum(up)%2Bsum(up)`);
  assert.equal(response.status, 503);
  assert.equal(Object(await response.json()).errorType, 'timeout');
});

test('a form without end is refused', async (t) => {
  const url = await serveWeb(t, { reader });
  const body = new URLSearchParams({ query: 'x'.repeat(2 * 1024 * 1024) });
  assert.equal((await fetch(`${url}/api/v1/query`, { method: 'POST', body })).status, 413);
});
