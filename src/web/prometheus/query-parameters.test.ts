import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askApi, search, success } from '../testing/ask-api.ts';
import { NOW, seriesUntilNow } from '../testing/web-fixture.ts';

const SECONDS = NOW / 1000;
const sources = { reader: seriesUntilNow('up{tenant="acme"} 1 0 1', 'up{tenant="globex"} 0 0 0') };

const times: readonly [time: string, seconds: number][] = [
  [String(SECONDS - 60.5), SECONDS - 60.5],
  ['1.763e9', 1_763_000_000],
  ['2026-11-21T06:29:00Z', SECONDS - 60],
  ['2026-11-21T07:29:00.250+01:00', SECONDS - 59.75],
  ['', SECONDS],
];

for (const [time, seconds] of times) {
  test(`the time ${JSON.stringify(time)}`, async (t) => {
    const answer = await askApi(t, sources, `query?${search({ query: 'time()', time })}`);
    assert.deepEqual(answer, success({ resultType: 'scalar', result: [seconds, String(seconds)] }));
  });
}

test('lookback_delta bounds how old a value may be', async (t) => {
  const at = SECONDS + 90;
  const count = async (lookback: string): Promise<number> => {
    const { body } = await askApi(t, sources, 'query', { query: 'up', time: at, lookback_delta: lookback });
    return Object(body).data.result.length;
  };
  assert.deepEqual([await count(''), await count('1m'), await count('91')], [2, 0, 2]);
});

const refused: readonly [path: string, error: RegExp][] = [
  ['query', /^invalid parameter "query": 1:1: /],
  ['query?query=up%7B', /^invalid parameter "query": 1:4: /],
  [
    'query?query=1&time=yesterday',
    /^invalid parameter "time": cannot parse "yesterday" to a valid timestamp: write seconds or RFC 3339$/,
  ],
  ['query?query=1&time=2026-11-21', /^invalid parameter "time": cannot parse/],
  ['query?query=1&time=Inf', /^invalid parameter "time": cannot parse/],
  ['query?query=1&time=0x10', /^invalid parameter "time": cannot parse/],
  ['query?query=1&time=1e30', /^invalid parameter "time": cannot parse/],
  ['query?query=1&timeout=soon', /^invalid parameter "timeout": not a duration: "soon"/],
  ['query?query=1&lookback_delta=x', /^invalid parameter "lookback_delta": /],
  ['query?query=1&limit=-1', /^invalid parameter "limit": /],
  ['query?query=1&limit=1.5', /^invalid parameter "limit": /],
  ['query_range?query=1&end=1&step=1', /^invalid parameter "start": cannot parse ""/],
  ['query_range?query=1&start=0&step=1', /^invalid parameter "end"/],
  ['query_range?query=1&start=0&end=1', /^invalid parameter "step": not a duration: ""/],
  ['query_range?query=1&start=0&end=1&step=0', /^invalid parameter "step": a step must be above zero/],
  ['query_range?query=1&start=0&end=1&step=-1', /^invalid parameter "step": a step must be above zero/],
  ['query_range?query=1&start=0&end=1&step=0.0001', /^invalid parameter "step": a step must be above zero/],
  ['query_range?query=1&start=0&end=1&step=1%20m', /^invalid parameter "step": not a duration: "1 m"/],
  [
    'query_range?query=1&start=2&end=1&step=1',
    /^invalid parameter "end": end timestamp must not be before start time$/,
  ],
  [
    'query_range?query=1&start=0&end=11001&step=1',
    /^exceeded maximum resolution of 11,000 points per timeseries: ask for a larger step/,
  ],
  [
    'query_range?query=up%5B5m%5D&start=0&end=1&step=1',
    /^invalid parameter "query": .*type "range vector" for range query, must be Scalar or instant Vector$/,
  ],
  ['query_range?query=%22a%22&start=0&end=1&step=1', /^invalid parameter "query": .*type "string"/],
];

for (const [path, error] of refused) {
  test(`bad data: ${path}`, async (t) => {
    const { status, body } = await askApi(t, sources, path);
    const { error: message, ...rest } = Object(body);
    assert.deepEqual([status, rest], [400, { status: 'error', errorType: 'bad_data' }]);
    assert.match(message, error);
  });
}
