import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openHead, queues, read, requests, SECOND, silent, START } from '../../../test/fakes/head-fixture.ts';
import { createMatcher, type Matcher } from '../../model/matcher.ts';
import { systemDisk } from '../../system/system-disk.ts';
import { mergeSeries } from '../merge-series.ts';
import { HEAD_KEEPS_MS, openChunks } from './chunks.ts';

const MINUTE = 60 * SECOND;
const ALWAYS = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
const signal = new AbortController().signal;

test('what goes through a head is in history: gauges, counters of events, stale markers', async (t) => {
  const { clock, metrics, directory, head } = await openHead(t, {
    windowMs: 0,
    keepAtLeastMs: HEAD_KEEPS_MS,
  });
  const options = { clock, disk: systemDisk, directory: join(directory, 'history'), log: silent, metrics };
  const chunks = await openChunks({ ...options, retention: () => ({ keepMs: 60 * MINUTE }) });
  for (let second = 0; second < 20 * 60; second += 15) {
    const lengths = second < 300 ? { a: second, b: 1 } : { a: second };
    head.ingest(queues('acme', clock.now(), lengths), clock.now(), { source: 'poll' });
    head.ingest(requests('acme', [clock.now(), '/api', '2xx', 0.2]), clock.now());
    head.tick(clock.now());
    await clock.advance(15 * SECOND);
    if (second % 30 === 0) await chunks.cut(head, signal);
  }
  const matchers: Matcher[] = [];
  const found = read(await chunks.fetch([{ matchers, range: ALWAYS }], signal));
  assert.match(found['octopus_queue_length{name="b", tenant="acme"}'] ?? '', /^0:1 15:1 .* 285:1 300:stale$/);
  assert.match(found['octopus_queue_length{name="a", tenant="acme"}'] ?? '', /^0:0 15:15 .* 900:900 /);
  const total = found['octopus_requests_total{route="/api", tenant="acme"}'] ?? '';
  assert.match(total, /^-15:0 0:1 15:2 .* 900:61 /);
  assert.equal(Object.keys(found).length, 8);
});

test('what a rule gave is in history with its end, also when the writer ended while a cut was under way', async (t) => {
  const { clock, metrics, directory, head } = await openHead(t, {
    windowMs: 0,
    keepAtLeastMs: HEAD_KEEPS_MS,
  });
  const options = { clock, disk: systemDisk, directory: join(directory, 'history'), log: silent, metrics };
  const chunks = await openChunks({ ...options, retention: () => ({ keepMs: 60 * MINUTE }) });
  const labels = ['a', 'b'].map((name) => ({ __name__: 'job:x:sum', name }));
  const frame = { epoch: 0, length: 2, labels: (i: number) => labels[i] ?? {} };
  const writer = head.writer('g;job:x:sum');
  for (let round = 0; round < 40; round++) {
    const present = Uint8Array.of(1, round < 12 ? 1 : 0);
    if (round < 20) writer.write(clock.now(), { frame, values: Float64Array.of(round, 1), present });
    const cutting = chunks.cut(head, signal);
    if (round === 20) writer.end(clock.now());
    head.tick(clock.now());
    await Promise.all([cutting, clock.advance(15 * SECOND)]);
  }
  const range = { start: START, end: clock.now() };
  const reader = mergeSeries(await chunks.fetch([{ matchers: [], range }], signal), head);
  const found = read(reader);
  assert.match(found['job:x:sum{name="a"}'] ?? '', /^0:0 15:1 .* 285:19 300:stale$/);
  assert.match(found['job:x:sum{name="b"}'] ?? '', /^0:1 15:1 .* 165:1 180:stale$/);
});

test('a head that was read from its log after a long stop gives history what it is about to forget', async (t) => {
  const { clock, metrics, directory, head, reopen } = await openHead(t, { windowMs: 10 * MINUTE });
  const options = { clock, disk: systemDisk, directory: join(directory, 'history'), log: silent, metrics };
  for (let minute = 0; minute < 5; minute++) {
    head.ingest(queues('acme', clock.now(), { a: minute }), clock.now(), { source: 'poll' });
    await clock.advance(MINUTE);
  }
  await head.close();
  await clock.advance(300 * MINUTE);
  const chunks = await openChunks({ ...options, retention: () => ({ keepMs: 900 * MINUTE }) });
  const opened = await reopen({ onRefill: (refilled) => chunks.rescue(refilled, signal) });
  const matchers = [createMatcher('tenant', '=', 'acme')];
  assert.deepEqual(read(opened), {});
  assert.deepEqual(read(await chunks.fetch([{ matchers, range: ALWAYS }], signal)), {
    'octopus_queue_length{name="a", tenant="acme"}': '0:0 60:1 120:2 180:3 240:4',
  });
});

test('an iteration over the head may rest while series are born, end and leave', async (t) => {
  const { clock, head } = await openHead(t, { windowMs: 5 * MINUTE });
  const names = Array.from({ length: 500 }, (_, i) => `q${i}`);
  const lengths = (from: number): Record<string, number> =>
    Object.fromEntries(names.slice(from).map((name) => [name, 1]));
  head.ingest(queues('acme', clock.now(), lengths(0)), clock.now(), { source: 'poll' });
  const seen: string[] = [];
  const range = { start: START, end: START };
  for (const { labels, timestamps } of head.select([createMatcher('tenant', '=', 'acme')], range)) {
    assert.deepEqual([...timestamps], [START]);
    seen.push(labels['name'] ?? '');
    if (seen.length % 100 !== 0) continue;
    await clock.advance(SECOND);
    const others = { ...lengths(seen.length / 2), [`new${seen.length}`]: 1 };
    head.ingest(queues('acme', clock.now(), others), clock.now(), { source: 'poll' });
    head.tick(clock.now());
  }
  assert.deepEqual(seen.toSorted(), names.toSorted());
});
