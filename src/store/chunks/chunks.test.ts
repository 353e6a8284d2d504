import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { CountingMetrics, SECOND, silent, START } from '../../../test/fakes/head-fixture.ts';
import { SimulatedDisk } from '../../../test/fakes/simulated-disk.ts';
import { Failure } from '../../model/failure.ts';
import { formatLabels, METRIC_NAME, type Labels } from '../../model/labels.ts';
import { createMatcher, matchesAll, type Matcher } from '../../model/matcher.ts';
import type { Clock, Disk } from '../../model/ports.ts';
import { setStale, type Series, type SeriesReader, type TimeRange } from '../../model/series.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { openChunks, type Chunks, type ChunksOptions } from './chunks.ts';
import type { CutSource } from './cut-chunk.ts';

const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ALWAYS = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
const signal = new AbortController().signal;

/** Says what the head would: every sample that was written, for `keepMs`. */
class FakeHead implements CutSource {
  readonly #series = new Map<string, { labels: Labels; times: number[]; bits: bigint[] }>();
  keepFrom = Number.NEGATIVE_INFINITY;

  write(labels: Labels, time: number, value: number | 'stale'): void {
    const key = formatLabels(labels);
    let series = this.#series.get(key);
    if (series === undefined) this.#series.set(key, (series = { labels, times: [], bits: [] }));
    series.times.push(time);
    const cell = new Float64Array([value === 'stale' ? 0 : value]);
    if (value === 'stale') setStale(cell, 0);
    series.bits.push(new BigUint64Array(cell.buffer)[0] ?? 0n);
  }

