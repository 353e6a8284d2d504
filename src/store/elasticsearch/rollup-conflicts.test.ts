import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { quietLog } from '../../../test/fakes/spool-harness.ts';
import { Failure } from '../../model/failure.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import { webRequestDataset } from '../../octopus/web-request-dataset.ts';
import type { Call } from './connection.ts';
import { RollupConflicts } from './rollup-conflicts.ts';

const STREAM = 'metrics-octopus.web_request-prod';
const START = 1_795_000_000_000;
const never = new AbortController().signal;

/** A time-series stream: what is where, by ms after the window's start. */
type Places = Map<number, string | undefined>;

interface World {
  readonly places: Places;
  readonly counted: [string, number][];
  readonly warned: string[];
  readonly requests: string[];
  settle(ids: readonly (string | undefined)[], times?: readonly number[]): Promise<unknown>;
}

function world(
  places: Places,
  mget?: () => unknown,
  bulkStatus?: number,
  bulk: (answer: unknown) => unknown = (answer) => answer,
): World {
  const counted: [string, number][] = [];
  const warned: string[] = [];
  const requests: string[] = [];
  const conflicts = new RollupConflicts({
    connection: { request },
    namespace: 'prod',
    datasets: [webRequestDataset],
    log: { ...quietLog, warn: (_fields, message) => void warned.push(message) },
    metrics: {
      ...NO_METRICS,
      increment: (_name, labels, by = 1) => void counted.push([labels?.['outcome'] ?? '', by]),
    },
  });

  function request({ path, json, gzippedLines }: Call): Promise<unknown> {
    requests.push(path);
    if (path === '/_bulk') return Promise.resolve(bulk(store(gzippedLines ?? gzipSync(''))));
    const { docs } = json as { docs: { _id: string }[] };
    const found = docs.map((doc) => ({
      found: true,
      _source: { rollup_id: places.get(Number(doc['_id'])) },
    }));
    return Promise.resolve().then(() => mget?.() ?? { docs: found });
  }

  function store(body: Uint8Array): unknown {
    const lines = gunzipSync(body).toString().trimEnd().split('\n');
    const items = lines.flatMap((line, i) => {
      if (i % 2 === 0) return [];
      const document: { '@timestamp': string; rollup_id?: string } = JSON.parse(line);
      const at = Date.parse(document['@timestamp']) - START;
      if (places.has(at)) return [{ create: conflict(at) }];
      if (bulkStatus !== undefined) return [{ create: { status: bulkStatus } }];
      places.set(at, document.rollup_id);
      return [{ create: { status: 201 } }];
    });
    return { items };
  }

  async function settle(
    ids: readonly (string | undefined)[],
    times: readonly number[] = [],
  ): Promise<unknown> {
    const lines = ids.flatMap((id, i) => {
      const document = { '@timestamp': new Date(START + (times[i] ?? 0)).toISOString(), rollup_id: id };
      return [JSON.stringify({ create: { _index: STREAM } }), JSON.stringify(document)];
    });
    const body = gzipSync(`${lines.join('\n')}\n`);
    const answer = (await conflicts.settle(store(body), body, never)) as {
      items: { create: { status: number } }[];
    };
    return answer.items.map((item) => item.create.status);
  }
  return { places, counted, warned, requests, settle };
}

function conflict(at: number): object {
  const reason = `[${at}][Abc_-4@2026-11-21T12:00:00.000Z]: version conflict, document already exists (current version [1])`;
  return { status: 409, error: { type: 'version_conflict_engine_exception', reason, index: '.ds-x-000001' } };
}

test('without a conflict nothing is asked', async () => {
  const { settle, requests } = world(new Map());
  assert.deepEqual(await settle(['a']), [201]);
  assert.deepEqual(requests, []);
});

test('a replay stays a 409; the document of another goes on until there is room', async () => {
  const taken: Places = new Map([
    [0, 'a'],
    [1, 'b'],
    [3, 'c'],
    [50, 'mine'],
  ]);
  const { settle, places, counted } = world(taken);
  assert.deepEqual(await settle(['x', 'mine'], [0, 50]), [201, 409]);
  assert.deepEqual([...places], [...taken]);
  assert.equal(places.get(7), 'x');
  assert.deepEqual(counted, [
    ['same', 1],
    ['moved', 1],
  ]);
  assert.deepEqual(await settle(['x', 'mine'], [0, 50]), [409, 409], 'and is found again');
});

test('a document never leaves its window', async () => {
  const { settle, places } = world(new Map([[9999, 'a']]));
  assert.deepEqual(await settle(['x'], [9999]), [201]);
  assert.equal(places.get(0), 'x');
});

test('a gauge at a taken place is there already', async () => {
  const { settle, requests } = world(new Map([[0, undefined]]));
  assert.deepEqual(await settle([undefined]), [409]);
  assert.deepEqual(requests, []);
});

test('where nothing may be read: taken as delivered, counted, told once', async () => {
  const refusals = [
    () => Promise.reject(new Failure('forbidden', 'no read privilege')),
    () => ({ docs: [{ error: { type: 'security_exception' } }] }),
  ];
  for (const refusal of refusals) {
    const { settle, counted, warned } = world(new Map([[0, 'a']]), refusal);
    for (let round = 0; round < 2; round++) assert.deepEqual(await settle(['x']), [409]);
    assert.deepEqual(counted, [
      ['unknown', 1],
      ['unknown', 1],
    ]);
    assert.equal(warned.length, 1);
  }
});

test('a request that may succeed later fails the delivery, which is repeated', async () => {
  const { settle } = world(new Map([[0, 'a']]), () => Promise.reject(new Failure('server_error', 'busy')));
  await assert.rejects(settle(['x']), { reason: 'server_error' });
});

test('a document that cannot be read for now is not taken for one of ours', async () => {
  const away = { docs: [{ error: { type: 'no_shard_available_action_exception' } }] };
  const { settle, counted } = world(new Map([[0, 'a']]), () => away);
  await assert.rejects(settle(['x']), { reason: 'malformed', retryable: true });
  assert.deepEqual(counted, []);
});

test('what was deleted meanwhile is in nobody’s way', async () => {
  const gone = { docs: [{ error: { type: 'index_not_found_exception' } }] };
  const { settle, places } = world(new Map([[0, 'a']]), () => gone);
  assert.deepEqual(await settle(['x']), [201]);
  assert.equal(places.get(1), 'x');
});

test('an answer that does not speak of all that was moved is no success', async () => {
  for (const answer of [{}, { items: [] }, '']) {
    const { settle } = world(new Map([[0, 'a']]), undefined, undefined, () => answer);
    await assert.rejects(settle(['x']), { reason: 'malformed', retryable: true });
  }
});

test('what is refused on the way has that status', async () => {
  const { settle } = world(new Map([[0, 'a']]), undefined, 429);
  assert.deepEqual(await settle(['x']), [429]);
});

test('a full window is a refusal, not an endless search', async () => {
  const all: Places = new Map(Array.from({ length: 10_000 }, (_, at) => [at, 'other']));
  const { settle, counted, requests } = world(all);
  assert.deepEqual(await settle(['x']), [400]);
  assert.deepEqual(counted, [['no_place', 1]]);
  assert.ok(requests.length <= 24);
});
