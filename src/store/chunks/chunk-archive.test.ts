import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { silentLog } from '../../../test/fakes/silent-log.ts';
import { SimulatedDisk } from '../../../test/fakes/simulated-disk.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import { createMatcher, matchesAll, type Matcher } from '../../model/matcher.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import type { Series, TimeRange } from '../../model/series.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { openChunkArchive, type ChunkArchive } from './chunk-archive.ts';
import { openChunks, type Chunks } from './chunks.ts';
import type { CutSource } from './cut-chunk.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 1);
const DIRECTORY = '/data/history';
const { signal } = new AbortController();

/** One series with a sample a minute, its value the minute. */
const source: CutSource = {
  metricNames: () => ['x'],
  *select(matchers: readonly Matcher[], { start, end }: TimeRange): Iterable<Series> {
    const labels = { [METRIC_NAME]: 'x', tenant: 'acme' };
    const first = Math.max(0, Math.ceil((start - START) / MINUTE));
    const count = Math.floor((end - START) / MINUTE) - first + 1;
    if (count <= 0 || !matchesAll(matchers, labels)) return;
    const values = Float64Array.from({ length: count }, (_, at) => first + at);
    yield { labels, values, timestamps: values.map((minute) => START + minute * MINUTE) };
  },
};

interface World {
  readonly disk: SimulatedDisk;
  readonly agent: Chunks;
  readonly clock: VirtualClock;
  archive(): Promise<ChunkArchive>;
  names(): Promise<readonly string[]>;
}

/** An agent with some hours of history, in many files. */
async function world(hours: number): Promise<World> {
  const disk = new SimulatedDisk();
  const clock = new VirtualClock(START);
  const options = { disk, directory: DIRECTORY, log: silentLog, metrics: NO_METRICS };
  const agent = await openChunks({ ...options, clock, retention: () => ({ keepMs: 1e12 }) });
  for (let at = 0; at < hours * 30; at++) {
    await clock.advance(2 * MINUTE);
    await agent.cut(source, signal);
  }
  return {
    disk,
    agent,
    clock,
    archive: () => openChunkArchive({ ...options, maxSamples: 1e6 }),
    names: async () => (await disk.list(DIRECTORY)).toSorted(),
  };
}

async function minutesOf(archive: ChunkArchive): Promise<{ minutes: number[]; warnings: readonly string[] }> {
  const matchers = [createMatcher(METRIC_NAME, '=', 'x')];
  const range = { start: START, end: START + 24 * HOUR };
  const past = await archive.fetch([{ matchers, range }], signal);
  return {
    minutes: Array.from(past.select(matchers, range)).flatMap(({ values }) => [...values]),
    warnings: past.warnings ?? [],
  };
}

describe('the files of an agent, read beside it', () => {
  test('all samples are there, and nothing is touched', async () => {
    const { archive, names, disk } = await world(2);
    const half = await disk.open(`${DIRECTORY}/chunk-00009999.octo.tmp`, 'append');
    await half.append(new Uint8Array([1, 2, 3]));
    const before = await names();
    const opened = await archive();
    const { minutes, warnings } = await minutesOf(opened);
    assert.deepEqual(
      minutes,
      Array.from({ length: minutes.length }, (_, minute) => minute),
    );
    assert.ok(minutes.length > 110);
    assert.deepEqual(warnings, []);
    assert.deepEqual([opened.since, opened.samples], [START, minutes.length]);
    assert.deepEqual(await names(), before);
  });

  test('a merge that takes files away meanwhile takes no samples', async () => {
    const { archive, names, agent } = await world(5);
    const opened = await archive();
    const before = await minutesOf(opened);
    const files = (await names()).length;
    await agent.tidy(signal);
    assert.ok((await names()).length < files / 2);
    assert.deepEqual(await minutesOf(opened), before);
  });

  test('a damaged file stays where it is; a warning names it and the rest is read', async () => {
    const { archive, names, disk } = await world(1);
    const [first = ''] = await names();
    const path = `${DIRECTORY}/${first}`;
    const file = await disk.open(path, 'append');
    await file.truncate(20);
    const before = await names();
    const { minutes, warnings } = await minutesOf(await archive());
    assert.ok(minutes.length > 40 && !minutes.includes(0));
    assert.match(warnings.join('\n'), new RegExp(`${first} is left out: `));
    assert.deepEqual(await names(), before);
  });

  test('fetches that go on where the last one ended have what one that begins anew has', async () => {
    const { archive, agent } = await world(6);
    await agent.tidy(signal);
    const matchers = [createMatcher(METRIC_NAME, '=', 'x')];
    const samplesOf = async (from: ChunkArchive, range: TimeRange): Promise<number[][]> => {
      const past = await from.fetch([{ matchers, range }], signal);
      return Array.from(past.select(matchers, range), ({ timestamps, values }) => [...timestamps, ...values]);
    };
    const goingOn = await archive();
    for (let at = START; at < START + 7 * HOUR; at += 47 * MINUTE) {
      for (const reach of [10 * MINUTE, 3 * HOUR]) {
        const range = { start: at - reach, end: at + 47 * MINUTE };
        assert.deepEqual(await samplesOf(goingOn, range), await samplesOf(await archive(), range));
      }
    }
    for (let at = START; at < START + 7 * HOUR; at += 47 * MINUTE) {
      const range = { start: at - 10 * MINUTE, end: at + 47 * MINUTE };
      assert.deepEqual(await samplesOf(goingOn, range), await samplesOf(await archive(), range));
    }
  });
});
