import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMatcher } from '../../src/model/matcher.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { openChunks, type Chunks } from '../../src/store/chunks/chunks.ts';
import { systemDisk } from '../../src/system/system-disk.ts';
import { silentLog } from '../fakes/silent-log.ts';
import { codecSpeed } from './parts/history/codec-speed.ts';
import { FLEET, PaperFleet, RANDOM, type Shape } from './parts/history/paper-fleet.ts';
import { simulatedFleet } from './parts/history/simulated-fleet.ts';
import { sizeOf, type Size } from './parts/history/size-of.ts';

/**
 * What history takes on disk and in CPU time, that of all threads. Load 1: 20 simulated instances, polled by their API for
 * 3 h. Load 2: four metrics of 1,000 series each, 15 s apart, for 4 h, cut every 2 min and merged as the agent does.
 * Load 3: the same for 24 h, cut every 2 h; then one metric is read. Load 4: one metric of random floats.
 */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 21);
const SERIES = 1000;
const INTERVAL_MS = 15_000;
const { signal } = new AbortController();

const directory = mkdtempSync(join(tmpdir(), 'octowatch-history-'));
try {
  const simulated = await simulatedFleet(join(directory, 'simulated'), 20, START + 8 * HOUR, 3);
  console.log(`simulated fleet: ${describe(simulated)}`);
  const kept = await live('kept', FLEET, 4, 2 * MINUTE);
  console.log(
    `fleet on paper, as the agent keeps it: ${describe(kept.size)}, ${mega(kept.perCpuSecond)} a CPU-s`,
  );
  const fleet = await live('fleet', FLEET, 24, 2 * HOUR);
  console.log(`fleet on paper, cut every 2 h: ${describe(fleet.size)}, ${mega(fleet.perCpuSecond)} a CPU-s`);
  const random = await live('random', RANDOM, 4, 2 * HOUR);
  console.log(`random floats: ${describe(random.size)}, ${mega(random.perCpuSecond)} a CPU-s`);
  const query = await read('fleet', 24);
  console.log(
    `one metric, 24 h, ${SERIES} series: ${query.samples} samples in ${query.ms} ms (again: ${query.againMs} ms), ` +
      `${mega(query.perCpuSecond)} a CPU-s`,
  );
  const codec = codecSpeed(FLEET);
  const codecOfRandom = codecSpeed(RANDOM);
  console.log(
    `the codec alone: ${mega(codec.encoded)} encoded, ${mega(codec.decoded)} decoded a CPU-s; ` +
      `random floats ${mega(codecOfRandom.encoded)} and ${mega(codecOfRandom.decoded)}`,
  );
  console.log(
    JSON.stringify({
      bench: 'history',
      simulated_bytes_per_sample: perSample(simulated),
      fleet_bytes_per_sample: perSample(fleet.size),
      random_bytes_per_sample: perSample(random.size),
      encoded_samples_per_cpu_s: codec.encoded,
      decoded_samples_per_cpu_s: codec.decoded,
      kept_samples_per_cpu_s: kept.perCpuSecond,
      written_samples_per_cpu_s: fleet.perCpuSecond,
      random_written_samples_per_cpu_s: random.perCpuSecond,
      read_samples_per_cpu_s: query.perCpuSecond,
      query_24h_1000_series_ms: query.ms,
      query_again_ms: query.againMs,
      max_block_ms: kept.maxBlockMs,
    }),
  );
} finally {
  rmSync(directory, { recursive: true });
}

function open(name: string, clock: VirtualClock): Promise<Chunks> {
  return openChunks({
    clock,
    disk: systemDisk,
    directory: join(directory, name),
    log: silentLog,
    metrics: NO_METRICS,
    retention: () => ({ keepMs: 1e12 }),
  });
}

/** Lets history live for some hours of virtual time. */
async function live(
  name: string,
  shapes: Readonly<Record<string, Shape>>,
  hours: number,
  cutMs: number,
): Promise<{ size: Size; perCpuSecond: number; maxBlockMs: number }> {
  // As samples are cut when they are 2 min old, cuts of 2 h begin and end where files do.
  const clock = new VirtualClock(START + 2 * MINUTE - 1);
  const source = new PaperFleet(shapes, SERIES, INTERVAL_MS, START);
  const chunks = await open(name, clock);
  const longest = longestTurn();
  const cpu = process.cpuUsage();
  for (const until = clock.now() + hours * HOUR; clock.now() < until;) {
    await clock.advance(cutMs);
    await chunks.cut(source, signal);
    await chunks.tidy(signal);
  }
  const seconds = cpuSeconds(cpu);
  const size = await sizeOf(join(directory, name));
  return { size, perCpuSecond: Math.round(size.samples / seconds), maxBlockMs: longest() };
}

async function read(
  name: string,
  hours: number,
): Promise<{ samples: number; ms: number; againMs: number; perCpuSecond: number }> {
  const chunks = await open(name, new VirtualClock(START + hours * HOUR));
  const matchers = [createMatcher('__name__', '=', 'paper_requests_total')];
  const request = { matchers, range: { start: START, end: START + hours * HOUR } };
  const cpu = process.cpuUsage();
  const began = performance.now();
  const reader = await chunks.fetch([request], signal);
  const ms = Math.round(performance.now() - began);
  const seconds = cpuSeconds(cpu);
  let samples = 0;
  for (const { values } of reader.select(matchers, request.range)) samples += values.length;
  const again = performance.now();
  await chunks.fetch([request], signal);
  const againMs = Math.round(performance.now() - again);
  return { samples, ms, againMs, perCpuSecond: Math.round(samples / seconds) };
}

/**
 * The longest turn of the event loop, ms, from now until it is called: what others wait for. Of each turn the lesser of its
 * CPU time, which the system counts in steps of some ms, and of the time that passed, when other programs may have run.
 */
function longestTurn(): () => number {
  let longest = 0;
  let last = { ...process.threadCpuUsage(), time: performance.now() };
  function look(): void {
    const now = { ...process.threadCpuUsage(), time: performance.now() };
    const cpu = (now.user + now.system - last.user - last.system) / 1000;
    longest = Math.max(longest, Math.min(cpu, now.time - last.time));
    last = now;
    handle = setImmediate(look);
  }
  let handle = setImmediate(look);
  return () => {
    clearImmediate(handle);
    return Math.round(longest * 100) / 100;
  };
}

function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

function describe(size: Size): string {
  return `${size.samples} samples in ${size.files} files, ${perSample(size)} bytes each`;
}

function perSample({ bytes, samples }: Size): number {
  return Math.round((bytes / samples) * 1000) / 1000;
}

function mega(samples: number): string {
  return `${(samples / 1e6).toFixed(1)} M samples`;
}
