import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHead, queueDataset, queues, read, SECOND, START } from '../../../test/fakes/head-fixture.ts';
import { ColumnBatch } from '../../model/column-batch.ts';
import { createMatcher } from '../../model/matcher.ts';

function poll(head: { ingest(batch: ColumnBatch, now: number): void }, at: number, rows: object): void {
  const time = START + at * SECOND;
  head.ingest(queues('acme', time, rows as Record<string, number>), time);
}

test('each present metric of a row is a sample; dimensions that are no labels stay out', async (t) => {
  const { head } = await openHead(t);
  const batch = new ColumnBatch();
  const dimensions = { name: 'a', path: '/secret' };
  const values = { octopus_queue_length: 3, octopus_queue_age_seconds: 1.5 };
  batch.add({ dataset: queueDataset, time: START, dimensions, values }, 'acme');
  const absent = { octopus_queue_length: 4 };
  batch.add({ dataset: queueDataset, time: START, dimensions: { name: '' }, values: absent }, 'acme');
  head.ingest(batch, START);
  assert.deepEqual(read(head), {
    'octopus_queue_length{name="a", tenant="acme"}': '0:3',
    'octopus_queue_age_seconds{name="a", tenant="acme"}': '0:1.5',
    'octopus_queue_length{tenant="acme"}': '0:4',
  });
  assert.equal(head.seriesCount, 3);
});

test('a series missing from a good poll is marked stale once it is gone, and may come back', async (t) => {
  const { head } = await openHead(t);
  poll(head, 0, { a: 1, b: 2 });
  poll(head, 15, { a: 1 });
  poll(head, 30, { a: 1 });
  assert.equal(read(head)['octopus_queue_length{name="b", tenant="acme"}'], '0:2 15:stale');
  poll(head, 45, { a: 1, b: 5 });
  assert.equal(read(head)['octopus_queue_length{name="b", tenant="acme"}'], '0:2 15:stale 30:stale 45:5');
  assert.equal(read(head)['octopus_queue_length{name="a", tenant="acme"}'], '0:1 15:1 30:1 45:1');
});

test('a poll that finds nothing ends what was there, and does so once', async (t) => {
  const { head } = await openHead(t);
  poll(head, 0, { a: 1 });
  const complete = { tenant: 'acme', datasets: [queueDataset] };
  for (const at of [15, 30]) head.ingest(new ColumnBatch(), START + at * SECOND, { complete });
  assert.equal(read(head)['octopus_queue_length{name="a", tenant="acme"}'], '0:1 15:stale');
  poll(head, 45, { a: 2 });
  assert.match(read(head)['octopus_queue_length{name="a", tenant="acme"}'] ?? '', / 45:2$/);
});

test('a place whose rows of a tenant are gone ends them, over a restart too, and leaves those of others', async (t) => {
  const fixture = await openHead(t);
  const complete = { datasets: [queueDataset] };
  function pollPlace(at: number, ...tenants: readonly string[]): void {
    const columns = new ColumnBatch();
    for (const tenant of tenants)
      columns.add(
        {
          dataset: queueDataset,
          tenant,
          time: START + at,
          dimensions: { name: 'a' },
          values: { octopus_queue_length: 1 },
        },
        '',
      );
    fixture.head.ingest(columns, START + at, { source: 'kubernetes/pods:prod-1', complete });
  }
  fixture.head.ingest(queues('acme', START, { b: 2 }), START, { source: 'other' });
  pollPlace(0, 'acme', 'globex', 'initech');
  pollPlace(15_000, 'acme', 'initech');
  await fixture.reopen();
  pollPlace(30_000, 'initech');
  const range = { start: START, end: START + 30_000 };
  const ends = Object.entries(read(fixture.head, [], range)).map(([labels, samples]) => [
    labels,
    samples.split(' ').at(-1),
  ]);
  assert.deepEqual(Object.fromEntries(ends), {
    'octopus_queue_length{name="a", tenant="acme"}': '30:stale',
    'octopus_queue_length{name="a", tenant="globex"}': '15:stale',
    'octopus_queue_length{name="a", tenant="initech"}': '30:1',
    'octopus_queue_length{name="b", tenant="acme"}': '0:2',
  });
});