  metricNames(): Iterable<string> {
    return new Set(Array.from(this.#series.values(), ({ labels }) => labels[METRIC_NAME] ?? ''));
  }

  *select(matchers: readonly Matcher[], { start, end }: TimeRange): Iterable<Series> {
    for (const { labels, times, bits } of this.#series.values()) {
      if (!matchesAll(matchers, labels)) continue;
      const from = Math.max(start, this.keepFrom);
      const places = [...times.keys()].filter((i) => times[i]! >= from && times[i]! <= end);
      if (places.length === 0) continue;
      const timestamps = Float64Array.from(places, (i) => times[i]!);
      yield {
        labels,
        timestamps,
        values: new Float64Array(BigUint64Array.from(places, (i) => bits[i]!).buffer),
      };
    }
  }
}

interface World {
  readonly disk: SimulatedDisk;
  readonly clock: VirtualClock;
  readonly head: FakeHead;
  readonly metrics: CountingMetrics;
  open(disk?: Disk, changed?: Partial<ChunksOptions>): Promise<Chunks>;
}

function world(start = START): World {
  const disk = new SimulatedDisk();
  const clock = new VirtualClock(start);
  disk.now = () => clock.now();
  const metrics = new CountingMetrics();
  const options = {
    clock,
    directory: '/history',
    log: silent,
    metrics,
    retention: () => ({ keepMs: 30 * DAY }),
  };
  return {
    disk,
    clock,
    head: new FakeHead(),
    metrics,
    open(other = disk, changed = {}) {
      if (other instanceof SimulatedDisk) other.now = () => clock.now();
      return openChunks({ ...options, disk: other, ...changed });
    },
  };
}

const TENANTS = ['acme', 'bolt', 'cog'];

/** What polls of three tenants give at a time, each at a time of its own: with jitter, gaps, ends and odd values. */
function poll(head: FakeHead, time: number): void {
  const round = Math.round((time - START) / (15 * SECOND));
  for (const [i, tenant] of TENANTS.entries()) {
    const at = time + i * 137 + (round % 3);
    if ((round + i) % 41 === 0) continue;
    head.write({ [METRIC_NAME]: 'up', tenant }, at, (round + i) % 97 === 0 ? 0 : 1);
    head.write({ [METRIC_NAME]: 'requests_total', tenant, route: '/api' }, at, round * 7 + i);
    head.write({ [METRIC_NAME]: 'load', tenant }, at, Math.sin(round * 0.1 + i));
    const odd = [Number.NaN, -0, Infinity, 0.1, 'stale', 12.5] as const;
    if (i === 1) head.write({ [METRIC_NAME]: 'odd', tenant }, at, odd[round % odd.length] ?? 0);
    if (i === 2 && round % 100 < 50)
      head.write({ [METRIC_NAME]: 'batch', tenant, job: String(round % 2) }, at, 5);
  }
}

/** Lets time pass as the agent does: polls, and whatever is due for history. */
async function live(
  { clock, head }: World,
  chunks: Chunks,
  ms: number,
  keepMs = 5 * MINUTE,
  isDead = (): boolean => false,
): Promise<void> {
  for (const until = clock.now() + ms; clock.now() < until && !isDead();) {
    poll(head, clock.now());
    await clock.advance(15 * SECOND);
    head.keepFrom = clock.now() - keepMs;
    if (clock.now() % (30 * SECOND) === 0) await mind(chunks, head);
  }
}

async function mind(chunks: Chunks, head: CutSource): Promise<void> {
  await chunks.cut(head, signal);
  await chunks.tidy(signal);
}

/** Samples as text: each time in ms since `START` and the bits of the value. */
function written(
  reader: SeriesReader,
  matchers: readonly Matcher[] = [],
  range: TimeRange = ALWAYS,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { labels, timestamps, values } of reader.select(matchers, range)) {
    const bits = new BigUint64Array(values.slice().buffer);
    assert.ok(!found.has(formatLabels(labels)), 'a series came twice');
    found.set(
      formatLabels(labels),
      Array.from(timestamps, (time, i) => `${time - START}:${bits[i]?.toString(16)}`),
    );
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function history(
  chunks: Chunks,
  range: TimeRange = ALWAYS,
  ...matchers: Matcher[]
): Promise<Map<string, string[]>> {
  return written(await chunks.fetch([{ matchers, range }], signal), matchers, range);
}

/** History has all that was ever written, up to a cut that is not long ago. */
async function assertComplete(w: World, chunks: Chunks, message = 'history'): Promise<Map<string, string[]>> {
  const found = await history(chunks);
  const times = Array.from(found.values(), (samples) => samples.map(timeOf)).flat();
  const end = START + times.reduce((latest, time) => Math.max(latest, time), 0);
  assert.ok(end > w.clock.now() - 4.75 * MINUTE, `${message}: ends ${w.clock.now() - end} ms ago`);
  assert.deepEqual(found, all(w, end), message);
  return found;
}

/** All that was ever written up to a time. */
function all({ head }: World, end: number): Map<string, string[]> {
  const keepFrom = head.keepFrom;
  head.keepFrom = Number.NEGATIVE_INFINITY;
  const found = written(head, [], { start: Number.NEGATIVE_INFINITY, end });
  head.keepFrom = keepFrom;
  return found;
}

test('what left the head is read back, each sample once and bit for bit, also after a restart', async () => {
  const w = world();
  const chunks = await w.open();
  assert.equal(chunks.since, Infinity);
  await live(w, chunks, 5 * HOUR);
  assert.equal(chunks.since, START + 137);
  const expected = await assertComplete(w, chunks);
  assert.deepEqual(await history(await w.open()), expected);
  const files = (await w.disk.list('/history')).length;
  assert.ok(files < 20, `${files} files: 2 of two hours, some of 12 minutes, some of 2`);
  const samples = [...expected.values()].reduce((sum, list) => sum + list.length, 0);
  assert.equal(w.metrics.counts['octowatch_history_samples_total'], samples);
});

test('a fetch gives the series of its matchers in its range, of several requests together', async () => {
  const w = world();
  const chunks = await w.open();
  await live(w, chunks, 3 * HOUR);
  const range = { start: START + 100 * MINUTE, end: START + 130 * MINUTE + 137 };
  const matchers = [createMatcher(METRIC_NAME, '=~', 'up|load'), createMatcher('tenant', '!=', 'acme')];
  const found = await history(chunks, range, ...matchers);
  assert.deepEqual(found, written(unbounded(w), matchers, range));
  assert.equal(found.size, 4);
  const both = await chunks.fetch(
    [
      { matchers: [createMatcher(METRIC_NAME, '=', 'up')], range: { start: START, end: START + HOUR } },
      { matchers: [createMatcher('tenant', '=', 'bolt')], range },
    ],
    signal,
  );
  const up = [createMatcher(METRIC_NAME, '=', 'up')];
  const early = { start: START, end: START + HOUR };
  assert.deepEqual(written(both, up, early), written(unbounded(w), up, early));
  const bolt = [createMatcher('tenant', '=', 'bolt')];
  assert.deepEqual(written(both, bolt, range), written(unbounded(w), bolt, range));
  assert.equal((await history(chunks, { start: 0, end: START - 1 })).size, 0);
});

function unbounded({ head }: World): FakeHead {
  head.keepFrom = Number.NEGATIVE_INFINITY;
  return head;
}

test('killed or cut off from power at any moment, nothing that the head still has is lost, and nothing comes twice', async () => {
  const steps = await operationsOf(30 * MINUTE);
  for (let at = 1; at <= steps; at += 5) {
    const w = world(START + 100 * MINUTE);
    const chunks = await w.open();
    w.disk.fault = (_operation, _path, count) => {
      if (count >= at) throw new Failure('disk', 'the power is gone');
    };
    await live(w, chunks, DAY, 5 * MINUTE, () => w.disk.operations >= at);
    const after = at % 2 === 0 ? w.disk.afterKill() : w.disk.afterPowerCut(() => ((at * 7) % 10) / 10);
    const again = await w.open(after);
    await again.rescue(w.head, signal);
    await live(w, again, 10 * MINUTE);
    await assertComplete(w, again, `stopped at operation ${at}`);
    await live(w, again, 26 * MINUTE);
    await assertComplete(w, again, `merged after ${at}`);
  }
});

async function operationsOf(ms: number): Promise<number> {
  const w = world(START + 100 * MINUTE);
  await live(w, await w.open(), ms);
  return w.disk.operations;
}

test('after a long stop the last minutes before it are rescued from the head', async () => {
  const w = world();
  await live(w, await w.open(), 31 * MINUTE);
  await w.clock.advance(5 * HOUR);
  const chunks = await w.open();
  await chunks.rescue(w.head, signal);
  w.head.keepFrom = w.clock.now();
  assert.deepEqual(await history(chunks), all(w, w.clock.now()));
});

test('a full disk is counted and told once; what the head still has is cut when there is room again', async () => {
  const w = world();
  const told: string[] = [];
  const log = {
    ...silent,
    error: (fields: object, message: string) =>
      told.push(`${(fields as { operation: string }).operation}: ${message}`),
  };
  const chunks = await w.open(w.disk, { log });
  await live(w, chunks, 10 * MINUTE);
  w.disk.fault = (operation) => {
    if (operation === 'append') throw new Failure('disk', 'no space left on device');
  };
  await live(w, chunks, 10 * MINUTE, 30 * MINUTE);
  assert.ok((w.metrics.counts['octowatch_history_failures_total cut'] ?? 0) > 10);
  assert.deepEqual(told, [
    'cut: history fails: rules go on without it, trying again',
    'merge: history fails: rules go on without it, trying again',
  ]);
  assert.ok((await w.disk.list('/history')).every((name) => name.endsWith('.octo')));
  w.disk.fault = () => undefined;
  await live(w, chunks, 4 * MINUTE, 30 * MINUTE);
  await assertComplete(w, chunks);
});

test('damaged bytes cost what they are part of, never give another value, and are counted', async () => {
  const w = world();
  await live(w, await w.open(), 150 * MINUTE);
  const expected = await history(await w.open());
  const names = await w.disk.list('/history');
  const spans = await spansOf(w, names);
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 48_271) % 0x7fff_ffff) % below;
  let missing = 0;
  for (let round = 0; round < 300; round++) {
    const disk = w.disk.afterKill();
    const path = `/history/${names[random(names.length)]}`;
    const bytes = Buffer.from(disk.bytes(path) ?? []);
    if (round % 5 === 0) disk.put(path, bytes.subarray(0, random(bytes.length)));
    else {
      for (let i = random(3); i >= 0; i--) bytes[random(bytes.length)]! ^= 1 << random(8);
      disk.put(path, bytes);
    }
    const { counts } = w.metrics;
    const countedBefore = damages(counts);
    const chunks = await w.open(disk);
    const found = await history(chunks);
    for (const [series, samples] of found) {
      const right = new Set(expected.get(series));
      assert.ok(
        samples.every((sample) => right.has(sample)),
        `round ${round}: a wrong sample of ${series}`,
      );
    }
    if (countOf(expected) > countOf(found)) missing++;
    if (!bytes.equals(w.disk.bytes(path)!))
      assert.ok(damages(counts) > countedBefore, `round ${round}: not counted`);
    const lostTimes = [...expected].flatMap(([series, samples]) => {
      const read = new Set(found.get(series));
      return samples.filter((sample) => !read.has(sample)).map(timeOf);
    });
    const [start = 0, end = 0] = spans.get(path) ?? [];
    assert.ok(
      lostTimes.every((time) => time >= start && time <= end),
      `round ${round}: the other files are read`,
    );
    await mind(chunks, w.head);
  }
  assert.ok(missing > 200, `${missing}`);
});

/** The first and the last time in each file. */
async function spansOf(w: World, names: readonly string[]): Promise<Map<string, readonly [number, number]>> {
  const spans = new Map<string, readonly [number, number]>();
  for (const name of names) {
    const disk = new SimulatedDisk();
    disk.put(`/history/${name}`, w.disk.bytes(`/history/${name}`)!);
    const times = [...(await history(await w.open(disk))).values()].flat().map(timeOf);
    spans.set(`/history/${name}`, [Math.min(...times), Math.max(...times)]);
  }
  return spans;
}

function timeOf(sample: string): number {
  return Number(sample.split(':')[0]);
}

function countOf(series: ReadonlyMap<string, readonly string[]>): number {
  return [...series.values()].reduce((sum, { length }) => sum + length, 0);
}

function damages(counts: Readonly<Record<string, number>>): number {
  return (
    (counts['octowatch_history_damaged_total file'] ?? 0) +
    (counts['octowatch_history_damaged_total section'] ?? 0)
  );
}

test('a file with a damaged section is put aside when its others are merged', async () => {
  const w = world();
  await live(w, await w.open(), 9 * MINUTE);
  const name = (await w.disk.list('/history'))[0];
  w.disk.bytes(`/history/${name}`)![20]! ^= 0xff;
  await live(w, await w.open(), 10 * MINUTE);
  assert.ok((await w.disk.list('/history')).includes(`${name}.damaged`));
  assert.equal(w.metrics.counts['octowatch_history_damaged_total section'], 1);
});

test('an answer says of which time something is missing', async () => {
  const w = world();
  await live(w, await w.open(), 9 * MINUTE);
  const name = (await w.disk.list('/history'))[0];
  w.disk.bytes(`/history/${name}`)![20]! ^= 0xff;
  const ask = [{ matchers: [], range: ALWAYS }];
  const { warnings } = await (await w.open()).fetch(ask, signal);
  assert.deepEqual(warnings, [
    'history from 2026-11-21T00:00:00.137Z to 2026-11-21T00:00:15.275Z is damaged or cannot be read: samples are missing',
  ]);
  const unreadable: Disk = {
    ...bound(w.disk),
    open: (path, mode) =>
      path.endsWith(`${name}`) && reads++ > 0
        ? Promise.reject(new Failure('disk', 'input/output error'))
        : w.disk.open(path, mode),
  };
  let reads = 0;
  const chunks = await w.open(unreadable);
  const answer = await chunks.fetch(ask, signal);
  assert.deepEqual(answer.warnings, warnings);
  assert.ok(written(answer).size > 5);
  assert.equal(w.metrics.counts['octowatch_history_failures_total read'], 1);
});

function bound(disk: SimulatedDisk): Disk {
  return {
    open: (path, mode) => disk.open(path, mode),
    stat: (path) => disk.stat(path),
    list: (path) => disk.list(path),
    mkdir: (path) => disk.mkdir(path),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    syncDirectory: (path) => disk.syncDirectory(path),
  };
}

test('a file of a newer version stays as it is and is not read, and the agent starts', async () => {
  const w = world();
  await live(w, await w.open(), 5 * MINUTE);
  const name = (await w.disk.list('/history'))[0];
  const bytes = w.disk.bytes(`/history/${name}`)!;
  bytes.writeUInt32LE(9, 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 8)), 8);
  const before = Buffer.from(bytes);
  const told: object[] = [];
  const chunks = await w.open(w.disk, { log: { ...silent, error: (fields: object) => told.push(fields) } });
  assert.match(JSON.stringify(told), /has format 9, this version reads 1/);
  assert.equal(w.metrics.counts['octowatch_history_failures_total open'], 1);
  await live(w, chunks, 20 * MINUTE);
  assert.deepEqual(w.disk.bytes(`/history/${name}`), before);
  assert.ok((await history(chunks)).size > 0);
});

