import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { octopusServerLog } from '../../collectors/octopus-server-log/index.ts';
import { ColumnBatch } from '../../src/model/column-batch.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { SeededRandom } from '../../src/simulator/random.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { systemClock } from '../../src/system/system-clock.ts';
import { systemDisk } from '../../src/system/system-disk.ts';
import { startChild } from '../acceptance/child.ts';
import { startDaemon, writeConfig, type TestConfig } from '../acceptance/daemon.ts';
import { eventually } from '../acceptance/eventually.ts';
import { instanceConfig, startFleet } from '../acceptance/fleet.ts';
import { metricsOf } from '../acceptance/metrics.ts';
import { silentLog } from '../fakes/silent-log.ts';
import { openDrillStore, STORES, type DrillStore } from './drill-store.ts';
import { numberOf, startNumberedLog, type NumberedLog } from './numbered-log.ts';

const NAMESPACE = 'drill';
const ROTATE_EVERY_MS = 2000;

interface Drill {
  readonly directory: string;
  readonly random: SeededRandom;
  readonly fleet: Simulator;
  readonly log: NumberedLog;
  readonly store: DrillStore;
  readonly config: TestConfig;
}

describe('a daemon that is killed', { concurrency: true }, () => {
  for (const [kind, kills] of Object.entries(STORES)) {
    test(`${kills} times with -9: every line is in the ${kind} store once, and the ledger adds up`, async (t) => {
      const seed = process.env['DRILL_SEED'] ?? String(Date.now());
      t.diagnostic(`DRILL_SEED=${seed}`);
      const drill = await setUp(t, kind, new SeededRandom(`${seed} ${kind}`));
      await begin(drill);
      for (let kill = 0; kill < kills; kill++) await runAndKill(drill);
      await finish(drill);
      await checkLines(drill);
      await checkLedger(drill);
    });
  }
});

async function setUp(t: TestContext, kind: string, random: SeededRandom): Promise<Drill> {
  const directory = await mkdtemp(join(tmpdir(), 'octowatch-drill-'));
  t.after(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  const fleet = await startFleet(2, directory);
  t.after(() => fleet.close());
  const store = await openDrillStore(kind, join(directory, 'data'), NAMESPACE);
  t.after(() => store.close());
  const log = startNumberedLog(join(directory, 'drill'));
  t.after(() => log[Symbol.dispose]());
  const instances = fleet.instances.map((instance) =>
    instanceConfig(instance, { files: { 'octopus-server-log': [instance.logFile] } }),
  );
  const drilled = { tenant: 'drill', files: { 'octopus-server-log': [log.file] } };
  const config = {
    namespace: NAMESPACE,
    fleet: { instances: [...instances, drilled] },
    collectors: { 'octopus-api': { interval: '1s' }, 'octopus-server-log': { read_from: 'beginning' } },
    store: store.config,
  };
  return { directory, random, fleet, log, store, config };
}

/** The first start: which files there are is known from here on. */
async function begin({ config, directory, random }: Drill): Promise<void> {
  const daemon = await startDaemon({ config, directory });
  await sleep(500 + random.next() * 500);
  await daemon.kill9();
}

/** Logs go on and are rotated while it starts, while it runs, and sometimes while it does not. */
async function runAndKill({ directory, config, random, log, store }: Drill): Promise<void> {
  if (random.next() < 0.5) {
    await sleep(200);
    log.rotate();
    await sleep(200);
  }
  if (random.next() < 0.2) log.rotate();
  store.disturb(random);
  const child = startChild(['run', '--config', writeConfig(directory, config)], { directory });
  const rotation = setInterval(() => log.rotate(), ROTATE_EVERY_MS);
  await sleep(random.next() * 2500);
  clearInterval(rotation);
  child.kill('SIGKILL');
  await child.ended;
}

/** The writers end, and a last run delivers what is left. */
async function finish({ directory, config, log, fleet, store }: Drill): Promise<void> {
  store.calm();
  log.finish();
  await fleet.close();
  await using daemon = await startDaemon({ config, directory });
  const expected = log.written().length;
  await eventually('every line is stored', async () => (await store.paths('drill')).length >= expected);
  await eventually('the fleet is stored', async () => {
    const stored = await Promise.all(fleet.instances.map(({ tenant }) => store.events(tenant)));
    return stored.every((count, index) => count >= rowsOf(fleet.instances[index]?.logFile ?? ''));
  });
  await eventually(
    'nothing waits',
    async () => (await metricsOf(daemon.url)).get('octowatch_spool_pending_bytes') === 0,
  );
  await daemon.stop();
}

async function checkLines({ log, fleet, store }: Drill): Promise<void> {
  const stored = (await store.paths('drill')).map(numberOf).toSorted((a, b) => Number(a) - Number(b));
  assert.deepEqual(stored, log.written());
  for (const { tenant, logFile } of fleet.instances)
    assert.equal(await store.events(tenant), rowsOf(logFile), tenant);
}

async function checkLedger({ directory, store }: Drill): Promise<void> {
  const spool = await openSpool({
    disk: systemDisk,
    directory: join(directory, 'data', 'spool'),
    clock: systemClock,
    namespace: NAMESPACE,
    log: silentLog,
    metrics: NO_METRICS,
    maxBytes: 1e9,
    policy: 'block',
  });
  const { ledger } = spool;
  await spool.close();
  const stored = await store.documents();
  assert.deepEqual([ledger.deadLettered, ledger.dropped], [0, 0]);
  assert.equal(ledger.read, ledger.delivered + ledger.pending);
  // What was polled while it stopped may wait for the next start, and be stored already.
  assert.ok(ledger.delivered <= stored && stored <= ledger.read, JSON.stringify({ stored, ...ledger }));
  assert.ok(ledger.pending < 100, `${ledger.pending} documents wait`);
}

/** Events that a whole log holds, counted by the parser itself. */
function rowsOf(file: string): number {
  const batch = new ColumnBatch();
  const target = { tenant: 't', info: {}, files: {}, timeZone: 'UTC' };
  octopusServerLog.createParser(target, () => true).parse(readFileSync(file), 0, batch);
  return batch.rows;
}
