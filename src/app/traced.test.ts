import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CollectContext, PollCollector } from '../collect/contract.ts';
import { Failure } from '../model/failure.ts';
import type { DocumentStore } from '../model/ports.ts';
import type { Span } from '../model/tracer.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { tracedCollector, tracedStore, type Tracing } from './traced.ts';

interface Recording extends Tracing {
  readonly clock: VirtualClock;
  readonly spans: Span[];
}

function record(): Recording {
  const spans: Span[] = [];
  return { clock: new VirtualClock(1000), spans, tracer: { record: (span) => spans.push(span) } };
}

const SECRET = 'API-SECRET';
const target = {
  tenant: 'acme',
  url: `http://u:${SECRET}@h`,
  info: { region: 'eu' },
  files: {},
  timeZone: 'UTC',
};

async function drain(points: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of points);
}

test('a poll that fails is a span with its reason, and the failure goes on', async () => {
  const { clock, spans, tracer } = record();
  const collector: PollCollector = {
    name: 'octopus-api/nodes',
    datasets: [],
    intervalMs: 1000,
    async *poll() {
      await clock.advance(250);
      yield [];
      throw new Failure('unauthorized', `refused ${SECRET}`);
    },
  };
  const traced = tracedCollector(collector, { clock, tracer });
  assert.equal(traced.intervalMs, 1000);
  await assert.rejects(drain(traced.poll(target, {} as CollectContext)), /refused/);
  assert.deepEqual(spans, [
    {
      name: 'poll octopus-api/nodes',
      startedAt: 1000,
      endedAt: 1250,
      attributes: { tenant: 'acme', collector: 'octopus-api/nodes', points: 0 },
      isRemote: true,
      error: 'unauthorized',
    },
  ]);
  assert.ok(!JSON.stringify(spans).includes(SECRET));
});

test('a delivery tells what became of its documents, and the store keeps its mark', async () => {
  const { clock, spans, tracer } = record();
  const store: DocumentStore = {
    mark: () => ({ stream: 'index-1' }),
    deliver: (_body, _count, _signal, since) =>
      since === undefined
        ? Promise.resolve({ delivered: 3, rejected: [{ index: 3, reason: SECRET }], retry: [4] })
        : Promise.reject(new Failure('timeout', 'no answer')),
  };
  const traced = tracedStore(store, { clock, tracer });
  assert.deepEqual(traced.mark?.(), { stream: 'index-1' });
  await traced.deliver(new Uint8Array(10), 5, AbortSignal.timeout(1000));
  await assert.rejects(traced.deliver(new Uint8Array(9), 5, AbortSignal.timeout(1000), {}), /no answer/);
  assert.deepEqual(
    spans.map(({ attributes, error }) => [attributes, error]),
    [
      [{ documents: 5, body_bytes: 10, delivered: 3, rejected: 1, retry: 1 }, undefined],
      [{ documents: 5, body_bytes: 9 }, 'timeout'],
    ],
  );
});