test('a directory that cannot be read stops no start; no file in it is overwritten when it can', async () => {
  const w = world();
  await live(w, await w.open(), 31 * MINUTE);
  let isBroken = true;
  const broken: Disk = {
    ...bound(w.disk),
    list: (path) =>
      isBroken ? Promise.reject(new Failure('disk', 'input/output error')) : w.disk.list(path),
  };
  const chunks = await w.open(broken);
  const { warnings } = await chunks.fetch([{ matchers: [], range: ALWAYS }], signal);
  assert.deepEqual(warnings, ['history on the local disk cannot be read']);
  await chunks.rescue(w.head, signal);
  await live(w, chunks, 2 * MINUTE);
  isBroken = false;
  await live(w, chunks, 6 * MINUTE);
  await assertComplete(w, chunks);
});

test('the time that left the head before a full disk had room again is counted and told', async () => {
  const w = world();
  const told: object[] = [];
  const log = { ...silent, error: (fields: object, message: string) => told.push({ ...fields, message }) };
  const chunks = await w.open(w.disk, { log });
  await live(w, chunks, 10 * MINUTE);
  assert.equal(w.metrics.counts['octowatch_history_lost_seconds_total'], undefined);
  w.disk.fault = (operation) => {
    if (operation === 'append') throw new Failure('disk', 'no space left on device');
  };
  const before = await history(chunks);
  await live(w, chunks, 20 * MINUTE);
  w.disk.fault = () => undefined;
  await live(w, chunks, 10 * MINUTE);
  const ends = (samples: readonly string[] = []): number[] => samples.map(timeOf);
  const last = Math.max(...ends(before.get('up{tenant="acme"}')));
  const next = ends((await history(chunks)).get('up{tenant="acme"}')).find((time) => time > last) ?? 0;
  const lost = w.metrics.counts['octowatch_history_lost_seconds_total'] ?? 0;
  assert.ok(Math.abs(lost - (next - last) / 1000) <= 30, `${lost} s of ${(next - last) / 1000}`);
  const [gap] = told.filter((fields) => JSON.stringify(fields).includes('history lacks samples'));
  assert.match(JSON.stringify(gap), /"from":"2026-11-21T00:0\d:.*"to":"2026-11-21T00:2\d:/);
});

