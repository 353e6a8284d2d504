import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { defineDataset } from '../../model/dataset.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Log } from '../../model/ports.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { systemDisk } from '../../system/system-disk.ts';
import type { LineCollector, Target } from '../contract.ts';
import { createTailers, type Tailers } from './tailers.ts';

const dataset = defineDataset({
  name: 'line',
  kind: 'event',
  help: 'Lines.',
  dimensions: {},
  fields: {},
  derives: {},
});

/** Counts lines; is the source of its dataset for targets without an API. */
class Scene {
  readonly clock = new VirtualClock(1_000_000);
  readonly errors: string[] = [];
  readonly stop = new AbortController();
  readonly tailers: Tailers;
  lines = 0;
  /** For each parser that read lines: whether it was the source of the dataset. */
  readonly emitted: boolean[] = [];
  readonly #positions = new Map<string, JsonValue>();

  constructor() {
    const noop = (): void => {};
    const log: Log = {
      debug: noop,
      info: noop,
      warn: noop,
      error: (fields) => void this.errors.push(JSON.stringify(fields)),
      child: () => log,
    };
    this.tailers = createTailers({
      collectors: [this.#collector()],
      readFrom: () => 'end',
      isSource: (_collector, { url }) => url === undefined,
      signal: this.stop.signal,
      writer: {
        write: async ({ source, position }) => void this.#positions.set(source, position),
      },
      positions: (source) => this.#positions.get(source),
      disk: systemDisk,
      clock: this.clock,
      log,
      metrics: NO_METRICS,
    });
  }

  async until(condition: () => boolean): Promise<void> {
    for (let i = 0; i < 100_000 && !condition(); i++) await this.clock.advance(100);
    assert.ok(condition());
  }

  get sources(): number {
    return this.#positions.size;
  }

  #collector(): LineCollector {
    return {
      name: 'lines',
      datasets: [dataset],
      createParser: ({ timeZone }, isSource) => {
        if (timeZone === 'bad') throw new Error('unknown time zone bad');
        return {
          parse: (chunk) => {
            const parsed = chunk.filter((byte) => byte === 0x0a).length;
            this.lines += parsed;
            this.emitted.push(isSource(dataset));
            return { parsed, folded: 0, skipped: 0, refused: 0 };
          },
        };
      },
    };
  }
}

async function directoryOf(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tailers-'));
  context.after(() => rm(directory, { recursive: true }));
  return directory;
}

function target(tenant: string, path: string, timeZone = 'UTC'): Target {
  return { tenant, info: {}, timeZone, files: { lines: [path] } };
}

test('targets come and go, and all files are closed in the end', { timeout: 30_000 }, async (context) => {
  const directory = await directoryOf(context);
  const path = join(directory, 'a.txt');
  const scene = new Scene();
  scene.tailers.setTargets([target('acme', path)]);
  await scene.until(() => scene.sources === 1);
  await writeFile(path, 'one line of the log\n');
  await scene.until(() => scene.lines === 1);
  scene.tailers.setTargets([]);
  await scene.clock.advance(1000);
  await appendFile(path, 'another line of the log\n');
  await scene.clock.advance(5000);
  assert.equal(scene.lines, 1);
  scene.stop.abort();
  await scene.tailers.ended();
});

test(
  'a target whose sources change is followed anew, from where it was',
  { timeout: 30_000 },
  async (context) => {
    const directory = await directoryOf(context);
    const path = join(directory, 'a.txt');
    const scene = new Scene();
    const withoutApi = target('acme', path);
    scene.tailers.setTargets([withoutApi]);
    await scene.until(() => scene.sources === 1);
    await writeFile(path, 'one line of the log, long enough\n');
    await scene.until(() => scene.lines === 1);
    scene.tailers.setTargets([{ ...withoutApi, url: 'http://acme' }]);
    // The tailer before it may be in the middle of a look, and read one line more.
    for (let more = 0; more < 10 && scene.emitted.at(-1) !== false; more++) {
      const before = scene.lines;
      await appendFile(path, 'another line of the log\n');
      await scene.until(() => scene.lines > before);
    }
    assert.equal(scene.emitted[0], true);
    assert.equal(scene.emitted.at(-1), false);
    scene.stop.abort();
    await scene.tailers.ended();
  },
);

test(
  'a target that cannot be followed is told and holds up no other',
  { timeout: 30_000 },
  async (context) => {
    const directory = await directoryOf(context);
    const scene = new Scene();
    scene.tailers.setTargets([
      target('bad', join(directory, 'bad.txt'), 'bad'),
      target('acme', join(directory, 'a.txt')),
    ]);
    await scene.until(() => scene.sources === 1);
    await writeFile(join(directory, 'a.txt'), 'one line of the log\n');
    await scene.until(() => scene.lines === 1);
    assert.deepEqual(scene.errors, ['{"tenant":"bad","collector":"lines","error":"unknown time zone bad"}']);
    scene.stop.abort();
    await scene.tailers.ended();
  },
);
