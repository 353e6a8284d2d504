import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMatcher } from '../../../model/matcher.ts';
import type { MetricSource } from './metric-source.ts';
import { PastColumns } from './past-columns.ts';
import { sampleMaker } from './sample-maker.ts';

type Fields = Readonly<Record<string, unknown>>;

const gauge: MetricSource = {
  name: 'up',
  stream: 's',
  field: 'up',
  labels: ['tenant', 'node'],
  fixed: {},
  where: {},
  except: {},
};
const counter: MetricSource = {
  ...gauge,
  name: 'hits_total',
  field: 'count',
  labels: ['tenant'],
  windowMs: 10_000,
  where: { status: ['200', '201'] },
};

/** The samples of all series of a source, by their labels without the name. */
function make(
  source: MetricSource,
  documents: readonly (readonly [time: number, fields: Fields])[],
  until = 0,
): Record<string, unknown> {
  const columns = new PastColumns(1000);
  const maker = sampleMaker(source, columns);
  for (const [time, fields] of documents) maker.add({ time, value: (field) => fields[field] });
  Array.from(maker.end(until));
  const found: Record<string, unknown> = {};
  const range = { start: -Infinity, end: Infinity };
  for (const series of columns.select([createMatcher('__name__', '=', source.name)], range)) {
    const { __name__: _, ...labels } = series.labels;
    assert.equal(series.relative, source.windowMs !== undefined);
    found[JSON.stringify(labels)] = Array.from(series.values, (value, i) => [series.timestamps[i], value]);
  }
  return found;
}

test('a gauge is as it was; a document without it says nothing', () => {
  const a = { tenant: 'a', node: 'n' };
  const documents = [
    [10, { ...a, up: 1 }],
    [15, { tenant: 'b', up: 5 }],
    [20, { ...a, load: 3 }],
    [30, { ...a, up: 0 }],
    [30, { ...a, up: 9 }],
  ] as const;
  assert.deepEqual(make(gauge, documents), {
    '{"tenant":"a","node":"n"}': [
      [10, 1],
      [30, 0],
    ],
    '{"tenant":"b"}': [[15, 5]],
  });
});

test('a counter adds up its windows, begins at 0 and is never out of sight', () => {
  const hit = (count: number, tenant = 'a', status = '200'): Fields => ({ tenant, status, count });
  const documents = [
    [100_000, hit(2)],
    [100_001, hit(3, 'a', '201')],
    [100_002, hit(50, 'a', '500')],
    [110_000, hit(1)],
    [250_000, hit(4)],
    [250_000, hit(7, 'b')],
  ] as const;
  assert.deepEqual(make(counter, documents, 330_000), {
    '{"tenant":"a"}': [
      [100_000, 0],
      [110_000, 5],
      [120_000, 6],
      [180_000, 6],
      [240_000, 6],
      [250_000, 6],
      [260_000, 10],
      [320_000, 10],
      [330_000, 10],
    ],
    '{"tenant":"b"}': [
      [250_000, 0],
      [260_000, 7],
      [320_000, 7],
      [330_000, 7],
    ],
  });
});

test('a counter leaves out what it is told to', () => {
  const source = { ...counter, where: {}, except: { status: ['500'] } };
  const hit = (status: string): Fields => ({ tenant: 'a', status, count: 1 });
  const documents = [
    [0, hit('200')],
    [0, hit('500')],
    [0, { tenant: 'a', count: 1 }],
  ] as const;
  assert.deepEqual(make(source, documents, 10_000), {
    '{"tenant":"a"}': [
      [0, 0],
      [10_000, 2],
    ],
  });
});

test('a value that the window had no event of adds nothing', () => {
  const sum = { ...counter, field: 'seconds_sum', where: {} };
  assert.deepEqual(make(sum, [[0, { tenant: 'a', count: 1 }]], 10_000), {
    '{"tenant":"a"}': [
      [0, 0],
      [10_000, 0],
    ],
  });
});

test('a series is cut to the range, and more samples than fit are refused', () => {
  const columns = new PastColumns(3);
  const maker = sampleMaker(gauge, columns);
  const add = (time: number): void => maker.add({ time, value: (field) => ({ tenant: 'a', up: 1 })[field] });
  for (const time of [10, 20, 30]) add(time);
  const times = (start: number, end: number): unknown =>
    Array.from(columns.select([], { start, end }), ({ timestamps }) => [...timestamps]);
  assert.deepEqual(times(10, 20), [[10, 20]]);
  assert.deepEqual(times(11, 19), []);
  assert.deepEqual(times(25, 99), [[30]]);
  assert.throws(() => add(40), { reason: 'budget', message: /more than 3 samples of history/ });
});

test('what was scraped has the names and labels it was scraped with', () => {
  const columns = new PastColumns(1000);
  const scraped: MetricSource = {
    ...gauge,
    name: '',
    field: 'value',
    labels: ['tenant', 'job'],
    samples: { name: 'metric', labels: 'labels' },
  };
  const maker = sampleMaker(scraped, columns);
  const documents = [
    [1, { job: 'j', metric: 'http_requests_total', labels: 'code="200",path="/\\"a\\""', value: 5 }],
    [2, { job: 'j', metric: 'http_requests_total', labels: 'code="200",path="/\\"a\\""', value: 6 }],
    [2, { tenant: 'a', metric: 'my.metric', labels: '', value: 7 }],
    [2, { tenant: 'a', metric: 'nothing', labels: '' }],
  ] as const;
  for (const [time, fields] of documents) maker.add({ time, value: (field) => Reflect.get(fields, field) });
  assert.deepEqual(
    Array.from(columns.select([], { start: 0, end: 9 }), ({ labels, values }) => [labels, [...values]]),
    [
      [{ __name__: 'http_requests_total', job: 'j', code: '200', path: '/"a"' }, [5, 6]],
      [{ __name__: 'my.metric', tenant: 'a' }, [7]],
    ],
  );
});

test('of a series in two streams the samples are there once, and increases win', () => {
  const columns = new PastColumns(1000);
  const scraped = { ...gauge, name: '', labels: ['tenant'], samples: { name: 'metric', labels: 'labels' } };
  const add = (source: MetricSource, time: number, fields: Fields): void => {
    sampleMaker(source, columns).add({ time, value: (field) => fields[field] });
  };
  const edge = (metric: string, labels: string, up: number): Fields => ({ tenant: 'a', metric, labels, up });
  add(gauge, 10, { tenant: 'a', node: 'n', up: 1 });
  add(counter, 10_000, { tenant: 'a', status: '200', count: 3 });
  add(scraped, 10, edge('up', 'node="n"', 1));
  add(scraped, 20, edge('up', 'node="n"', 0));
  add(scraped, 20_001, edge('hits_total', '', 99));
  assert.deepEqual(
    Array.from(columns.select([], { start: 0, end: 1e9 }), ({ labels, values }) => [
      labels['__name__'],
      [...values],
    ]),
    [
      ['up', [1, 0]],
      ['hits_total', [0, 3]],
    ],
  );
});
