import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHead, queues, read, SECOND, START } from '../../../test/fakes/head-fixture.ts';
import type { Sample } from './sample-ingest.ts';

function sample(name: string, at: number, value: number, labels: object = {}): Sample {
  return { labels: { __name__: name, tenant: 'acme', ...labels }, time: START + at * SECOND, value };
}

test('what rules record is readable at once; rules say what is gone', async (t) => {
  const { head, clock } = await openHead(t);
  await clock.advance(60 * SECOND);
  head.record([sample('ALERTS', 0, 1, { alertname: 'A' }), sample('ALERTS', 0, 1, { alertname: 'B' })]);
  head.record([sample('ALERTS', 15, 1, { alertname: 'B' })]);
  head.record([{ ...sample('ALERTS', 20, 0, { alertname: 'A' }), stale: true }]);
  assert.deepEqual(read(head), {
    'ALERTS{alertname="A", tenant="acme"}': '0:1 20:stale',
    'ALERTS{alertname="B", tenant="acme"}': '0:1 15:1',
  });
});

test('two rules that record one name add up', async (t) => {
  const { head, clock } = await openHead(t);
  await clock.advance(60 * SECOND);
  for (const at of [0, 15]) {
    head.record([sample('n', at, 1, { part: 'x' })]);
    head.record([sample('n', at, 2, { part: 'y' })]);
  }
  assert.deepEqual(read(head), {
    'n{part="x", tenant="acme"}': '0:1 15:1',
    'n{part="y", tenant="acme"}': '0:2 15:2',
  });
});

test('a page of another head: repeats add nothing, what is missing is stale', async (t) => {
  const { head, metrics } = await openHead(t);
  const queue = (name: string, at: number, value: number): Sample =>
    sample('octopus_queue_length', at, value, { name });
  head.ingestPage('edge-1', [queue('a', 0, 1), queue('b', 0, 2), sample('other', 3, 9)], START);
  head.ingestPage('edge-1', [queue('a', 0, 1), queue('b', 0, 2), sample('other', 3, 9)], START);
  head.ingestPage('edge-1', [queue('a', 15, 3), sample('other', 3, 9)], START + 15 * SECOND);
  assert.deepEqual(read(head), {
    'octopus_queue_length{name="a", tenant="acme"}': '0:1 15:3',
    'octopus_queue_length{name="b", tenant="acme"}': '0:2 15:stale',
    'other{tenant="acme"}': '3:9',
  });
  assert.deepEqual(metrics.counts, {});
});

test('a source that is gone ends with stale markers', async (t) => {
  const { head, clock } = await openHead(t);
  head.ingestPage('edge-1', [sample('one', 0, 1)], START);
  head.ingestPage('edge-2', [sample('two', 0, 2)], START);
  await clock.advance(15 * SECOND);
  head.removeSource('edge-1');
  assert.deepEqual(read(head), { 'one{tenant="acme"}': '0:1 15:stale', 'two{tenant="acme"}': '0:2' });
});

test('of two writers of one series the first is believed until it falls silent', async (t) => {
  const { head, metrics } = await openHead(t);
  const name = 'octopus_queue_length{name="a", tenant="acme"}';
  head.ingest(queues('acme', START, { a: 1 }), START);
  head.ingestPage('edge', [sample('octopus_queue_length', 5, 2, { name: 'a' })], START + 5 * SECOND);
  assert.equal(read(head)[name], '0:1');
  assert.equal(metrics.counts['octowatch_head_samples_refused_total queue duplicate'], 1);
  head.ingestPage('edge', [sample('octopus_queue_length', 90, 3, { name: 'a' })], START + 90 * SECOND);
  assert.equal(read(head)[name], '90:3');
});
