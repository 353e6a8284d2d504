import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import { eventBatch, openTestSpool, positionBatch, quietLog } from '../../test/fakes/spool-harness.ts';
import { Failure, type FailureReason } from '../model/failure.ts';
import type { Delivery } from '../model/ports.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import type { DeadLetter } from './dead-letters.ts';
import { runSender, type SenderOptions } from './sender.ts';
import type { Spool } from './spool.ts';

/** How the store answers one delivery; the ids are those of the body. */
type Answer = (ids: readonly string[], signal: AbortSignal) => Delivery | Promise<Delivery>;

const accept: Answer = (ids) => ({ delivered: ids.length, rejected: [], retry: [] });
const fail =
  (reason: FailureReason, options = {}): Answer =>
  () => {
    throw new Failure(reason, `scripted ${reason}`, options);
  };

interface Bench {
  readonly spool: Spool;
  readonly clock: VirtualClock;
  /** What was sent: when, and the ids. */
  readonly sent: { at: number; ids: string[] }[];
  readonly letters: DeadLetter[];
  readonly counts: Map<string, number>;
  stop(): Promise<void>;
}

/** A sender on a spool that holds `documents` documents, its store doing what the script says, then accepting. */
async function bench(
  documents: number,
  script: Answer[],
  options: Partial<SenderOptions> = {},
): Promise<Bench> {
  const clock = new VirtualClock(0);
  const spool = await openTestSpool(new SimulatedDisk(), { clock });
  if (documents > 0) await spool.write(eventBatch('a', 0, documents));
  const sent: Bench['sent'] = [];
  const letters: DeadLetter[] = [];
  const { metrics, counts } = countedMetrics();
  const stop = new AbortController();
  const running = runSender({
    spool,
    clock,
    random: () => 0.999_999,
    log: quietLog,
    metrics,
    signal: stop.signal,
    deadLetters: {
      write: (more) => Promise.resolve(void letters.push(...more)),
      close: () => Promise.resolve(),
    },
    store: {
      async deliver(body, count, signal) {
        const lines = gunzipSync(body).toString().trimEnd().split('\n');
        const ids = lines
          .filter((_, at) => at % 2 === 0)
          .map((line) => JSON.parse(line).create['_id'] as string);
        assert.equal(ids.length, count);
        sent.push({ at: clock.now(), ids });
        return (script.shift() ?? accept)(ids, signal);
      },
    },
    ...options,
  });
  return {
    spool,
    clock,
    sent,
    letters,
    counts,
    async stop() {
      stop.abort();
      await running;
    },
  };
}

const times = (run: Bench): number[] => run.sent.map(({ at }) => at);
const sizes = (run: Bench): number[] => run.sent.map(({ ids }) => ids.length);

/** Lets time pass in small steps, so that each timer that is set is seen. */
async function pass(run: Bench, ms: number): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await run.clock.advance(0);
  for (let step = 0; step < 20; step++) {
    await run.clock.advance(ms / 20);
    for (let turn = 0; turn < 10; turn++) await run.clock.advance(0);
  }
}

test('delivers what is there and what comes later, then ends with the signal', async () => {
  const run = await bench(2, []);
  await pass(run, 100);
  await run.spool.write(eventBatch('a', 2, 1));
  await pass(run, 100);
  assert.deepEqual(
    run.sent.map(({ ids }) => ids),
    [['a-0', 'a-1'], ['a-2']],
  );
  assert.deepEqual(run.spool.ledger, {
    read: 3,
    delivered: 3,
    deadLettered: 0,
    refused: 0,
    dropped: 0,
    pending: 0,
  });
  await run.stop();
});

test('small frames travel together; positions alone are acknowledged and not sent', async () => {
  const run = await bench(0, [fail('network')]);
  await run.spool.write(eventBatch('a', 0, 1));
  for (let at = 1; at < 6; at++) await run.spool.write(eventBatch('a', at, 1));
  await run.spool.write(positionBatch('b', 1));
  await pass(run, 2000);
  assert.ok(run.sent.length <= 3, 'one failed, then what came meanwhile together');
  assert.equal(run.spool.pendingBytes, 0);
  assert.equal(run.spool.ledger.delivered, 6);
  await run.stop();
});

