import assert from 'node:assert/strict';
import { open, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  CountingMetrics,
  DATASETS,
  queues,
  requests,
  silent,
  START,
  temporaryDirectory,
} from '../../../test/fakes/head-fixture.ts';
import type { ColumnBatch } from '../../model/column-batch.ts';
import { Failure } from '../../model/failure.ts';
import type { Delivery, Disk, Log } from '../../model/ports.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { BulkEncoder } from '../../spool/bulk-body.ts';
import { systemDisk } from '../../system/system-disk.ts';
import { createEmbeddedStore, type EmbeddedStore } from './embedded-store.ts';

const signal = new AbortController().signal;
const DAY = 86_400_000;
const QUEUE = '{"create":{"_index":"metrics-octopus.queue-prod"}}';
const request = (id: string): string => `{"create":{"_index":"logs-octopus.request-prod","_id":"${id}"}}`;

interface Fixture {
  readonly directory: string;
  readonly path: string;
  readonly metrics: CountingMetrics;
  open(log?: Log, disk?: Disk): Promise<EmbeddedStore>;
}

async function fixture(t: TestContext): Promise<Fixture> {
  const directory = await temporaryDirectory(t);
  const path = join(directory, 'history.db');
  const metrics = new CountingMetrics();
  const clock = new VirtualClock(START);
  const options = { path, clock, datasets: DATASETS, keepMs: DAY, metrics };
  async function openStore(log: Log = silent, disk: Disk = systemDisk): Promise<EmbeddedStore> {
    const store = await createEmbeddedStore({ ...options, log, disk });
    t.after(() => store.close());
    return store;
  }
  return { directory, path, metrics, open: openStore };
}

function bodyOf(...lines: readonly string[]): Uint8Array {
  return gzipSync(`${lines.join('\n')}\n`);
}

/** A batch as the spool hands it over. */
function encoded(columns: ColumnBatch): { body: Uint8Array; count: number } {
  const encoder = new BulkEncoder({ namespace: 'prod', startedAt: START, partBytes: 2 ** 24 });
  for (const part of encoder.encode({ source: 'test', position: null, columns }))
    return { body: gzipSync(part.raw), count: part.documents };
  throw new Error('no part');
}

const everything = { from: 0, to: START + 1000 * DAY, limit: 100 };

test('events are found again; gauges count as delivered, as the head has them', async (t) => {
  const store = await (await fixture(t)).open();
  const gauges = encoded(queues('acme', START, { a: 1, b: 0.25 }));
  assert.deepEqual(await store.deliver(gauges.body, gauges.count, signal), {
    delivered: 2,
    rejected: [],
    retry: [],
  });
  const { body, count } = encoded(
    requests('acme', [START, '/api', '2xx', 0.25], [START + 1, '/x', '5xx', 1]),
  );
  assert.equal((await store.deliver(body, count, signal)).delivered, 2);
  assert.deepEqual(
    store.events(everything).map(({ dataset, tenant, time, document }) => [dataset, tenant, time, document]),
    [
      [
        'request',
        'acme',
        START + 1,
        {
          '@timestamp': '2026-11-21T00:00:00.001Z',
          tenant: 'acme',
          route: '/x',
          status: '5xx',
          duration_seconds: 1,
        },
      ],
      [
        'request',
        'acme',
        START,
        {
          '@timestamp': '2026-11-21T00:00:00.000Z',
          tenant: 'acme',
          route: '/api',
          status: '2xx',
          duration_seconds: 0.25,
        },
      ],
    ],
  );
  const found = (query: object): number => store.events({ ...everything, ...query }).length;
  assert.equal(found({ tenant: 'bolt' }), 0);
  assert.equal(found({ dataset: 'request', tenant: 'acme', limit: 1 }), 1);
  assert.equal(found({ dataset: 'task' }), 0);
  assert.equal(found({ to: START }), 1);
});

test('a body delivered again, whole or with others, changes nothing', async (t) => {
  const { open: openStore } = await fixture(t);
  let store = await openStore();
  const documents = fc.array(
    fc.record({ event: fc.boolean(), id: fc.nat(5), time: fc.nat(5), value: fc.integer() }),
    { minLength: 1, maxLength: 10 },
  );
  await fc.assert(
    fc.asyncProperty(documents, async (list) => {
      const lines = list.flatMap(({ event, id, time, value }) => {
        const stamp = new Date(START + time).toISOString();
        return event
          ? [request(`e${id}`), `{"@timestamp":"${stamp}","tenant":"acme","route":"/${value}"}`]
          : [
              QUEUE,
              `{"@timestamp":"${stamp}","tenant":"acme","name":"${id}","octopus_queue_length":${value}}`,
            ];
      });
      const body = bodyOf(...lines);
      const first = await store.deliver(body, list.length, signal);
      assert.deepEqual(first, { delivered: list.length, rejected: [], retry: [] });
      const before = store.events(everything);
      await store.close();
      store = await openStore();
      assert.deepEqual(await store.deliver(body, list.length, signal), first);
      assert.deepEqual(store.events(everything), before);
    }),
    { numRuns: 25 },
  );
});