test('a full disk does not keep old files from going', async () => {
  const w = world();
  let keep: { keepMs: number; maxBytes?: number } = { keepMs: DAY };
  const chunks = await w.open(w.disk, { retention: () => keep });
  await live(w, chunks, HOUR);
  w.disk.fault = (operation) => {
    if (operation === 'append') throw new Failure('disk', 'no space left on device');
  };
  keep = { keepMs: DAY, maxBytes: 0 };
  await live(w, chunks, 2 * MINUTE);
  assert.deepEqual(await w.disk.list('/history'), []);
});

test('a file that cannot be read does not keep others from being merged', async () => {
  const w = world();
  await live(w, await w.open(), 11 * MINUTE);
  const bad = `/history/${(await w.disk.list('/history'))[1]}`;
  let reads = 0;
  const disk: Disk = {
    ...bound(w.disk),
    open: (path, mode) =>
      path === bad && reads++ > 0
        ? Promise.reject(new Failure('disk', 'input/output error'))
        : w.disk.open(path, mode),
  };
  const chunks = await w.open(disk);
  await live(w, chunks, 80 * MINUTE);
  assert.ok((w.metrics.counts['octowatch_history_failures_total merge'] ?? 0) > 0);
  assert.ok((await w.disk.list('/history')).length < 20);
});

