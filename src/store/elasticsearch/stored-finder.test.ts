import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countedMetrics } from '../../../test/contract/counted-metrics.ts';
import { quietLog } from '../../../test/fakes/spool-harness.ts';
import type { Connection } from './connection.ts';
import { gzipLines } from './rewrite-body.ts';
import { StoredFinder } from './stored-finder.ts';
import { WriteIndexes } from './write-indexes.ts';

const STREAM = 'logs-octopus.request-prod';
const never = new AbortController().signal;

/** A stream that rolled over once, and what `_mget` says of each of two documents in its first index. */
function world(docs: readonly object[]): { find: () => Promise<ReadonlySet<number>>; unknown: () => number } {
  const { metrics, counts } = countedMetrics();
  const connection: Connection = {
    request: ({ path }) =>
      Promise.resolve(
        path.startsWith('/_resolve')
          ? { data_streams: [{ name: STREAM, backing_indices: ['.ds-1', '.ds-2'] }] }
          : { docs },
      ),
    close: () => Promise.resolve(),
  };
  const writeIndexes = new WriteIndexes(connection, 'prod');
  const finder = new StoredFinder({ connection, writeIndexes, log: quietLog, metrics });
  const lines = ['a', 'b'].flatMap((id) => [
    JSON.stringify({ create: { _index: STREAM, _id: id } }),
    JSON.stringify({ id }),
  ]);
  return {
    find: () => finder.find(gzipLines(lines), { [STREAM]: '.ds-1' }, never),
    unknown: () => counts.get('octowatch_store_unknown_total{}') ?? 0,
  };
}

test('what an index has is found; an index that is gone has nothing', async () => {
  const gone = { error: { type: 'index_not_found_exception' } };
  assert.deepEqual(await world([{ found: true }, { found: false }]).find(), new Set([0]));
  assert.deepEqual(await world([gone, gone]).find(), new Set());
});

test('a key that may read other streams, but not this one: sent again, and counted', async () => {
  const denied = { error: { type: 'security_exception' } };
  const { find, unknown } = world([denied, denied]);
  assert.deepEqual(await find(), new Set());
  assert.equal(unknown(), 2);
});

test('an index that cannot be read for now fails the delivery, which is repeated', async () => {
  const away = { error: { type: 'no_shard_available_action_exception' } };
  await assert.rejects(world([away, { found: false }]).find(), { reason: 'malformed', retryable: true });
  await assert.rejects(world([{ found: false }]).find(), { reason: 'malformed', retryable: true });
});