test('items refused for now are sent again alone, after a pause', async () => {
  const run = await bench(4, [() => ({ delivered: 2, rejected: [], retry: [1, 3] })]);
  await pass(run, 2000);
  assert.deepEqual(
    run.sent.map(({ ids }) => ids),
    [
      ['a-0', 'a-1', 'a-2', 'a-3'],
      ['a-1', 'a-3'],
    ],
  );
  assert.ok(times(run)[1]! >= 250);
  assert.equal(run.counts.get('octowatch_store_documents_total{outcome="delivered"}'), 4);
  assert.equal(run.counts.get('octowatch_store_documents_total{outcome="retried"}'), 2);
  await run.stop();
});

test('a poison document goes to the dead letters with the reason, the rest is stored', async () => {
  const run = await bench(3, [
    () => ({ delivered: 2, rejected: [{ index: 1, reason: 'bad field' }], retry: [] }),
  ]);
  await pass(run, 100);
  assert.equal(run.letters.length, 1);
  assert.equal(run.letters[0]?.reason, 'bad field');
  assert.equal(JSON.parse(run.letters[0]?.action ?? '').create['_id'], 'a-1');
  assert.deepEqual(run.spool.ledger, {
    read: 3,
    delivered: 2,
    deadLettered: 1,
    refused: 0,
    dropped: 0,
    pending: 0,
  });
  await run.stop();
});

test('rejected among those sent again are found by their place in the second body', async () => {
  const run = await bench(4, [
    () => ({ delivered: 2, rejected: [], retry: [2, 3] }),
    () => ({ delivered: 1, rejected: [{ index: 1, reason: 'bad' }], retry: [] }),
  ]);
  await pass(run, 2000);
  assert.equal(JSON.parse(run.letters[0]?.action ?? '').create['_id'], 'a-3');
  await run.stop();
});

test('an outage: pauses grow to 30 s at most and nothing is lost', async () => {
  const run = await bench(
    1,
    Array.from({ length: 12 }, () => fail('server_error')),
  );
  await pass(run, 400_000);
  assert.equal(run.sent.length, 13);
  const gaps = times(run)
    .slice(1)
    .map((at, index) => at - times(run)[index]!);
  assert.deepEqual(gaps.slice(0, 3), [500, 1000, 2000]);
  assert.ok(gaps.every((gap) => gap <= 30_000) && gaps.at(-1)! >= 29_000);
  assert.equal(run.counts.get('octowatch_store_failures_total{reason="server_error"}'), 12);
  assert.equal(run.spool.ledger.delivered, 1);
  await run.stop();
});

test('what the store asks for is waited, up to 30 s', async () => {
  const run = await bench(1, [
    fail('rate_limited', { retryAfterMs: 7000 }),
    fail('rate_limited', { retryAfterMs: 9e6 }),
  ]);
  await pass(run, 60_000);
  assert.deepEqual(times(run), [0, 7000, 37_000]);
  await run.stop();
});

test('413 halves the body until it fits; one document that never fits is a dead letter', async () => {
  const limit: Answer = (ids) =>
    ids.length > 1
      ? fail('too_large')(ids, new AbortController().signal)
      : accept(ids, new AbortController().signal);
  const run = await bench(4, [limit, limit, limit, fail('too_large'), limit, limit, limit]);
  await pass(run, 100);
  assert.deepEqual(sizes(run), [4, 2, 1, 1, 2, 1, 1]);
  assert.deepEqual(
    run.letters.map(({ action }) => JSON.parse(action).create['_id']),
    ['a-1'],
  );
  assert.equal(run.spool.ledger.delivered, 3);
  await run.stop();
});

test('a wrong credential is waited out, slowly, and nothing is dropped', async () => {
  for (const reason of ['unauthorized', 'forbidden', 'not_found'] as const) {
    const run = await bench(3, [fail(reason), fail(reason)]);
    await pass(run, 61_000);
    assert.deepEqual(times(run), [0, 30_000, 60_000]);
    assert.equal(run.letters.length, 0);
    assert.equal(run.spool.ledger.delivered, 3);
    await run.stop();
  }
});