test('a file that somebody removed is told and counted once; the others are read and merged', async () => {
  const w = world();
  const told: object[] = [];
  const log = { ...silent, error: (fields: object, message: string) => told.push({ ...fields, message }) };
  const chunks = await w.open(w.disk, { log });
  await live(w, chunks, 40 * MINUTE);
  const path = `/history/${(await w.disk.list('/history'))[0]}`;
  await w.disk.remove(path);
  assert.ok((await history(chunks)).size > 0);
  assert.deepEqual(told, [{ path, message: 'a history file is gone, its samples are missing' }]);
  assert.equal(damages(w.metrics.counts), 1);
  const restarted = await w.open();
  await w.disk.remove(`/history/${(await w.disk.list('/history'))[0]}`);
  await live(w, restarted, 2 * HOUR);
  assert.ok((await w.disk.list('/history')).length < 12);
  assert.equal(damages(w.metrics.counts), 2);
});

test('what was put aside goes with the history of its time, and gives its name to no other', async () => {
  const w = world();
  const chunks = await w.open(w.disk, { retention: () => ({ keepMs: 3 * HOUR }) });
  await live(w, chunks, 5 * MINUTE);
  const name = (await w.disk.list('/history')).at(-1)!;
  const bytes = w.disk.bytes(`/history/${name}`)!;
  bytes[bytes.length - 1]! ^= 0xff;
  const again = await w.open(w.disk, { retention: () => ({ keepMs: 3 * HOUR }) });
  await live(w, again, 2 * HOUR);
  const names = await w.disk.list('/history');
  assert.ok(names.includes(`${name}.damaged`) && !names.includes(name));
  await live(w, again, 2 * HOUR);
  assert.ok(!(await w.disk.list('/history')).includes(`${name}.damaged`));
  assert.equal(w.metrics.counts['octowatch_history_removed_files_total age'], 1);
});

