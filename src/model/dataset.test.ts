import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  defineDataset,
  dimensionsOf,
  labelNamesOf,
  metricsOf,
  seriesNamesOf,
  streamName,
  type Dataset,
  type Derivation,
  type EventDataset,
  type GaugeDataset,
  type Rollup,
} from './dataset.ts';
import { Failure } from './failure.ts';

const gauge: GaugeDataset = {
  kind: 'gauge',
  name: 'queue',
  help: 'The queue.',
  dimensions: { node: { help: 'The node.' }, task: { help: 'A task id.', label: false } },
  metrics: {
    octopus_queue_tasks: { type: 'gauge', unit: 'none', help: 'Tasks.' },
    octopus_queue_wait_seconds: { type: 'gauge', unit: 'seconds', help: 'Wait.' },
    octopus_queue_read_bytes_total: { type: 'counter', unit: 'bytes', help: 'Read.' },
  },
};
const event: EventDataset = {
  kind: 'event',
  name: 'web_request',
  help: 'Requests.',
  dimensions: { route: { help: 'Route.' }, user: { help: 'User.', label: false } },
  fields: {
    duration_seconds: { type: 'double', unit: 'seconds', help: 'Duration.' },
    message: { type: 'text', help: 'Message.' },
  },
  derives: {
    octopus_request_seconds: {
      type: 'histogram',
      unit: 'seconds',
      help: 'Durations.',
      by: ['tenant', 'route'],
      of: 'duration_seconds',
      buckets: [0.1, 1],
    },
    octopus_requests_total: { type: 'counter', unit: 'none', help: 'Requests.', by: ['tenant'] },
  },
};

test('a sound dataset is returned as it is', () => {
  assert.equal(defineDataset(gauge), gauge);
  assert.equal(defineDataset(event), event);
});

function withMetric(name: string, over: object = {}): Dataset {
  return { ...gauge, metrics: { [name]: { type: 'gauge', unit: 'none', help: 'x', ...over } } };
}

function withDerivation(over: Partial<Derivation>, name = 'octopus_request_seconds'): Dataset {
  const derivation: Derivation = { ...event.derives['octopus_request_seconds']!, ...over };
  return { ...event, derives: { [name]: derivation } };
}

function withRollup(over: Partial<Rollup>): Dataset {
  return {
    ...event,
    rollup: { windowMs: 10_000, by: ['route'], of: { duration_seconds: [0.1, 1] }, ...over },
  };
}

const WRONG: readonly (readonly [string, Dataset])[] = [
  ['rollup: windowMs must be whole', withRollup({ windowMs: 10 })],
  ['rollup: windowMs must be whole', withRollup({ windowMs: 1500.5 })],
  ['rollup: no dimension tenant besides', withRollup({ by: ['tenant'] })],
  ['rollup: no dimension nowhere', withRollup({ by: ['nowhere'] })],
  ['rollup: user is no label', withRollup({ by: ['user'] })],
  ['rollup: no numeric field message', withRollup({ of: { message: [] } })],
  ['rollup: bounds of duration_seconds must rise', withRollup({ of: { duration_seconds: [1, 0.1] } })],
  ['rollup: bounds of duration_seconds must rise', withRollup({ of: { duration_seconds: [1, Number.NaN] } })],
  ['rollup: two of its fields have one name', withRollup({ of: { duration_seconds: [1e-21, 1e21] } })],
  ['the name must match', { ...gauge, name: 'Web-Request' }],
  ['bad dimension name a-b', { ...gauge, dimensions: { 'a-b': { help: 'x' } } }],
  ['bad dimension name __x', { ...gauge, dimensions: { __x: { help: 'x' } } }],
  ['dimension tenant is common', { ...gauge, dimensions: { tenant: { help: 'x' } } }],
  ['bad metric name a-b', withMetric('a-b')],
  ['bad metric name a:b', withMetric('a:b')],
  ['metric m has no help', withMetric('m', { help: '' })],
  ['m_total: counters, and only they', withMetric('m_total')],
  ['m: counters, and only they', withMetric('m', { type: 'counter' })],
  ['m must end in _seconds', withMetric('m', { unit: 'seconds' })],
  ['m_total must end in _bytes', withMetric('m_total', { type: 'counter', unit: 'bytes' })],
  ['no dimension nowhere', withDerivation({ by: ['nowhere'] })],
  ['no dimension nowhere', withDerivation({ where: { nowhere: ['x'] } })],
  ['no dimension nowhere', withDerivation({ except: { nowhere: ['x'] } })],
  ['user is no label', withDerivation({ by: ['user'] })],
  ['no numeric field message', withDerivation({ of: 'message' })],
  ['no numeric field missing', withDerivation({ of: 'missing' })],
  ['buckets must rise', withDerivation({ buckets: [1, 1] })],
];
for (const [problem, dataset] of WRONG) {
  test(`refused: ${problem}`, () => {
    assert.throws(
      () => defineDataset(dataset),
      (error: unknown) => {
        assert.ok(error instanceof Failure);
        assert.equal(error.reason, 'invalid');
        assert.ok(
          error.message.startsWith(`dataset ${dataset.name}: `) && error.message.includes(problem),
          error.message,
        );
        return true;
      },
    );
  });
}

test('refused: a histogram without buckets', () => {
  const { buckets: _, ...derivation } = event.derives['octopus_request_seconds']!;
  assert.throws(
    () => defineDataset({ ...event, derives: { octopus_request_seconds: derivation } }),
    /needs of and buckets/,
  );
});

describe('what others read off a dataset', () => {
  test('the tenant is its first dimension; ids are no labels', () => {
    assert.deepEqual(Object.keys(dimensionsOf(gauge)), ['tenant', 'node', 'task']);
    assert.deepEqual(labelNamesOf(gauge), ['tenant', 'node']);
  });

  test('gauges have all labels, what is derived its own', () => {
    assert.deepEqual(
      metricsOf(gauge).map(({ name, type, labels }) => [name, type, labels]),
      [
        ['octopus_queue_tasks', 'gauge', ['tenant', 'node']],
        ['octopus_queue_wait_seconds', 'gauge', ['tenant', 'node']],
        ['octopus_queue_read_bytes_total', 'counter', ['tenant', 'node']],
      ],
    );
    assert.deepEqual(
      metricsOf(event).map(({ labels }) => labels),
      [['tenant', 'route'], ['tenant']],
    );
  });

  test('a histogram is three series, others one', () => {
    assert.deepEqual(
      metricsOf(event).map((metric) => seriesNamesOf(metric)),
      [
        ['octopus_request_seconds_bucket', 'octopus_request_seconds_sum', 'octopus_request_seconds_count'],
        ['octopus_requests_total'],
      ],
    );
  });

  test('events go to logs, the rest to metrics', () => {
    assert.equal(streamName(event, 'prod'), 'logs-octopus.web_request-prod');
    assert.equal(streamName(gauge, 'prod'), 'metrics-octopus.queue-prod');
  });
});
