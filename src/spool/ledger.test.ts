import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import { openTestSpool, pendingFrames, requestDataset } from '../../test/fakes/spool-harness.ts';
import { ColumnBatch } from '../model/column-batch.ts';
import { defineDataset } from '../model/dataset.ts';
import { Failure } from '../model/failure.ts';
import type { Batch } from '../model/ports.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { imbalanceOf } from './ledger.ts';
import { OpenWindows } from './rollups/open-windows.ts';
import type { FrameOutcome, SpoolFrame } from './spool-frame.ts';
import type { Spool } from './spool.ts';

const START = 1_795_000_000_000;
const FILES = ['log:acme:one', 'log:acme:two', 'log:umbrella:one'];
const BATCH = 2;
const REFUSED = 1;
const { metrics: windowMetrics } = countedMetrics();

const rolledUp = defineDataset({
  ...requestDataset,
  rollup: { windowMs: 1000, by: ['route'], of: { duration_seconds: [0.1] } },
});

/** Two events of a file from `first` on, one second after the other, and a refused line. */
function batch(source: string, first: number): Batch {
  const columns = new ColumnBatch();
  const table = columns.table(rolledUp);
  for (let offset = first; offset < first + BATCH; offset++) {
    const row = table.append(START + offset * 1000, offset);
    table.dimensions.get('tenant')![row] = columns.symbols.intern(source.split(':')[1]!);
    table.dimensions.get('route')![row] = columns.symbols.intern('/a');
    table.numbers.get('duration_seconds')![row] = 0.2;
  }
  return { source, position: first + BATCH, columns, idPrefix: source, refused: REFUSED };
}

/** What outlives a process: what the store has, and what it refused. */
class World {
  readonly stored = new Map<string, string>();
  readonly dead = new Set<string>();
  readonly rollups = new Set<string>();
  processes = 0;

  /** Delivers a frame as a store does that refuses every fifth event of a file. */
  deliver(frame: SpoolFrame): FrameOutcome {
    const settled = { delivered: 0, deadLettered: 0 };
    const lines = frame.documents === 0 ? [] : gunzipSync(frame.body).toString().trimEnd().split('\n');
    for (let at = 0; at < lines.length; at += 2) {
      const id: string | undefined = JSON.parse(lines[at]!).create['_id'];
      const isDead = id?.endsWith('-4') === true;
      settled[isDead ? 'deadLettered' : 'delivered']++;
      if (id === undefined) this.rollups.add(lines[at + 1]!);
      else if (isDead) this.dead.add(id);
      else this.stored.set(id, lines[at + 1]!);
    }
    return { frame, settled };
  }

  get rolledUp(): number {
    return [...this.rollups].reduce((sum, line) => sum + Number(JSON.parse(line)['count']), 0);
  }
}

async function open(
  disk: SimulatedDisk,
  world: World,
): Promise<{ spool: Spool; counts: Map<string, number> }> {
  const emitter = `e${world.processes++}`;
  const { metrics, counts } = countedMetrics();
  for (let attempt = 1; ; attempt++) {
    const rollups = new OpenWindows({ namespace: 'test', emitter, metrics: windowMetrics });
    const clock = new VirtualClock(START);
    try {
      return { spool: await openTestSpool(disk, { segmentBytes: 1500, rollups, clock, metrics }), counts };
    } catch (error) {
      if (attempt > 10) throw error;
    }
  }
}

async function writeRound(spool: Spool): Promise<void> {
  await Promise.all(
    FILES.map((source) => spool.write(batch(source, Number(spool.position(source) ?? 0))).catch(isDisk)),
  );
}

/** Delivers what is pending, three frames to an acknowledgement. */
async function deliverAll(spool: Spool, world: World): Promise<void> {
  const frames = await pendingFrames(spool);
  for (let at = 0; at < frames.length; at += 3) {
    await spool.noteMark({ index: Math.floor(at / 6) });
    await spool.acknowledge(frames.slice(at, at + 3).map((frame) => world.deliver(frame)));
  }
}

async function story(spool: Spool, world: World): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await writeRound(spool);
    if (round % 2 === 1) await deliverAll(spool, world);
    await spool.closeWindows(START + round * 3000).catch(isDisk);
  }
}