test('a clock that is set back under way lets no cut wait for it', async () => {
  const w = world(START + 5 * HOUR);
  let offset = 0;
  const clock: Clock = {
    now: () => w.clock.now() + offset,
    sleep: (ms, until) => w.clock.sleep(ms, until),
  };
  const chunks = await w.open(w.disk, { clock });
  await live(w, chunks, 10 * MINUTE);
  offset = -HOUR;
  const late = new FakeHead();
  for (let minute = 0; minute < 10; minute++) {
    poll(late, clock.now());
    await w.clock.advance(MINUTE);
    await chunks.cut(late, signal);
  }
  const times = [...(await history(chunks)).values()].flat().map(timeOf);
  assert.ok(times.some((time) => time < 4.5 * HOUR));
});

test('history goes when it is too old, or the oldest of it when it is too large', async () => {
  const w = world();
  let keep: { keepMs: number; maxBytes?: number } = { keepMs: 3 * HOUR };
  const chunks = await w.open(w.disk, { retention: () => keep });
  await live(w, chunks, 7 * HOUR - MINUTE);
  const oldest = async (): Promise<number> =>
    Math.min(...Array.from((await history(chunks)).values(), ([first]) => Number(first?.split(':')[0])));
  assert.equal(Math.floor((await oldest()) / HOUR), 2);
  const { metrics } = w;
  assert.equal(metrics.counts['octowatch_history_removed_files_total age'], 1);
  const sizes = (await w.disk.list('/history')).map((name) => w.disk.bytes(`/history/${name}`)!.length);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  keep = { keepMs: DAY, maxBytes: bytes / 2 };
  await live(w, chunks, 4 * MINUTE);
  assert.ok((metrics.counts['octowatch_history_removed_files_total bytes'] ?? 0) >= 1);
  assert.ok((await oldest()) > 3 * HOUR);
});

