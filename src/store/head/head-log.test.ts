import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  CountingMetrics,
  DATASETS,
  openHead,
  queues,
  read,
  requests,
  scrapedDataset,
  scrapedPage,
  SECOND,
  silent,
  START,
  temporaryDirectory,
} from '../../../test/fakes/head-fixture.ts';
import { Failure } from '../../model/failure.ts';
import type { Disk, DiskFile } from '../../model/ports.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { systemDisk } from '../../system/system-disk.ts';
import { createHead } from './head.ts';

async function segments(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => name.startsWith('head-')).toSorted();
}

/** The real disk, with another way to append. */
function diskThat(append: (file: DiskFile, bytes: Uint8Array) => Promise<void>): Disk {
  return {
    ...systemDisk,
    async open(path, mode) {
      const file = await systemDisk.open(path, mode);
      return {
        stat: () => file.stat(),
        read: (into, position) => file.read(into, position),
        sync: () => file.sync(),
        truncate: (size) => file.truncate(size),
        close: () => file.close(),
        append: (bytes) => append(file, bytes),
      };
    },
  };
}

test('a restart changes nothing that a reader sees', async (t) => {
  const directory = await temporaryDirectory(t);
  let run = 0;
  const step = fc.record({
    kind: fc.constantFrom('poll', 'events', 'rule', 'page', 'remove', 'flush', 'restart'),
    tenant: fc.constantFrom('acme', 'bolt'),
    names: fc.subarray(['a', 'b', 'c']),
    wait: fc.constantFrom(0, 1, 20, 700),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      run++;
      const clock = new VirtualClock(START);
      const options = { clock, disk: systemDisk, log: silent, metrics: new CountingMetrics() };
      const all = { ...options, datasets: DATASETS, windowMs: 300 * SECOND };
      const twin = await createHead({ ...all, directory: join(directory, `${run}-twin`) });
      let head = await createHead({ ...all, directory: join(directory, `${run}`) });
      try {
        for (const { kind, tenant, names, wait } of steps) {
          // A stop writes what a tick later would have: over a second after the marker of a removal, 1 ms after a tick.
          await clock.advance(Math.max(wait, kind === 'restart' ? 2 : 0) * SECOND);
          const now = clock.now();
          for (const one of [head, twin]) {
            one.tick(now);
            if (kind === 'poll')
              one.ingest(queues(tenant, now, Object.fromEntries(names.map((name, i) => [name, i]))), now);
            if (kind === 'events')
              one.ingest(requests(tenant, ...names.map((name) => [now, name, '5xx', 0.2] as const)), now);
            const samples = names.map((name, i) => ({
              labels: { __name__: kind, name, tenant },
              time: now,
              value: i,
            }));
            if (kind === 'rule') one.record(samples.map((sample, i) => ({ ...sample, stale: i === 1 })));
            const rows = samples.map(({ labels: { name }, value }, i) => {
              // Each at a time of its own: each in a block of its own.
              return { metric: kind, labels: `name="${name}"`, tenant, value, time: now - i };
            });
            const complete = { datasets: [scrapedDataset] };
            if (kind === 'page') one.ingest(scrapedPage(now, rows), now, { source: 'edge', complete });
            if (kind === 'remove') one.removeTenant(tenant);
            if (kind === 'flush') await one.flush();
            one.tick(now);
          }
          if (kind === 'restart') {
            await head.close();
            head = await createHead({ ...all, directory: join(directory, `${run}`) });
          }
        }
        const end = clock.now();
        const range = { start: end - 300 * SECOND, end };
        assert.deepEqual(read(head, [], range), read(twin, [], range));
      } finally {
        await head.close();
        await twin.close();
      }
    }),
    { numRuns: 60 },
  );
});