test('what one source read says nothing about what another did, whatever the order they end in', async (t) => {
  const { head } = await openHead(t);
  const readBy = (source: string, name: string, started: number, ended: number): void =>
    head.ingest(queues('acme', START + started * SECOND, { [name]: 1 }), START + ended * SECOND, { source });
  readBy('quick', 'a', 1, 2);
  readBy('slow', 'b', 0, 10);
  readBy('quick', 'a', 16, 17);
  readBy('slow', 'b', 30, 31);
  assert.deepEqual(read(head), {
    'octopus_queue_length{name="a", tenant="acme"}': '1:1 16:1',
    'octopus_queue_length{name="b", tenant="acme"}': '0:1 30:1',
  });
});

test('a poll of one tenant says nothing about another', async (t) => {
  const { head } = await openHead(t);
  head.ingest(queues('acme', START, { a: 1 }), START);
  head.ingest(queues('bolt', START + 5, { a: 1 }), START + 5);
  head.ingest(queues('acme', START + SECOND, { a: 2 }), START + SECOND);
  assert.deepEqual(read(head), {
    'octopus_queue_length{name="a", tenant="acme"}': '0:1 1:2',
    'octopus_queue_length{name="a", tenant="bolt"}': '0.005:1',
  });
});

test('rows of one poll at several times are several ticks, and none marks the others stale', async (t) => {
  const { head } = await openHead(t);
  poll(head, 0, { a: 1, b: 1, gone: 1 });
  const batch = queues('acme', START + 60 * SECOND, { b: 2 });
  queues('acme', START + 30 * SECOND, { a: 2 }, batch);
  head.ingest(batch, START + 90 * SECOND);
  assert.deepEqual(read(head), {
    'octopus_queue_length{name="a", tenant="acme"}': '0:1 30:2',
    'octopus_queue_length{name="b", tenant="acme"}': '0:1 60:2',
    'octopus_queue_length{name="gone", tenant="acme"}': '0:1 60:stale',
  });
});

test('batches of one time add up to one tick', async (t) => {
  const { head } = await openHead(t);
  poll(head, 0, { a: 1, b: 2 });
  poll(head, 15, { a: 3 });
  poll(head, 15, { b: 4, c: 5 });
  assert.deepEqual(read(head), {
    'octopus_queue_length{name="a", tenant="acme"}': '0:1 15:3',
    'octopus_queue_length{name="b", tenant="acme"}': '0:2 15:4',
    'octopus_queue_length{name="c", tenant="acme"}': '15:5',
  });
});

test('rows that log lines gave mark nothing stale', async (t) => {
  const { head } = await openHead(t);
  for (const [at, name] of [
    ['0', 'a'],
    ['1', 'b'],
    ['2', 'a'],
  ] as const) {
    const batch = queues('acme', START + Number(at) * SECOND, { [name]: Number(at) });
    batch.table(queueDataset).offsets[0] = 100;
    head.ingest(batch, START + Number(at) * SECOND);
  }
  assert.deepEqual(read(head), {
    'octopus_queue_length{name="a", tenant="acme"}': '0:0 2:2',
    'octopus_queue_length{name="b", tenant="acme"}': '1:1',
  });
});

test('selection: names, operators, absent labels and the edges of the range', async (t) => {
  const { head } = await openHead(t);
  for (let i = 0; i < 40; i++) poll(head, i * 15, { api: i, web: -i });
  const name = createMatcher('__name__', '=', 'octopus_queue_length');
  const found = (...matchers: Parameters<typeof createMatcher>[]): string[] =>
    Object.keys(read(head, [name, ...matchers.map((matcher) => createMatcher(...matcher))]));
  const [api, web] = ['api', 'web'].map((value) => `octopus_queue_length{name="${value}", tenant="acme"}`);
  assert.deepEqual(found(['name', '=', 'api']), [api]);
  assert.deepEqual(found(['name', '!=', 'api']), [web]);
  assert.deepEqual(found(['name', '=~', 'a.i|web']), [api, web]);
  assert.deepEqual(found(['name', '!~', 'w.*']), [api]);
  assert.deepEqual(found(['node', '=', '']), [api, web]);
  assert.deepEqual(found(['node', '!=', '']), []);
  assert.deepEqual(found(['tenant', '=', 'bolt']), []);
  assert.deepEqual(Object.keys(read(head, [createMatcher('__name__', '=~', '.*_length')])), [api, web]);
  const range = { start: START + 30 * SECOND, end: START + 60 * SECOND };
  assert.equal(read(head, [name], range)[api!], '30:2 45:3 60:4');
  assert.deepEqual(read(head, [name], { start: START + 1, end: START + 14 * SECOND }), {});
});