test('a query that would not fit is refused, and one that waits can be given up', async () => {
  const w = world();
  const chunks = await w.open(w.disk, { maxSamples: 1000 });
  await live(w, chunks, HOUR);
  await assert.rejects(history(chunks), (error) => error instanceof Failure && error.reason === 'budget');
  assert.equal((await history(chunks, ALWAYS, createMatcher('tenant', '=', 'acme'))).size, 3);
  await assert.rejects(chunks.fetch([{ matchers: [], range: ALWAYS }], AbortSignal.abort()), /abort/i);
});

test('a narrow range of a long history is held without the rest of its files', async () => {
  const w = world();
  const chunks = await w.open();
  await live(w, chunks, 5 * HOUR);
  const range = { start: START + HOUR, end: START + HOUR + MINUTE };
  const reader = await chunks.fetch([{ matchers: [], range }], signal);
  const buffers = new Set<ArrayBufferLike>();
  let samples = 0;
  for (const { timestamps, values } of reader.select([], range)) {
    buffers.add(timestamps.buffer).add(values.buffer);
    samples += values.length;
  }
  const held = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
  assert.ok(samples > 30);
  assert.ok(held <= samples * 16, `${held} bytes for ${samples} samples`);
});

test('a fetch sees the same while files are merged under it', async () => {
  const w = world();
  const chunks = await w.open();
  await live(w, chunks, 122 * MINUTE);
  const range = { start: START, end: START + 110 * MINUTE };
  const expected = await history(chunks, range);
  await w.clock.advance(4 * MINUTE);
  const fresh = await w.open();
  const [found] = await Promise.all([history(fresh, range), mind(fresh, w.head)]);
  assert.deepEqual(found, expected);
  assert.deepEqual(await history(fresh, range), expected);
});

test('a clock that was set back loses nothing of the time after it, and gives no sample twice', async () => {
  const w = world();
  const chunks = await w.open();
  await live(w, chunks, 3 * HOUR);
  const before = await history(chunks);
  const back = { ...w, clock: new VirtualClock(START + 2 * HOUR), head: new FakeHead() };
  const again = await back.open(w.disk, { clock: back.clock });
  await live(back, again, 3 * HOUR);
  for (const [series, samples] of await history(again)) {
    const times = samples.map(timeOf);
    assert.ok(
      times.every((time, i) => i === 0 || time > times[i - 1]!),
      `${series} rises`,
    );
    assert.deepEqual(samples.slice(0, before.get(series)?.length ?? 0), before.get(series) ?? []);
    if (series.startsWith('up')) assert.ok(times.at(-1)! > 5 * HOUR - 5 * MINUTE);
  }
});
