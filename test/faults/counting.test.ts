import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { startFakeStore } from './fake-store.ts';
import type { FaultStore } from './fault-store.ts';
import { LogFile } from './log-file.ts';
import { LINE_BYTES, numberIn } from './numbered-line.ts';
import { rangesWhere } from './ranges.ts';

// What finds nothing may be blind: here is planted what must be found.

interface BulkAnswer {
  readonly items: readonly { readonly create: { readonly status: number } }[];
}

/** Stores lines under ids of their own; the statuses of the items. */
async function send({ url }: { readonly url: string }, ...numbers: number[]): Promise<number[]> {
  const lines = numbers.flatMap((number) => [
    JSON.stringify({ create: { _index: 'logs-octopus.web_request-test', _id: `id-${number}` } }),
    `{"@timestamp":"2026-01-01T00:00:00.000Z","path":"/api/drill/${String(number).padStart(8, '0')}"}`,
  ]);
  const response = await fetch(`${url}/_bulk`, { method: 'POST', body: `${lines.join('\n')}\n` });
  const { items }: BulkAnswer = JSON.parse(await response.text());
  return items.map(({ create }) => create.status);
}

describe('the counting Elasticsearch', () => {
  test('an id is refused within a backing index, and doubled after a rollover', async () => {
    await using store = await startFakeStore('test');
    assert.deepEqual(await send(store, 0, 1, 3), [201, 201, 201]);
    assert.deepEqual(await send(store, 1), [409]);
    assert.equal((await store.counts(5)).doubled, 0);
    await store.rollOver();
    assert.deepEqual(await send(store, 1), [201]);
    const { distinct, doubled, missing } = await store.counts(5);
    assert.deepEqual(
      { distinct, doubled, missing },
      {
        distinct: 3,
        doubled: 1,
        missing: [
          [2, 2],
          [4, 4],
        ],
      },
    );
  });

  test('refuses what is poisoned, takes the rest', async () => {
    await using store = await startFakeStore('test');
    await store.set({ kind: 'poison', every: 2 });
    assert.deepEqual(await send(store, 0, 1, 2), [201, 400, 201]);
    assert.deepEqual((await store.counts(3)).missing, [[1, 1]]);
  });

  const TAKEN: readonly [fault: Parameters<FaultStore['set']>[0], isTaken: boolean][] = [
    [{ kind: 'status', status: 503 }, false],
    [{ kind: 'max-bytes', bytes: 10 }, false],
    [{ kind: 'reset-body' }, false],
    [{ kind: 'reset-after' }, true],
    [{ kind: 'half-answer' }, true],
    [{ kind: 'lose-reply-and-roll-over', hold: false }, true],
  ];
  for (const [fault, isTaken] of TAKEN)
    test(`${fault.kind}: no answer that can be read, documents ${isTaken ? '' : 'not '}taken`, async () => {
      await using store = await startFakeStore('test');
      await store.set(fault);
      await assert.rejects(send(store, 0));
      assert.equal(await store.stored(), isTaken ? 1 : 0);
    });
});

describe('the numbered log', () => {
  /** The numbers in all files of a directory, rising. */
  function numbersIn(directory: string): number[] {
    return readdirSync(directory)
      .flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n').map(numberIn))
      .filter((number) => number !== undefined)
      .toSorted((a, b) => a - b);
  }

  test('renamed, halves in between: every line is in some file once', () => {
    const directory = temporaryDirectory();
    const log = new LogFile(directory, () => 0);
    for (let round = 0; round < 3; round++) {
      log.append(100);
      log.appendHalf();
      log.rename();
    }
    log.append(1);
    assert.deepEqual(numbersIn(directory), [...Array(log.written).keys()]);
    assert.equal(readdirSync(directory).length, 4);
    assert.deepEqual(log.exposed, []);
  });

  test('copied and truncated: exactly what it says to be destroyed is in no file', () => {
    const directory = temporaryDirectory();
    const log = new LogFile(directory, () => 0);
    for (let round = 0; round < 3; round++) {
      log.append(100);
      log.appendHalf();
      log.copyTruncate();
    }
    log.append(100);
    const kept = new Set(numbersIn(directory));
    assert.deepEqual(
      rangesWhere(log.written, (number) => !kept.has(number)),
      log.exposed,
    );
    assert.equal(log.exposed.length, 3);
    assert.equal(readFileSync(log.path).length, 100 * LINE_BYTES);
  });
});