test('what leaves the window is forgotten, series and memory with it', async (t) => {
  const { head, clock } = await openHead(t);
  async function pass(seconds: number): Promise<void> {
    await clock.advance(seconds * SECOND);
    for (let i = 0; i < 4; i++) {
      await head.flush();
      await clock.advance(SECOND);
    }
  }
  for (let i = 0; i < 50; i++) {
    poll(head, i * 15, { always: i, [`name-${i}`]: 1 });
    await clock.advance(15 * SECOND);
  }
  await pass(36);
  const always = read(head)['octopus_queue_length{name="always", tenant="acme"}'] ?? '';
  assert.match(always, /^195:13 /);
  assert.ok(always.endsWith('735:49'));
  assert.ok(head.seriesCount < 45, `${head.seriesCount} series`);
  await pass(600);
  assert.equal(head.seriesCount, 0);
});

test('a longer window keeps more from then on', async (t) => {
  const { head } = await openHead(t, { windowMs: 60 * SECOND });
  for (let i = 0; i < 20; i++) poll(head, i * 15, { a: i });
  head.setWindows({ defaultMs: 600 * SECOND, byMetric: new Map() });
  for (let i = 20; i < 40; i++) poll(head, i * 15, { a: i });
  const samples = Object.values(read(head))[0]?.split(' ') ?? [];
  assert.equal(samples.length, 25);
});

test('samples out of order or from the future are refused and counted', async (t) => {
  const { head, metrics } = await openHead(t);
  poll(head, 10, { a: 1 });
  poll(head, 5, { a: 2 });
  head.ingest(queues('acme', START + 60 * SECOND, { a: 3 }), START + 20 * SECOND);
  assert.equal(Object.values(read(head))[0], '10:1');
  assert.deepEqual(metrics.counts, {
    'octowatch_head_samples_refused_total queue out_of_order': 1,
    'octowatch_head_samples_refused_total queue future': 1,
  });
});

test('a clock that is set back does not silence the series', async (t) => {
  const { head } = await openHead(t);
  poll(head, 0, { a: 1 });
  poll(head, 300, { a: 2, b: 1 });
  poll(head, 15, { a: 3 });
  assert.deepEqual(read(head), { 'octopus_queue_length{name="a", tenant="acme"}': '0:1 15:3' });
});

test('a gauge dataset past its series limit keeps the first series and counts the rest', async (t) => {
  const { head, metrics } = await openHead(t);
  const many = Object.fromEntries(Array.from({ length: 1005 }, (_, i) => [`q${i}`, i]));
  poll(head, 0, many);
  assert.equal(head.seriesCount, 1000);
  assert.equal(metrics.counts['octowatch_head_samples_refused_total queue series_limit'], 5);
});

test('a removed tenant ends with stale markers and can return', async (t) => {
  const { head, clock } = await openHead(t);
  poll(head, 0, { a: 1 });
  head.ingest(queues('bolt', START, { a: 1 }), START);
  await clock.advance(15 * SECOND);
  head.removeTenant('acme');
  assert.deepEqual([...head.tenants()], ['bolt']);
  assert.deepEqual(read(head), {
    'octopus_queue_length{name="a", tenant="acme"}': '0:1 15:stale',
    'octopus_queue_length{name="a", tenant="bolt"}': '0:1',
  });
  poll(head, 30, { a: 2 });
  assert.equal(read(head)['octopus_queue_length{name="a", tenant="acme"}'], '0:1 15:stale 30:2');
  assert.equal(head.tenants().size, 2);
});
