import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../model/failure.ts';
import type { HistoryReader } from '../../model/history.ts';
import { askApi } from '../testing/ask-api.ts';
import { NOW, seriesUntilNow } from '../testing/web-fixture.ts';

const SECONDS = NOW / 1000;
const HOUR = 3_600_000;
const reader = seriesUntilNow('up{tenant="acme"} 1 0 1', 'up{tenant="globex"} 0 0 0');

test('what is older than the head comes from history, and no sample comes twice', async (t) => {
  const old = seriesUntilNow('up{tenant="acme"} 5x90', 'up{tenant="gone"} 7x30 _x60');
  const asked: number[] = [];
  const history: HistoryReader = {
    fetch: async (requests) => {
      asked.push(...requests.map(({ range }) => range.start));
      return old;
    },
  };
  const query = { query: 'sum by (tenant) (up)', start: SECONDS - 3600, end: SECONDS, step: 1800 };
  const { body } = await askApi(t, { reader, history }, 'query_range', query);
  assert.deepEqual(asked, [NOW - HOUR - 300_000]);
  const at = (...values: (readonly [number, string])[]): unknown =>
    values.map(([ago, value]) => [SECONDS - ago, value]);
  assert.deepEqual(Object(body).data.result, [
    { metric: { tenant: 'acme' }, values: at([3600, '5'], [1800, '5'], [0, '1']) },
    { metric: { tenant: 'globex' }, values: at([0, '0']) },
    { metric: { tenant: 'gone' }, values: at([3600, '7']) },
  ]);
  await askApi(t, { reader, history }, 'query', { query: 'up', time: SECONDS });
  assert.equal(asked.length, 1, 'the head alone is enough for now');
});

test('history that cannot be read is a warning, history that is too much an error', async (t) => {
  const failing = (failure: Failure): HistoryReader => ({ fetch: () => Promise.reject(failure) });
  const query = { query: 'up', start: SECONDS - 3600, end: SECONDS, step: 60 };
  const away = failing(new Failure('network', 'connect ECONNREFUSED'));
  const { status, body } = await askApi(t, { reader, history: away }, 'query_range', query);
  assert.deepEqual([status, Object(body).data.result.length], [200, 2]);
  assert.deepEqual(Object(body).warnings, [
    'only the newest samples are shown, history cannot be read: connect ECONNREFUSED',
  ]);
  const much = failing(new Failure('budget', 'more than 500000 documents'));
  const refusal = await askApi(t, { reader, history: much }, 'query_range', query);
  assert.deepEqual([refusal.status, Object(refusal.body).errorType], [422, 'execution']);
});