test('a log cut at any byte opens, with the ticks before the cut, and is whole afterwards', async (t) => {
  const fixture = await openHead(t);
  for (let at = 0; at < 5; at++)
    fixture.head.ingest(queues('acme', START + at * SECOND, { a: at, b: at }), START + at * SECOND);
  await fixture.reopen();
  const [name = ''] = await segments(fixture.directory);
  const whole = await readFile(join(fixture.directory, name));
  let most = 0;
  for (let size = whole.length % 3; size <= whole.length; size += 3) {
    for (const old of await segments(fixture.directory)) await rm(join(fixture.directory, old));
    await writeFile(join(fixture.directory, name), whole.subarray(0, size));
    const head = await fixture.reopen();
    const count = (Object.values(read(head))[0] ?? '').split(' ').filter(Boolean).length;
    assert.ok(count >= most && count <= 5, `${count} samples of ${size} bytes`);
    most = count;
    head.ingest(queues('acme', START + 60 * SECOND, { a: 60 }), START + 60 * SECOND);
    const samples = Object.values(read(await fixture.reopen()))[0] ?? '';
    assert.ok(samples.endsWith('60:60'), `after ${size} bytes: ${samples}`);
  }
  assert.equal(most, 5);
  assert.ok((fixture.metrics.counts['octowatch_head_log_corrupt_total torn'] ?? 0) > 10);
});

test('a start succeeds on any bytes', async (t) => {
  const directory = await temporaryDirectory(t);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, withMagic) => {
      const own = join(directory, String(run++));
      await systemDisk.mkdir(own);
      const header = withMagic ? [0x4f, 0x57, 0x48, 0x44, 1, 0, 0, 0] : [];
      await writeFile(join(own, 'head-00000007.log'), Uint8Array.from([...header, ...bytes]));
      const clock = new VirtualClock(START);
      const options = { clock, disk: systemDisk, directory: own, datasets: DATASETS, log: silent };
      const all = { ...options, windowMs: 60_000, metrics: new CountingMetrics() };
      const head = await createHead(all);
      head.ingest(queues('acme', START, { a: 1 }), START);
      await head.close();
      await using again = await createHead(all);
      assert.deepEqual(read(again), { 'octopus_queue_length{name="a", tenant="acme"}': '0:1' });
    }),
    { numRuns: 60 },
  );
});

test('a damaged segment is put aside, counted, and what is good of it used', async (t) => {
  const fixture = await openHead(t);
  for (let at = 0; at < 5; at++)
    fixture.head.ingest(queues('acme', START + at * SECOND, { a: at }), START + at * SECOND);
  await fixture.head.close();
  const [name = ''] = await segments(fixture.directory);
  const bytes = await readFile(join(fixture.directory, name));
  bytes[bytes.length - 60]! ^= 1;
  await writeFile(join(fixture.directory, name), bytes);
  const head = await fixture.reopen();
  assert.equal(Object.values(read(head))[0], '0:0 1:1 2:2');
  assert.deepEqual(await segments(fixture.directory), [`${name}.damaged`, 'head-00000002.log']);
  assert.equal(fixture.metrics.counts['octowatch_head_log_corrupt_total damaged'], 1);
  head.ingest(queues('acme', START + 9 * SECOND, { a: 9 }), START + 9 * SECOND);
  assert.equal(Object.values(read(await fixture.reopen()))[0], '9:9');
});

test('a newer format is refused and left as it is', async (t) => {
  const fixture = await openHead(t);
  await fixture.head.close();
  const [name = ''] = await segments(fixture.directory);
  const bytes = await readFile(join(fixture.directory, name));
  bytes[4] = 3;
  await writeFile(join(fixture.directory, name), bytes);
  await assert.rejects(fixture.reopen(), (error) => error instanceof Failure && error.reason === 'invalid');
  assert.deepEqual(await readFile(join(fixture.directory, name)), bytes);
});

test('a log of the format before is read', async (t) => {
  const fixture = await openHead(t);
  fixture.head.ingest(queues('acme', START, { a: 1 }), START);
  await fixture.head.close();
  const [name = ''] = await segments(fixture.directory);
  const bytes = await readFile(join(fixture.directory, name));
  // It had no record that says where definitions end: the first one here, of one byte.
  const end = bytes.indexOf(Buffer.from([1, 0, 0, 0]), 8) + 9;
  bytes[4] = 1;
  await writeFile(join(fixture.directory, name), Buffer.concat([bytes.subarray(0, 8), bytes.subarray(end)]));
  assert.deepEqual(read(await fixture.reopen()), { 'octopus_queue_length{name="a", tenant="acme"}': '0:1' });
  assert.equal((await segments(fixture.directory)).length, 2);
});

