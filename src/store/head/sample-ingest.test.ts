import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHead, read, SECOND, START } from '../../../test/fakes/head-fixture.ts';
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
