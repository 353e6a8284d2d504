import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../model/failure.ts';
import type { HistoryReader, SeriesRequest } from '../model/history.ts';
import type { Series } from '../model/series.ts';
import { layeredHistory } from './layered-history.ts';

const never = new AbortController().signal;
const LABELS = { __name__: 'm' };

function series(...times: number[]): Series {
  return { labels: LABELS, timestamps: Float64Array.from(times), values: Float64Array.from(times) };
}

/** A history of one series, that notes what it was asked for. */
function historyOf(found: Series, asked: unknown[] = []): HistoryReader {
  return {
    fetch: async (requests) => {
      asked.push(...requests.map(({ range }) => [range.start, range.end]));
      return { select: () => [found] };
    },
  };
}

function request(start: number, end: number): SeriesRequest {
  return { matchers: [], range: { start, end } };
}

test('only what is older than the recent history is asked of the older one', async () => {
  const asked: unknown[] = [];
  const recent = { ...historyOf(series(100, 110)), since: 100 };
  const history = layeredHistory(recent, historyOf(series(80, 90, 100), asked));
  const near = await history.fetch([request(100, 200)], never);
  assert.deepEqual(asked, []);
  assert.deepEqual(
    Array.from(near.select([], request(100, 200).range), ({ timestamps }) => [...timestamps]),
    [[100, 110]],
  );
  const all = await history.fetch([request(50, 200), request(20, 60), request(150, 200)], never);
  assert.deepEqual(asked, [
    [50, 100],
    [20, 60],
  ]);
  assert.deepEqual(
    Array.from(all.select([], request(50, 200).range), ({ timestamps }) => [...timestamps]),
    [[80, 90, 100, 110]],
  );
});

test('an older history that does not answer is a warning; one that refuses is an error', async () => {
  const recent = { ...historyOf(series(100)), since: 100 };
  const failing = (failure: Failure): HistoryReader =>
    layeredHistory(recent, { fetch: () => Promise.reject(failure) });
  const found = await failing(new Failure('network', 'it is away')).fetch([request(0, 200)], never);
  assert.deepEqual(found.warnings, [
    'history of the store cannot be read, what is older is missing: it is away',
  ]);
  assert.equal([...found.select([], request(0, 200).range)].length, 1);
  await assert.rejects(failing(new Failure('budget', 'too much')).fetch([request(0, 1)], never), {
    reason: 'budget',
  });
  const gone = AbortSignal.abort(new Failure('aborted', 'gone'));
  await assert.rejects(failing(new Failure('aborted', 'gone')).fetch([request(0, 1)], gone), {
    reason: 'aborted',
  });
});

test('without anything recent all is asked of the older one', async () => {
  const asked: unknown[] = [];
  const empty: HistoryReader = { fetch: async () => ({ select: () => [] }) };
  const history = layeredHistory({ ...empty, since: Infinity }, historyOf(series(10), asked));
  await history.fetch([request(0, 200)], never);
  assert.deepEqual(asked, [[0, 200]]);
});
