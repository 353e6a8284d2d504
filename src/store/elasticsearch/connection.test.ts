import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { after, test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { makeCertificates } from '../../../test/fakes/certificates.ts';
import { startFakeElasticsearch, type FakeElasticsearchOptions } from '../../../test/fakes/elasticsearch.ts';
import { failureOf } from '../../../test/fakes/failure-of.ts';
import { quietLog } from '../../../test/fakes/spool-harness.ts';
import { toFailure } from '../../model/failure.ts';
import {
  createElasticsearchStore,
  type ElasticsearchStore,
  type ElasticsearchStoreOptions,
} from './store.ts';

const never = new AbortController().signal;
const mine = makeCertificates('mine');
const theirs = makeCertificates('theirs');
after(() => {
  for (const { directory } of [mine, theirs]) rmSync(directory, { recursive: true });
});

let sent = 0;
/** Delivers one document. */
function deliver(store: ElasticsearchStore): Promise<unknown> {
  return store.deliver(gzipSync(`{"create":{"_index":"logs-x","_id":"${sent++}"}}\n{}\n`), 1, never);
}

async function fake(t: TestContext, options: FakeElasticsearchOptions = {}) {
  const server = await startFakeElasticsearch(options);
  t.after(() => server.close());
  return server;
}

function open(t: TestContext, options: Partial<ElasticsearchStoreOptions>): ElasticsearchStore {
  const store = createElasticsearchStore({
    nodes: [],
    namespace: 'test',
    datasets: [],
    log: quietLog,
    ...options,
  });
  t.after(() => store.close());
  return store;
}

/** How `times` deliveries ended, one after the other. */
async function outcomesOf(store: ElasticsearchStore, times: number): Promise<string[]> {
  const outcomes: string[] = [];
  for (let time = 0; time < times; time++) {
    outcomes.push(
      await deliver(store).then(
        () => 'ok',
        (error: unknown) => toFailure(error).reason,
      ),
    );
  }
  return outcomes;
}

const ONE = { delivered: 1, rejected: [], retry: [] };

test('TLS: a server that the authority of the CA file signed is trusted, with API key and with a password', async (t) => {
  const cases = [
    [{ apiKey: 'a2V5' }, 'ApiKey a2V5'],
    [{ username: 'edge', password: 'p:w ü' }, `Basic ${Buffer.from('edge:p:w ü').toString('base64')}`],
  ] as const;
  for (const [auth, authorization] of cases) {
    const { url } = await fake(t, { tls: mine, authorization });
    assert.deepEqual(await deliver(open(t, { nodes: [url], caFile: mine.caFile, auth })), ONE);
  }
});

test('TLS: another authority, or none, is refused before anything is sent; the message says which key to look at', async (t) => {
  const { url, api } = await fake(t, { tls: theirs });
  const auth = { apiKey: 'c2VjcmV0' };
  for (const ca of [{ caFile: mine.caFile }, {}]) {
    const failure = await failureOf(deliver(open(t, { nodes: [url], auth, ...ca })));
    assert.equal(failure.reason, 'network');
    assert.match(
      failure.message,
      /certificate.*: see that store\.elasticsearch\.ca_file holds its authority/,
    );
    assert.ok(!inspect(failure, { depth: 5, showHidden: true }).includes('c2VjcmV0'));
  }
  assert.deepEqual(api.bulks, []);
});

test('a CA file that is not there is named, and looked for again at the next attempt', async (t) => {
  const store = open(t, { nodes: ['https://127.0.0.1:1'], caFile: '/nowhere/ca.pem' });
  for (let time = 0; time < 2; time++) {
    const failure = await failureOf(deliver(store));
    assert.match(failure.message, /store\.elasticsearch\.ca_file: .*\/nowhere\/ca\.pem/);
  }
});

test('401 and 403 say what to do and never the credential', async (t) => {
  const { url } = await fake(t, { authorization: 'ApiKey other' });
  const auth = { username: 'edge', password: 'c2VjcmV0' };
  const unauthorized = await failureOf(deliver(open(t, { nodes: [url], auth })));
  assert.equal(unauthorized.reason, 'unauthorized');
  assert.match(unauthorized.message, /check store\.elasticsearch\.api_key, or username and password/);

  const open2 = await fake(t);
  open2.next({ kind: 'status', status: 403 });
  const forbidden = await failureOf(deliver(open(t, { nodes: [open2.url], auth })));
  assert.match(forbidden.message, /grant the credential/);
  for (const failure of [unauthorized, forbidden]) {
    const shown = inspect(failure, { depth: 8, showHidden: true });
    assert.ok(
      !shown.includes('c2VjcmV0') && !shown.includes(Buffer.from('edge:c2VjcmV0').toString('base64')),
    );
  }
});

test('one node of two is dead: at most one attempt fails, then the other is asked', async (t) => {
  const { url, api } = await fake(t);
  const dead = await fake(t);
  await dead.close();
  const store = open(t, { nodes: [dead.url, url] });
  const outcomes = await outcomesOf(store, 12);
  assert.equal(outcomes.filter((outcome) => outcome === 'network').length, 1, outcomes.join(' '));
  assert.equal(api.bulks.length, 11);
});

test('one node of two takes connections and never answers: it is asked last from then on', async (t) => {
  const { url } = await fake(t);
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => silent.close());
  const { port } = silent.address() as AddressInfo;
  const store = open(t, { nodes: [`http://127.0.0.1:${port}`, url], requestTimeoutMs: 50 });
  const outcomes = await outcomesOf(store, 6);
  assert.equal(outcomes.filter((outcome) => outcome === 'timeout').length, 1, outcomes.join(' '));
});
