import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { octopusServerLog } from '../../../collectors/octopus-server-log/index.ts';
import type { JsonValue } from '../../model/json.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { systemDisk } from '../../system/system-disk.ts';
import { createTailer, type Tailer } from './tailer.ts';

const START = Date.UTC(2026, 10, 21, 6);
const DAY_S = 86_400;

let directory: string;
let live: string;
let tailer: Tailer;
let clock: VirtualClock;
/** Times of what was written, seconds after it was. */
let offBy: number[];
/** How far the agent's clock is off, ms. */
let shift: number;
let counted: number;
let warnings: number;
const positions = new Map<string, JsonValue>();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tail-skew-'));
  live = join(directory, 'Octo.txt');
  clock = new VirtualClock(START);
  offBy = [];
  shift = 0;
  counted = 0;
  warnings = 0;
  positions.clear();
  start();
  await scan();
});

afterEach(async () => {
  await tailer.close();
  await rm(directory, { recursive: true });
});

function start(): void {
  const log = { debug() {}, info() {}, warn: () => void warnings++, error() {}, child: () => log };
  tailer = createTailer({
    collector: octopusServerLog,
    target: { tenant: 'acme', info: {}, files: { 'octopus-server-log': [live] }, timeZone: 'UTC' },
    writer: {
      async write({ source, position, columns }) {
        for (const table of columns.tables())
          for (let row = 0; row < table.rows; row++)
            offBy.push(Math.round((table.times[row]! - now()) / 1000));
        positions.set(source, JSON.parse(JSON.stringify(position)) as JsonValue);
      },
    },
    positions: (source) => positions.get(source),
    disk: systemDisk,
    clock: { now, sleep: clock.sleep.bind(clock) },
    log,
    metrics: {
      ...NO_METRICS,
      increment: (name, _labels, by = 1) => {
        if (name === 'octowatch_log_events_skewed_total') counted += by;
      },
    },
    isSource: () => true,
  });
}

function now(): number {
  return clock.now() + shift;
}

async function scan(): Promise<void> {
  await clock.advance(1000);
  await tailer.scan();
}

/** Lines stamped so many seconds off the clock of the agent as it will be at the next look. */
function logged(...seconds: readonly number[]): string {
  return seconds
    .map((s) => new Date(clock.now() + 1000 + s * 1000).toISOString().replace('T', ' ').slice(0, 23))
    .map((stamp) => `${stamp}0  1  1  WARN  a line\n`)
    .join('');
}

/** A log that is being followed. */
async function followed(): Promise<void> {
  await writeFile(live, logged(0));
  await scan();
  await scan();
  offBy = [];
}

const LIVE: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ['stamps near the clock stay', [-29, -3, 0, 25], [-29, -3, 0, 25]],
  ['a clock ahead: time of arrival', [300, 301], [0, 0]],
  ['a clock behind: time of arrival', [-301, -300], [0, 0]],
  ['lines that were held back stay, where the last of them is of now', [-120, -60, -1], [-120, -60, -1]],
  ['one stamp ahead among others', [0, 45, -200], [0, 0, -200]],
  ['lines of another day are no skew', [-28 * DAY_S, -28 * DAY_S + 1], [-28 * DAY_S, -28 * DAY_S + 1]],
  ['nor is a date that is broken', [400 * DAY_S], [400 * DAY_S]],
];
for (const [what, stamps, expected] of LIVE) {
  test(`in a log that is followed: ${what}`, async () => {
    await followed();
    await appendFile(live, logged(...stamps));
    await scan();
    assert.deepEqual(offBy, expected);
    assert.equal(counted, stamps.filter((stamp, i) => stamp !== expected[i]).length);
    assert.equal(warnings, counted > 0 ? 1 : 0);
  });
}

test('what waited while nobody looked keeps its stamps, as does a file that appears', async () => {
  await followed();
  await tailer.close();
  await appendFile(live, logged(-600, -500));
  await rename(live, join(directory, 'Octo.0.txt'));
  await writeFile(live, logged(-400, -300));
  start();
  await scan();
  assert.deepEqual(offBy, [-600, -500, -400, -300]);
  assert.equal(counted, 0);
});

test('what waited while a look took long keeps its stamps', async () => {
  await followed();
  await appendFile(live, logged(0));
  await clock.advance(120_000);
  await scan();
  assert.deepEqual(offBy, [-120]);
});

test('a clock of the agent that is set back and forth: nothing is thrown, every line is there', async () => {
  await followed();
  for (const hours of [1, 0, -1, 0]) {
    shift = hours * 3_600_000;
    await appendFile(live, logged(0));
    await scan();
  }
  // Right after the first jump the line may as well have waited for an hour.
  assert.deepEqual(offBy, [-3600, 0, 0, 0]);
});