test('a malformed document is rejected alone, with its index and the reason', async (t) => {
  const store = await (await fixture(t)).open();
  const time = '"@timestamp":"2026-11-21T00:00:00.000Z","tenant":"acme"';
  const good = `{${time},"route":"/a","undeclared":"ignored"}`;
  const cases: readonly (readonly [action: string, document: string, reason: RegExp | undefined])[] = [
    [request('0'), good, undefined],
    [request('2'), '{"@timestamp"', /^the document is no JSON: /],
    [request('2'), '[]', /^the document is no object$/],
    [request('2'), '{"tenant":"acme"}', /^@timestamp is no date$/],
    [request('2'), '{"@timestamp":"2026-11-21T00:00:00.000Z","tenant":7}', /^tenant is no text$/],
    [QUEUE, `{${time},"octopus_queue_length":1}`, undefined],
    ['{"index":{}}', good, /^the action line has no create$/],
    ['{"create":{}}', good, /^the action line has no _index$/],
    ['nonsense', good, /^the action line is no JSON: /],
    [
      '{"create":{"_index":"metrics-octopus.unknown-prod"}}',
      good,
      /^no dataset has the stream "metrics-octopus/,
    ],
    ['{"create":{"_index":"logs-octopus.request-prod"}}', `{${time}}`, /^an event needs an _id$/],
    [request('1'), `{${time},"route":"/"}`, undefined],
  ];
  const body = bodyOf(...cases.flatMap(([action, document]) => [action, document]));
  const { delivered, rejected } = await store.deliver(body, cases.length, signal);
  assert.equal(delivered, 3);
  const expected = [...cases.entries()].filter(([, [, , reason]]) => reason !== undefined);
  assert.deepEqual(
    rejected.map(({ index }) => index),
    expected.map(([index]) => index),
  );
  for (const [i, [, [, , reason]]] of expected.entries()) assert.match(rejected[i]!.reason, reason!);
  assert.equal(store.events(everything).length, 2);
});

test('a body that is none fails as a whole and stores nothing', async (t) => {
  const store = await (await fixture(t)).open();
  const document = '{"@timestamp":"2026-11-21T00:00:00.000Z","tenant":"acme","route":"/"}';
  for (const [body, count] of [
    [new Uint8Array([1, 2, 3]), 1],
    [bodyOf(request('1'), document).subarray(0, 40), 1],
    [bodyOf(request('1'), document), 2],
  ] as const) {
    await assert.rejects(
      store.deliver(body, count, signal),
      (error) => error instanceof Failure && error.reason === 'malformed' && !error.retryable,
    );
  }
  await assert.rejects(store.deliver(bodyOf(request('1'), document), 1, AbortSignal.abort()));
  assert.deepEqual(store.events(everything), []);
});

test('what is older than the retention goes, in slices', async (t) => {
  const store = await (await fixture(t)).open();
  const rows = Array.from({ length: 12_000 }, (_, i) => [START + i, '/api', '2xx', 1] as const);
  const batch = requests('acme', ...rows, [START + 2 * DAY, '/new', '2xx', 1]);
  const { body, count } = encoded(batch);
  await store.deliver(body, count, signal);
  await store.expire(START + 2 * DAY);
  assert.deepEqual(
    store.events({ ...everything, limit: 20_000 }).map(({ document }) => document['route']),
    ['/new'],
  );
});

test('a damaged file is moved aside, counted, and a new one begun', async (t) => {
  const { directory, path, metrics, open: openStore } = await fixture(t);
  await writeFile(path, 'this is not a database, whatever its name says '.repeat(100));
  const store = await openStore();
  const { body, count } = encoded(requests('acme', [START, '/api', '2xx', 0.25]));
  assert.equal((await store.deliver(body, count, signal)).delivered, 1);
  assert.equal(metrics.counts['octowatch_store_corrupt_total'], 1);
  assert.ok((await readdir(directory)).includes(`history.db.damaged-${START}`));
});

