import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openHead, queues, read, SECOND, silent } from '../../test/fakes/head-fixture.ts';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { systemDisk } from '../system/system-disk.ts';
import { keepHistory, openHistory } from './history.ts';
import { configOf } from './testing/recording.ts';

const ALWAYS = { start: 0, end: Number.POSITIVE_INFINITY };
const ES = 'store: { elasticsearch: { nodes: ["http://es:9200"] } }';

test('what left the head is kept until the signal, as long as the configuration of the moment says', async (t) => {
  const { clock, directory, head } = await openHead(t);
  let config = configOf('history: { keep: 1h }');
  const disk = new SimulatedDisk();
  const options = {
    clock,
    disk,
    log: silent,
    metrics: NO_METRICS,
    directory,
    config: () => config,
  };
  const history = await openHistory(options);
  assert.ok(history !== undefined);
  const life = new AbortController();
  const keeping = keepHistory(history, head, clock, life.signal);
  head.ingest(queues('acme', clock.now(), { a: 7 }), clock.now(), { source: 'poll' });
  await until(t, clock, () => history.since < Infinity);
  const reader = await history.fetch([{ matchers: [], range: ALWAYS }], life.signal);
  assert.deepEqual(read(reader), { 'octopus_queue_length{name="a", tenant="acme"}': '0:7' });
  config = configOf('history: { keep: 1h, max_bytes: 0B }');
  await until(t, clock, () => history.since === Infinity);
  assert.deepEqual(await disk.list(join(directory, 'history')), []);
  life.abort();
  await keeping;
});

test('an edge that ships to Elasticsearch keeps no history, any other agent does', async (t) => {
  const { clock, directory } = await openHead(t);
  for (const [text, keeps] of [
    [`role: edge\n${ES}`, false],
    ['role: edge', true],
    [ES, true],
    ['', true],
  ] as const) {
    const config = configOf(text);
    const options = { clock, disk: systemDisk, log: silent, metrics: NO_METRICS, directory };
    assert.equal((await openHistory({ ...options, config: () => config })) !== undefined, keeps, text);
  }
});

/** Moves time on. */
async function until(
  t: TestContext,
  clock: { advance(ms: number): Promise<void> },
  condition: () => boolean,
): Promise<void> {
  for (let i = 0; !condition(); i++) {
    assert.ok(i < 200, t.name);
    await clock.advance(30 * SECOND);
  }
}
