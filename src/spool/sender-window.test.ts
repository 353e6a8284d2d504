import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import { eventBatch, openTestSpool, positionBatch, quietLog } from '../../test/fakes/spool-harness.ts';
import type { Delivery } from '../model/ports.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { runSender, type SenderOptions } from './sender.ts';
import type { Spool } from './spool.ts';

/** How long a source's documents take at the store (ms), and how often they are refused first. */
type Manner = { readonly ms: number; readonly refusals?: number };

interface Bench {
  readonly spool: Spool;
  readonly clock: VirtualClock;
  /** Sources in the order their documents were stored, and acknowledged. */
  readonly stored: string[];
  readonly acknowledged: string[][];
  /** Most requests under way at a time. */
  readonly most: () => number;
  stop(): Promise<void>;
}

/** A sender on frames too large to travel together, one for each source. */
async function bench(
  manners: Readonly<Record<string, Manner>>,
  options: Partial<SenderOptions> = {},
): Promise<Bench> {
  const clock = new VirtualClock(0);
  const spool = await openTestSpool(new SimulatedDisk(), { clock, maxBytes: 100_000_000 });
  for (const source of Object.keys(manners))
    await spool.write(eventBatch(source, 0, 3, 'x'.repeat(100 * 1024)));
  const stored: string[] = [];
  const acknowledged: string[][] = [];
  const refused = new Map<string, number>();
  let underWay = 0;
  let most = 0;

  async function deliver(body: Uint8Array, count: number, signal: AbortSignal): Promise<Delivery> {
    const source = /"_id":"(\w+)-/.exec(gunzipSync(body).toString())?.[1] ?? '';
    const { ms = 10, refusals = 0 } = manners[source] ?? {};
    most = Math.max(most, ++underWay);
    await clock.sleep(ms, signal).finally(() => underWay--);
    const times = refused.get(source) ?? 0;
    if (times < refusals) {
      refused.set(source, times + 1);
      return { delivered: 0, rejected: [], retry: Array.from({ length: count }, (_, index) => index) };
    }
    stored.push(source);
    return { delivered: count, rejected: [], retry: [] };
  }

  const stop = new AbortController();
  const running = runSender({
    spool: {
      frames: (signal) => spool.frames(signal),
      noteMark: (mark) => spool.noteMark(mark),
      async acknowledge(outcomes) {
        acknowledged.push(outcomes.map(({ frame }) => frame.source));
        await spool.acknowledge(outcomes);
      },
    },
    store: { deliver },
    deadLetters: { write: () => Promise.resolve(), close: () => Promise.resolve() },
    clock,
    random: () => 0.999_999,
    log: quietLog,
    metrics: NO_METRICS,
    signal: stop.signal,
    ...options,
  });
  return {
    spool,
    clock,
    stored,
    acknowledged,
    most: () => most,
    async stop() {
      stop.abort();
      await running;
      await spool.close();
    },
  };
}

async function pass({ clock }: Bench, ms: number): Promise<void> {
  for (let step = 0; step < 50; step++) await clock.advance(ms / 50);
}

const named = (count: number): string[] => Array.from({ length: count }, (_, at) => `s${at}`);

test('several requests are under way while there is a backlog, at most eight', async () => {
  const run = await bench(Object.fromEntries(named(80).map((name) => [name, { ms: 100 }])));
  await pass(run, 8000);
  assert.equal(run.spool.pendingBytes, 0);
  assert.equal(run.most(), 8);
  await run.stop();
});

test('what is stored out of turn is acknowledged in turn', async () => {
  const manners = { a: { ms: 10 }, b: { ms: 10 }, c: { ms: 500 }, d: { ms: 10 }, e: { ms: 10 } };
  const run = await bench(manners);
  await pass(run, 2000);
  assert.notDeepEqual(run.stored, Object.keys(manners));
  assert.deepEqual(run.acknowledged.flat(), Object.keys(manners));
  assert.equal(run.spool.pendingBytes, 0);
  await run.stop();
});

test('a frame whose items are refused holds up nobody; when it is done, all behind it is acknowledged at once', async () => {
  const run = await bench({ a: { ms: 10, refusals: 3 }, b: { ms: 10 }, c: { ms: 10 }, d: { ms: 10 } });
  await pass(run, 400);
  assert.deepEqual(run.stored, ['b', 'c', 'd']);
  assert.deepEqual(run.acknowledged, []);
  await run.spool.write(positionBatch('position', 1));
  await pass(run, 5000);
  assert.deepEqual(run.acknowledged, [['a', 'b', 'c', 'd', 'position']]);
  await run.stop();
});

test('no more is read than the window holds, however long the first frame is refused', async () => {
  const windowBytes = 3 * 300 * 1024;
  const manners = Object.fromEntries(named(20).map((name) => [name, { ms: 10 }]));
  const run = await bench({ ...manners, s0: { ms: 10, refusals: 8 } }, { windowBytes });
  await pass(run, 20_000);
  assert.deepEqual(run.stored, ['s1', 's2']);
  await pass(run, 200_000);
  assert.equal(run.spool.pendingBytes, 0);
  await run.stop();
});

test('a defect of the store ends the sender with its error, when what is under way has ended', async () => {
  const clock = new VirtualClock(0);
  const spool = await openTestSpool(new SimulatedDisk(), { clock });
  await spool.write(eventBatch('a', 0, 1));
  const broken = { frames: spool.frames.bind(spool), noteMark: spool.noteMark.bind(spool) };
  const running = runSender({
    spool: { ...broken, acknowledge: () => Promise.reject(new Error('a defect')) },
    store: { deliver: (_body, count) => Promise.resolve({ delivered: count, rejected: [], retry: [] }) },
    deadLetters: { write: () => Promise.resolve(), close: () => Promise.resolve() },
    clock,
    random: () => 0,
    log: quietLog,
    metrics: NO_METRICS,
    signal: new AbortController().signal,
  });
  await assert.rejects(running, /a defect/);
  await spool.close();
});