test('damage that shows while running: the delivery fails for now and succeeds in the new file', async (t) => {
  const { path, metrics, open: openStore } = await fixture(t);
  const first = await openStore();
  await deliverRoutes(first);
  await first.close();
  await damage(path);
  const store = await openStore();
  for (let attempt = 0; (metrics.counts['octowatch_store_corrupt_total'] ?? 0) === 0; attempt++) {
    assert.ok(attempt < 3, 'the damage was never met');
    await deliverRoutes(store).catch(isRetryable);
  }
  assert.equal((await deliverRoutes(store)).delivered, 3000);
  assert.equal(store.events({ ...everything, limit: 5000 }).length, 3000);
});

test('a damaged file that could not be moved aside is tried again; a closed store stays closed', async (t) => {
  const { path, metrics, open: openStore } = await fixture(t);
  const first = await openStore();
  await deliverRoutes(first);
  await first.close();
  let refusals = 1;
  const disk: Disk = {
    ...systemDisk,
    rename: (from, to) =>
      refusals-- > 0
        ? Promise.reject(new Failure('disk', 'no space left on device'))
        : systemDisk.rename(from, to),
  };
  const store = await openStore(silent, disk);
  await damage(path);
  for (let attempt = 0; (metrics.counts['octowatch_store_corrupt_total'] ?? 0) < 2; attempt++) {
    assert.ok(attempt < 5, 'given up after the refusal');
    await deliverRoutes(store).catch(isRetryable);
  }
  assert.equal((await deliverRoutes(store)).delivered, 3000);
  await store.close();
  await assert.rejects(deliverRoutes(store), /not open/);
});

function isRetryable(error: unknown): void {
  assert.ok(error instanceof Failure && error.retryable, String(error));
}

function deliverRoutes(store: EmbeddedStore): Promise<Delivery> {
  const rows = Array.from({ length: 3000 }, (_, i) => [START + i, `/${i}`, '2xx', 1] as const);
  const { body, count } = encoded(requests('acme', ...rows));
  return store.deliver(body, count, signal);
}

/** Overwrites a part of each page but the first ones. */
async function damage(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const { size } = await file.stat();
  for (let at = 4096 * 12; at < size; at += 4096) await file.write(Buffer.alloc(64, 0xee), 0, 64, at);
  await file.close();
}

test('a large body is stored in slices: others have their turn between them', async (t) => {
  const store = await (await fixture(t)).open();
  const seen = new Set<number>();
  let isOver = false;
  function look(): void {
    seen.add(store.events({ ...everything, limit: 5000 }).length);
    if (!isOver) setImmediate(look);
  }
  setImmediate(look);
  await deliverRoutes(store);
  isOver = true;
  assert.ok(seen.size > 5, [...seen].join());
});

test('a start succeeds on any bytes', async (t) => {
  const { path, open: openStore } = await fixture(t);
  const first = await openStore();
  const { body, count } = encoded(requests('acme', [START, '/api', '2xx', 0.25]));
  await first.deliver(body, count, signal);
  await first.close();
  const size = (await systemDisk.stat(path))!.size;
  for (const cut of [0, 1, 99, 4096, 5000, size - 1]) {
    await truncate(path, cut);
    const store = await openStore();
    await store.deliver(body, count, signal).catch(() => store.deliver(body, count, signal));
    assert.equal(store.events(everything).length, 1, `cut at ${cut}`);
    await store.close();
  }
});

test('a file of the version that had series too keeps its events, and says that the series go', async (t) => {
  const { path, open: openStore } = await fixture(t);
  const first = await openStore();
  const { body, count } = encoded(requests('acme', [START, '/api', '2xx', 0.25]));
  await first.deliver(body, count, signal);
  await first.close();
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE series (number INTEGER); CREATE TABLE samples (series INTEGER)');
  database.exec('PRAGMA user_version = 1');
  database.close();
  const told: string[] = [];
  const log = { ...silent, warn: (_: object, message: string) => told.push(message) };
  const store = await openStore(log);
  assert.equal(store.events(everything).length, 1);
  await store.close();
  await (await openStore(log)).close();
  assert.deepEqual(told, [
    'series of an older version are dropped from the embedded store: history begins anew',
  ]);
});

test('a file of a newer version is refused and left alone', async (t) => {
  const { path, directory, open: openStore } = await fixture(t);
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 7');
  database.close();
  await assert.rejects(
    openStore(),
    (error) => error instanceof Failure && /has schema 7/.test(error.message),
  );
  assert.deepEqual(await readdir(directory), ['history.db']);
});