test('segments that have left the window are removed, and counters live on', async (t) => {
  const fixture = await openHead(t, { windowMs: 240 * SECOND });
  const { head, clock, directory } = fixture;
  head.ingest(requests('acme', [START, '/api', '2xx', 1]), START);
  for (let minute = 0; minute < 15; minute++) {
    for (let i = 0; i < 4; i++) {
      head.tick(clock.now());
      await clock.advance(15 * SECOND);
    }
    await head.flush();
  }
  const names = await segments(directory);
  assert.ok(names.length >= 4 && names.length <= 7, names.join(' '));
  assert.ok(!names.includes('head-00000001.log'));
  const again = await fixture.reopen();
  await clock.advance(SECOND);
  again.ingest(requests('acme', [clock.now(), '/api', '2xx', 1]), clock.now());
  again.tick(clock.now());
  const total = read(again)['octopus_requests_total{route="/api", tenant="acme"}'] ?? '';
  assert.match(total, / 900:1 901:2$/);
});

test('what happens while a segment begins is in the log once, whatever it happens to', async (t) => {
  let writing: (() => void) | undefined;
  const disk = diskThat((file, bytes) => {
    writing?.();
    return file.append(bytes);
  });
  const fixture = await openHead(t, { disk, windowMs: 240 * SECOND });
  const { head, clock, directory } = fixture;
  function pollAll(tenants: number): void {
    const now = clock.now();
    for (let i = 0; i < tenants; i++) {
      const lengths = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`q${n}`, now]));
      head.ingest(queues(`t${i}`, now, lengths), now);
    }
    head.ingest(requests('acme', [now, `/${now}`, '5xx', 0.2]), now);
    head.tick(now);
  }
  pollAll(25);
  for (let minute = 0; minute < 7; minute++) {
    await clock.advance(60 * SECOND);
    let tenants = 25;
    // The clock stands still while the disk works, so that only births and new blocks are seen here.
    writing = () => pollAll(tenants < 30 ? ++tenants : 30);
    await head.flush();
    writing = undefined;
    pollAll(25);
  }
  assert.ok((await segments(directory)).length > 3);
  await clock.advance(SECOND);
  head.refresh(clock.now());
  const range = { start: clock.now() - 239 * SECOND, end: clock.now() };
  const before = read(head, [], range);
  assert.ok(Object.keys(before).length > 2500);
  assert.deepEqual(read(await fixture.reopen(), [], range), before);
});

test('a full disk costs the log some seconds and readers nothing', async (t) => {
  let full = false;
  let writes = 0;
  const disk = diskThat(async (file, bytes) => {
    writes++;
    if (!full) return file.append(bytes);
    await file.append(bytes.subarray(0, bytes.length / 2));
    throw new Failure('disk', 'no space left on device');
  });
  const fixture = await openHead(t, { disk });
  const { head, metrics, directory } = fixture;
  async function pollAt(at: number): Promise<void> {
    head.ingest(queues('acme', START + at * SECOND, { a: at, b: at }), START + at * SECOND);
    await head.flush();
  }
  await pollAt(0);
  full = true;
  for (let at = 1; at <= 5; at++) await pollAt(at);
  full = false;
  await pollAt(6);
  await pollAt(7);
  assert.ok(writes > 5);
  assert.equal(Object.values(read(head))[0], '0:0 1:1 2:2 3:3 4:4 5:5 6:6 7:7');
  assert.equal(metrics.counts['octowatch_head_log_failures_total'], 5);
  assert.equal((await segments(directory)).length, 2);
  assert.equal(Object.values(read(await fixture.reopen()))[0], '0:0 7:7');
  assert.deepEqual(
    Object.keys(metrics.counts).filter((name) => name.includes('damaged')),
    [],
  );
});
