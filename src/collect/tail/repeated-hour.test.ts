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

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

let directory: string;
let live: string;
let tailer: Tailer;
/** `hh:mm` in UTC of what was written. */
let times: string[];
const clock = new VirtualClock(Date.UTC(2026, 10, 21));
const positions = new Map<string, JsonValue>();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tail-dst-'));
  live = join(directory, 'Octo.txt');
  times = [];
  positions.clear();
  await start();
});

afterEach(async () => {
  await tailer.close();
  await rm(directory, { recursive: true });
});

async function start(): Promise<void> {
  tailer = createTailer({
    collector: octopusServerLog,
    target: {
      tenant: 'acme',
      info: {},
      files: { 'octopus-server-log': [live] },
      timeZone: 'Europe/Berlin',
    },
    writer: {
      async write({ source, position, columns }) {
        for (const table of columns.tables())
          for (let row = 0; row < table.rows; row++)
            times.push(new Date(table.times[row]!).toISOString().slice(11, 16));
        positions.set(source, JSON.parse(JSON.stringify(position)) as JsonValue);
      },
    },
    positions: (source) => positions.get(source),
    disk: systemDisk,
    clock,
    log: silent,
    metrics: NO_METRICS,
    isSource: () => true,
  });
  await scan();
}

async function scan(): Promise<void> {
  await clock.advance(1000);
  await tailer.scan();
}

/** Lines stamped on the day on which Germany has 02:00 to 03:00 twice, at 00:00 and at 01:00 UTC. */
function logged(...stamps: readonly string[]): string {
  return stamps.map((time) => `2026-10-25 ${time}:00.0000  1  1  WARN  a line\n`).join('');
}

test('the second run of a repeated hour is known over a restart', async () => {
  await writeFile(live, logged('02:50', '02:05'));
  await scan();
  await tailer.close();
  await start();
  await appendFile(live, logged('02:10', '03:00'));
  await scan();
  assert.deepEqual(times, ['00:50', '01:05', '01:10', '02:00']);
});

test('the second run is known in the next file, whose log was renamed while nobody looked', async () => {
  await writeFile(live, logged('01:30', '02:10'));
  await scan();
  await tailer.close();
  await appendFile(live, logged('02:40', '02:01', '02:15'));
  await rename(live, join(directory, 'Octo.0.txt'));
  await writeFile(live, logged('02:20', '03:00'));
  await start();
  assert.deepEqual(times, ['23:30', '00:10', '00:40', '01:01', '01:15', '01:20', '02:00']);
});

test('an older file that turns up later is read by itself', async () => {
  await writeFile(live, logged('03:30'));
  await scan();
  await writeFile(join(directory, 'Octo.7.txt'), `${logged('02:20', '02:40')}${logged('02:10', '03:10')}`);
  await scan();
  assert.deepEqual(times, ['02:30', '00:20', '00:40', '01:10', '02:10']);
});
