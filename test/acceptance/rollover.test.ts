import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { streamName } from '../../src/model/dataset.ts';
import { runSender } from '../../src/spool/sender.ts';
import type { Spool } from '../../src/spool/spool.ts';
import { createElasticsearchStore, type ElasticsearchStore } from '../../src/store/elasticsearch/store.ts';
import { systemClock } from '../../src/system/system-clock.ts';
import { countedMetrics } from '../contract/counted-metrics.ts';
import { startLosingProxy, type AnswerFate } from '../fakes/losing-proxy.ts';
import { SimulatedDisk } from '../fakes/simulated-disk.ts';
import { eventBatch, openTestSpool, quietLog, requestDataset } from '../fakes/spool-harness.ts';

const url = process.env.ES_URL ?? '';
const skip = url === '' ? 'ES_URL names no Elasticsearch' : false;
let runs = 0;

async function call(method: string, path: string, body?: object): Promise<Record<string, never>> {
  const response = await fetch(`${url}/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  assert.ok(response.ok, `${path}: ${response.status}`);
  return JSON.parse(await response.text());
}

/** Longer than the server takes: an attempt that is given up while the server works on it is no lost answer. */
const PATIENT_MS = 25_000;

/** A stream on the real server, a proxy before it, and a sender on a spool that is kept over restarts. */
async function world(t: TestContext, requestTimeoutMs = PATIENT_MS) {
  const namespace = `roll${Date.now()}x${runs++}`;
  const stream = streamName(requestDataset, namespace);
  const proxy = await startLosingProxy(url);
  const disk = new SimulatedDisk();
  const { metrics, counts } = countedMetrics();
  t.after(() => proxy.close());

  const openStore = (): ElasticsearchStore =>
    createElasticsearchStore({
      nodes: [proxy.url],
      namespace,
      datasets: [requestDataset],
      log: quietLog,
      metrics,
      requestTimeoutMs,
    });
  const openSpool = (): Promise<Spool> => openTestSpool(disk, { clock: systemClock, namespace });

  return {
    proxy,
    counts,
    openSpool,
    rollOver: () => call('POST', `${stream}/_rollover`).then(() => undefined),
    /** Sends until nothing is pending, or `until` says so. */
    async send(spool: Spool, until = (): boolean => spool.pendingBytes === 0): Promise<void> {
      const store = openStore();
      const stop = new AbortController();
      const deadLetters = { write: () => Promise.reject(new Error('no')), close: () => Promise.resolve() };
      const running = runSender({
        spool,
        store,
        deadLetters,
        metrics,
        clock: systemClock,
        log: quietLog,
        random: Math.random,
        signal: stop.signal,
        prepare: store.installTemplates,
      });
      const deadline = Date.now() + 30_000;
      while (!until() && Date.now() < deadline) await systemClock.sleep(10);
      assert.ok(until(), 'in 30 s');
      stop.abort();
      await running;
      await store.close();
    },
    /** How often each id is stored, over all backing indexes, and the number of those. */
    async stored(): Promise<{ documents: number; ids: number; indexes: number }> {
      await call('POST', `${stream}/_refresh`);
      const { hits } = (await call('POST', `${stream}/_search`, {
        size: 10_000,
        _source: false,
      })) as unknown as {
        hits: { hits: { _id: string; _index: string }[] };
      };
      const distinct = (key: '_id' | '_index'): number => new Set(hits.hits.map((hit) => hit[key])).size;
      return { documents: hits.hits.length, ids: distinct('_id'), indexes: distinct('_index') };
    },
  };
}

describe(
  'bulk accepted, reply lost, rollover, retry on a real server: each id once',
  { skip, timeout: 120_000 },
  () => {
    for (const fate of ['reset', 'hang', 'cut', 'gateway'] satisfies AnswerFate[]) {
      test(`the answer is lost by: ${fate}`, async (t) => {
        const it = await world(t, fate === 'hang' ? 5000 : PATIENT_MS);
        const spool = await it.openSpool();
        t.after(() => spool.close());
        await spool.write(eventBatch('first', 0, 3000));
        it.proxy.lose([fate], it.rollOver);
        await it.send(spool);
        await spool.write(eventBatch('second', 0, 100));
        await it.send(spool);
        assert.deepEqual(await it.stored(), { documents: 3100, ids: 3100, indexes: 2 });
        assert.equal(spool.ledger.delivered, 3100);
        assert.equal(it.counts.get('octowatch_store_unknown_total{}'), undefined);
      });
    }

    test('lost twice with a rollover after each: three backing indexes, each id once', async (t) => {
      const it = await world(t);
      const spool = await it.openSpool();
      t.after(() => spool.close());
      await it.send(spool, () => true);
      for (const at of [0, 1, 2]) await spool.write(eventBatch(`part${at}`, 0, 500));
      it.proxy.lose(['reset', 'cut'], it.rollOver);
      await it.send(spool);
      const { documents, ids } = await it.stored();
      assert.deepEqual({ documents, ids }, { documents: 1500, ids: 1500 });
    });

    test('stopped before the retry, rolled over while down: the next life looks first', async (t) => {
      const it = await world(t);
      const first = await it.openSpool();
      await first.write(eventBatch('a', 0, 1000));
      it.proxy.lose(['hang']);
      await it.send(first, () => it.proxy.bulks() === 1);
      assert.equal(first.ledger.pending, 1000);
      await first.close();
      await it.rollOver();

      const second = await it.openSpool();
      t.after(() => second.close());
      await second.write(eventBatch('b', 0, 10));
      await it.send(second);
      assert.deepEqual(await it.stored(), { documents: 1010, ids: 1010, indexes: 2 });
      assert.equal(second.ledger.delivered, 1010);
    });

    test('a stream that the lost attempt itself made is looked into, too', async (t) => {
      const it = await world(t);
      const spool = await it.openSpool();
      t.after(() => spool.close());
      await spool.write(eventBatch('new', 0, 20));
      it.proxy.lose(['reset', 'reset'], it.rollOver);
      await it.send(spool);
      assert.deepEqual(await it.stored(), { documents: 20, ids: 20, indexes: 1 });
    });
  },
);
