import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedCluster } from '../../test/fakes/simulated-cluster.ts';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import {
  eventBatch,
  openTestSpool,
  positionBatch,
  quietLog,
  requestDataset,
} from '../../test/fakes/spool-harness.ts';
import { streamName } from '../model/dataset.ts';
import type { DocumentStore } from '../model/ports.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { SeededRandom } from '../simulator/random.ts';
import { storeOn } from '../store/elasticsearch/store.ts';
import { runSender } from './sender.ts';
import type { Spool } from './spool.ts';

const SEEDS = Number(process.env.SENDER_SEEDS ?? 60);
const FIRST = Number(process.env.SENDER_SEED ?? 1);
const NAMESPACE = 'test';

interface Outcome {
  readonly expected: readonly string[];
  readonly copies: ReadonlyMap<string, number>;
  readonly buried: readonly string[];
  readonly kills: number;
  readonly spool: Spool;
}

const isPoison = (id: string): boolean => id.endsWith('-d');

/**
 * A life of a sender, with kills, against a cluster that fails in all ways at once. Stated as assumptions: the server
 * does what it was asked before we stop waiting, and no stream rolls over in the milliseconds between the look for
 * stored documents and the request that follows it.
 */
async function live(seed: number): Promise<Outcome> {
  const random = new SeededRandom(String(seed)).next;
  const clock = new VirtualClock(1_795_000_000_000);
  const cluster = simulatedCluster({ clock, random, faults: random() * 0.8, isPoison });
  const mostKills = Math.floor(random() * 4);
  const expected: string[] = [];
  const buried: string[] = [];
  let disk = new SimulatedDisk();
  let looking = 0;
  cluster.onBulk = () => {
    if (looking === 0 && random() < 0.1) cluster.api.rollOver(streamName(requestDataset, NAMESPACE));
  };

  function openStore(): DocumentStore & { prepare(signal: AbortSignal): Promise<void> } {
    const store = storeOn(cluster, { namespace: NAMESPACE, datasets: [], log: quietLog });
    return {
      mark: () => store.mark?.() ?? null,
      prepare: store.installTemplates,
      async deliver(body, count, signal, since) {
        if (since !== undefined) looking++;
        try {
          return await store.deliver(body, count, signal, since);
        } finally {
          if (since !== undefined) looking--;
        }
      },
    };
  }

  async function write(spool: Spool, source: string): Promise<void> {
    const count = 1 + Math.floor(random() * 40);
    await spool.write(eventBatch(source, 0, count));
    for (let offset = 0; offset < count; offset++) expected.push(`${source}-${offset.toString(36)}`);
    if (random() < 0.3) await spool.write(positionBatch(`${source}-position`, 1));
  }

  /** One process; `ms` until it is killed, else until nothing is pending. */
  async function run(life: number, ms: number | undefined): Promise<Spool> {
    const spool = await openTestSpool(disk, { clock, namespace: NAMESPACE });
    const stop = new AbortController();
    const store = openStore();
    const running = runSender({
      spool: inOrder(spool),
      store,
      clock,
      random,
      log: quietLog,
      metrics: NO_METRICS,
      signal: stop.signal,
      prepare: store.prepare,
      deadLetters: {
        async write(letters) {
          await Promise.resolve();
          for (const { action } of letters) buried.push(JSON.parse(action).create['_id']);
        },
        close: () => Promise.resolve(),
      },
    });
    for (let batch = 0; batch < 6; batch++) {
      await write(spool, `s${life}.${batch}`);
      await clock.advance(random() * 300);
    }
    if (ms === undefined) {
      cluster.calm();
      for (let step = 0; spool.pendingBytes > 0 && step < 200; step++) await clock.advance(2000);
    } else {
      await clock.advance(ms);
      disk = disk.afterKill();
    }
    stop.abort();
    await running;
    await spool.close();
    return spool;
  }

  for (let life = 0; life < mostKills; life++) await run(life, random() * 20_000);
  const spool = await run(mostKills, undefined);
  return { expected, copies: cluster.api.copies(), buried, kills: mostKills, spool };
}

/** The spool, watching that frames are acknowledged in the order they were handed out. */
function inOrder(spool: Spool): Pick<Spool, 'frames' | 'acknowledge' | 'noteMark'> {
  const order = new Map<unknown, number>();
  let last = -1;
  return {
    noteMark: (mark) => spool.noteMark(mark),
    async *frames(signal) {
      for await (const frame of spool.frames(signal)) {
        order.set(frame, order.size);
        yield frame;
      }
    },
    async acknowledge(outcomes) {
      for (const { frame, settled } of outcomes) {
        assert.equal(order.get(frame), ++last, 'the next frame');
        assert.equal((settled.delivered ?? 0) + (settled.deadLettered ?? 0), frame.documents);
      }
      await spool.acknowledge(outcomes);
    },
  };
}

test(`${SEEDS} random lives: each document stored once over all backing indexes, or a dead letter once`, async () => {
  let kills = 0;
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const told = `SENDER_SEED=${seed} SENDER_SEEDS=1`;
    const { expected, copies, buried, kills: ownKills, spool } = await live(seed);
    kills += ownKills;
    const stored = expected.filter((id) => !isPoison(id));
    const poison = expected.filter(isPoison);
    assert.deepEqual(
      stored.filter((id) => copies.get(id) !== 1).map((id) => [id, copies.get(id)]),
      [],
      told,
    );
    assert.equal(copies.size, stored.length, told);
    assert.deepEqual(new Set(buried), new Set(poison), told);
    // A kill between the dead letter and the acknowledgement writes it again: it has the id it had.
    if (ownKills === 0) assert.equal(buried.length, poison.length, told);
    assert.deepEqual(
      spool.ledger,
      {
        ...spool.ledger,
        read: expected.length,
        delivered: stored.length,
        deadLettered: poison.length,
        pending: 0,
      },
      told,
    );
  }
  assert.ok(SEEDS < 50 || kills > SEEDS / 2, `${kills} kills`);
});