function isDisk(error: unknown): void {
  assert.equal(error instanceof Failure ? error.reason : error, 'disk');
}

/** Ends a life: all is delivered, and everything must add up, for each source. */
async function assertWhole(spool: Spool, world: World, context: string): Promise<void> {
  await writeRound(spool);
  await spool.closeWindows(START + 3_600_000);
  await deliverAll(spool, world);
  const rows = spool.ledgerBySource();
  for (const row of rows) assert.equal(imbalanceOf(row), 0, `${context}: ${JSON.stringify(row)}`);
  assert.equal(spool.imbalance, 0);
  let events = 0;
  for (const tenant of ['acme', 'umbrella']) {
    const files = FILES.filter((file) => file.includes(tenant));
    const positions = files.map((file) => Number(spool.position(file)));
    const count = positions.reduce((sum, position) => sum + position, 0);
    const refused = (count / BATCH) * REFUSED;
    const deadLettered = positions.filter((position) => position > 4).length;
    const source = `log:${tenant}`;
    const expected = {
      source,
      read: count + refused,
      refused,
      deadLettered,
      delivered: count - deadLettered,
    };
    assert.deepEqual(
      rows.find((row) => row.source === source),
      { ...expected, dropped: 0, pending: 0 },
      context,
    );
    events += count;
  }
  assert.equal(world.stored.size + world.dead.size, events, `${context}: nothing lost`);
  assert.equal(world.rolledUp, events, `${context}: rollups add up`);
}

async function operationsOfStory(): Promise<number> {
  const disk = new SimulatedDisk();
  const world = new World();
  const { spool } = await open(disk, world);
  await story(spool, world);
  const { operations } = disk;
  await assertWhole(spool, world, 'no fault');
  return operations;
}

test('killed or cut from power at any operation: every source adds up, nothing is lost, rollups are exact', async () => {
  const total = await operationsOfStory();
  assert.ok(total > 40, `${total} operations`);
  for (let stop = 1; stop <= total; stop++) {
    for (const keep of [undefined, 0, 0.4, 0.7]) {
      const disk = new SimulatedDisk();
      const world = new World();
      let after: SimulatedDisk | undefined;
      let cut: World | undefined;
      disk.fault = (_operation, _path, count) => {
        if (count !== stop) return;
        after = keep === undefined ? disk.afterKill() : disk.afterPowerCut(() => keep);
        cut = Object.assign(new World(), {
          stored: new Map(world.stored),
          dead: new Set(world.dead),
          rollups: new Set(world.rollups),
          processes: world.processes,
        });
      };
      const { spool } = await open(disk, world);
      await story(spool, world);
      const again = await open(after!, cut!);
      await assertWhole(again.spool, cut!, `stop ${stop}, keep ${keep}`);
      const repaired = again.counts.get('octowatch_ledger_repaired_documents_total{}');
      assert.equal(repaired, undefined, `stop ${stop}, keep ${keep}`);
    }
  }
});

test('any operation failing, once or some times: every source adds up, also after the next start', async () => {
  const total = await operationsOfStory();
  for (let first = 1; first <= total; first++) {
    for (const times of [1, 2, 7]) {
      const disk = new SimulatedDisk();
      const world = new World();
      disk.fault = (operation, path, count) => {
        if (count >= first && count < first + times) throw new Failure('disk', `${operation} ${path}`);
      };
      const { spool } = await open(disk, world);
      await story(spool, world);
      const again = await open(disk.afterKill(), world);
      const context = `${times} from ${first}`;
      assert.equal(again.counts.get('octowatch_ledger_repaired_documents_total{}'), undefined, context);
      await assertWhole(again.spool, world, context);
    }
  }
});

test('a source is a collector and a tenant, whatever file; a wrong settlement shows as imbalance', async () => {
  const { spool } = await open(new SimulatedDisk(), new World());
  await writeRound(spool);
  assert.deepEqual(
    spool.ledgerBySource().map(({ source, read, pending }) => [source, read, pending]),
    [
      ['log:acme', 6, 4],
      ['log:umbrella', 3, 2],
    ],
  );
  const [frame] = await pendingFrames(spool);
  await spool.acknowledge([{ frame: frame!, settled: { delivered: 1 } }]);
  assert.equal(spool.imbalance, 1);
});