test('a document that makes the store refuse the whole body is found by halving', async () => {
  const poisoned: Answer = (ids, signal) =>
    ids.includes('a-2') ? fail('rejected')(ids, signal) : accept(ids, signal);
  const run = await bench(
    5,
    Array.from({ length: 20 }, () => poisoned),
  );
  await pass(run, 400_000);
  assert.deepEqual(
    run.letters.map(({ action }) => JSON.parse(action).create['_id']),
    ['a-2'],
  );
  assert.equal(run.spool.ledger.delivered, 4);
  await run.stop();
});

test('a store that refuses everything buries at most one document in two minutes', async () => {
  const run = await bench(
    8,
    Array.from({ length: 200 }, () => fail('rejected')),
  );
  await pass(run, 240_000);
  assert.ok(run.letters.length <= 2, `${run.letters.length}`);
  await run.stop();
});

test('a store that hangs is given up at the deadline and asked again; its signal is aborted', async () => {
  let aborted = false;
  const hang: Answer = (_ids, signal) => {
    signal.addEventListener('abort', () => (aborted = true));
    return new Promise(() => undefined);
  };
  const run = await bench(1, [hang], { deadlineMs: 30_000 });
  await pass(run, 29_000);
  assert.equal(run.sent.length, 1);
  await pass(run, 4000);
  assert.ok(aborted);
  assert.equal(run.sent.length, 2);
  assert.equal(run.counts.get('octowatch_store_failures_total{reason="timeout"}'), 1);
  await run.stop();
});

test('shutdown in a hanging delivery ends at once; the frame stays pending', async () => {
  const run = await bench(1, [() => new Promise(() => undefined)]);
  await pass(run, 100);
  await run.stop();
  assert.equal(run.spool.ledger.pending, 1);
});

test('dead letters that cannot be written hold the frame until they can', async () => {
  let failures = 3;
  const written: DeadLetter[] = [];
  const run = await bench(1, [() => ({ delivered: 0, rejected: [{ index: 0, reason: 'bad' }], retry: [] })], {
    deadLetters: {
      write(letters) {
        if (failures-- > 0) return Promise.reject(new Failure('disk', 'ENOSPC'));
        written.push(...letters);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    },
  });
  await pass(run, 100);
  assert.equal(run.spool.ledger.pending, 1);
  await pass(run, 20_000);
  assert.equal(written.length, 1);
  assert.equal(run.spool.ledger.deadLettered, 1);
  await run.stop();
});

test('a spool that breaks ends the sender, so that it is begun again, also while the store refuses', async () => {
  const spool = await openTestSpool(new SimulatedDisk());
  await spool.write(eventBatch('a', 0, 1));
  const stop = new AbortController();
  const running = runSender({
    spool: {
      async *frames(signal) {
        for await (const frame of spool.frames(signal)) {
          yield frame;
          throw new Error('broken');
        }
      },
      acknowledge: () => Promise.resolve(),
      noteMark: () => Promise.resolve(),
    },
    clock: new VirtualClock(0),
    random: () => 0,
    log: quietLog,
    metrics: countedMetrics().metrics,
    signal: stop.signal,
    deadLetters: { write: () => Promise.resolve(), close: () => Promise.resolve() },
    store: { deliver: () => Promise.resolve({ delivered: 0, rejected: [], retry: [0] }) },
  });
  const soon = new Promise((_resolve, reject) =>
    setTimeout(() => reject(new Error('it hangs')), 500).unref(),
  );
  await assert.rejects(Promise.race([running, soon]), /broken/);
  stop.abort();
});

test('nothing is sent before the store is prepared; what may not be prepared here is left to others', async () => {
  const outcomes: FailureReason[] = ['network', 'unauthorized', 'forbidden'];
  const prepare = (): Promise<void> => Promise.reject(new Failure(outcomes.shift() ?? 'invalid', 'scripted'));
  const run = await bench(1, [], { prepare });
  await pass(run, 9000);
  assert.equal(run.sent.length, 0);
  await pass(run, 2000);
  assert.equal(run.sent.length, 1);
  await run.stop();
});
