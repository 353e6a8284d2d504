import assert from 'node:assert/strict';
import { appendFile, copyFile, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ColumnBatch } from '../../model/column-batch.ts';
import { defineDataset } from '../../model/dataset.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Log } from '../../model/ports.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { systemDisk } from '../../system/system-disk.ts';
import type { LineCollector } from '../contract.ts';
import { createTailer, type Tailer } from './tailer.ts';

const dataset = defineDataset({
  name: 'line',
  kind: 'event',
  help: 'Lines.',
  dimensions: {},
  fields: { text: { type: 'keyword', help: 'The line.' } },
  derives: {},
});

const collector: LineCollector = {
  name: 'lines',
  datasets: [dataset],
  createParser: () => ({ parse: (chunk, offset, out) => parseLines(chunk, offset, out) }),
};

function parseLines(chunk: Uint8Array, offset: number, out: ColumnBatch) {
  const lines = Buffer.from(chunk).toString().split('\n').slice(0, -1);
  let at = offset;
  for (const text of lines) {
    const table = out.table(dataset);
    const row = table.append(0, at);
    table.texts.get('text')![row] = out.symbols.intern(text);
    at += Buffer.byteLength(text) + 1;
  }
  return { parsed: lines.length, folded: 0, skipped: 0, refused: 0 };
}

function noop(): void {}
const log: Log = { debug: noop, info: noop, warn: noop, error: noop, child: () => log };

/** What becomes of a write: it is made, or the process dies in it. */
type Fate = 'made' | 'lost' | 'durable';

const CRASHES = {
  'die before write 1': ['lost'],
  'die after write 1': ['durable'],
  'die before write 2': ['made', 'lost'],
  'die after write 2': ['made', 'durable'],
} as const satisfies Record<string, readonly Fate[]>;

/** What happens to a log and to who reads it. */
type Action =
  | 'append'
  | 'half'
  | 'rotate'
  | 'copy and truncate'
  | 'copy, be seen and truncate'
  | 'prune'
  | 'scan'
  | 'restart'
  | keyof typeof CRASHES;

/** What some writers begin every file with: longer than a fingerprint. */
const BANNER = 'x'.repeat(600);

/** A log with its writer, its rotation, and a reader that comes and goes. */
class Scene {
  readonly written: string[] = [];
  /** Documents by id: a repeated id is the same document. */
  readonly store = new Map<string, string>();
  readonly #directory: string;
  readonly #live: string;
  readonly #clock = new VirtualClock(1_000_000);
  readonly #positions = new Map<string, JsonValue>();
  #tailer: Tailer;
  #life = new AbortController();
  #fates: Fate[] = [];
  #half = '';
  readonly #banner: boolean;

  constructor(directory: string, banner: boolean) {
    this.#directory = directory;
    this.#banner = banner;
    this.#live = join(directory, 'Octo.txt');
    this.#tailer = this.#start();
  }

  async act(action: Action): Promise<void> {
    if (action === 'append') await this.#append();
    else if (action === 'half') await this.#appendHalf();
    else if (action === 'rotate') await this.#rotate();
    else if (action === 'copy and truncate') await this.#copyTruncate();
    else if (action === 'copy, be seen and truncate') await this.#copyTruncate(() => this.#scan());
    else if (action === 'prune') await this.#prune();
    else if (action === 'scan') await this.#scan();
    else if (action === 'restart') await this.#restart();
    else await this.#crash(CRASHES[action]);
  }

  /** Ends the half-written line and lets the reader catch up. */
  async finish(): Promise<void> {
    await this.#append();
    for (let i = 0; i < 6; i++) await this.#scan();
    await this.#tailer.close();
  }

  #start(): Tailer {
    return createTailer({
      collector,
      target: { tenant: 'acme', info: {}, timeZone: 'UTC', files: { lines: [this.#live] } },
      writer: {
        write: async ({ source, position, columns, idPrefix }) => {
          const fate = this.#fates.shift();
          if (fate === 'lost') throw this.#die();
          for (const table of columns.tables()) {
            for (let row = 0; row < table.rows; row++) {
              const id = `${idPrefix}-${table.offsets[row]}`;
              const text = columns.symbols.text(table.texts.get('text')![row]!);
              assert.equal(this.store.get(id) ?? text, text, 'one id, two documents');
              this.store.set(id, text);
            }
          }
          this.#positions.set(source, JSON.parse(JSON.stringify(position)) as JsonValue);
          if (fate === 'durable') throw this.#die();
        },
      },
      positions: (source) => this.#positions.get(source),
      disk: systemDisk,
      clock: this.#clock,
      log,
      metrics: NO_METRICS,
      isSource: () => true,
      readBytes: 256,
    });
  }

  async #append(): Promise<void> {
    const text = `2026-11-21 06:00:00.${String(this.written.length).padStart(4, '0')} a line of some length`;
    const rest = this.#half === '' ? text : ' ended';
    this.written.push(this.#half === '' ? text : `${this.#half} ended`);
    this.#half = '';
    await appendFile(this.#live, `${rest}\n`);
  }

  async #appendHalf(): Promise<void> {
    const text = this.#half === '' ? `2026-11-21 06:00:00.${this.written.length} half a line` : ' more';
    this.#half += text;
    await appendFile(this.#live, text);
  }

  /** As NLog does it: between lines, archives shift by one. */
  async #rotate(): Promise<void> {
    await this.#shift();
    await rename(this.#live, this.#archive(0)).catch(noop);
    await writeFile(this.#live, '');
    await this.#begin();
  }

  async #copyTruncate(between: () => Promise<void> = async () => {}): Promise<void> {
    await this.#shift();
    await copyFile(this.#live, this.#archive(0)).catch(noop);
    await between();
    await truncate(this.#live).catch(noop);
    await this.#begin();
  }

  async #shift(): Promise<void> {
    if (this.#half !== '') await this.#append();
    for (let n = 30; n >= 0; n--) {
      await rename(this.#archive(n), this.#archive(n + 1)).catch(noop);
    }
  }

  async #begin(): Promise<void> {
    if (this.#banner) await appendFile(this.#live, `${BANNER}\n`);
  }

  /** Drops the archives that are delivered: their inodes may be used again. */
  async #prune(): Promise<void> {
    const texts = new Set(this.store.values());
    for (let n = 31; n >= 0; n--) {
      const content = await readFile(this.#archive(n), 'utf8').catch(() => undefined);
      const lines = content?.split('\n').slice(0, -1) ?? [];
      if (lines.every((line) => line === BANNER || texts.has(line)))
        await rm(this.#archive(n), { force: true });
    }
  }

  #archive(n: number): string {
    return join(this.#directory, `Octo.${n}.txt`);
  }

  async #scan(): Promise<void> {
    await this.#clock.advance(1000);
    await this.#tailer.scan(this.#life.signal).catch((error: unknown) => {
      if (!this.#life.signal.aborted) throw error;
    });
  }

  #die(): Error {
    this.#life.abort();
    return new Error('killed');
  }

  /** Kills the reader in a write: at its first or second, which is durable by then or not. */
  async #crash(fates: readonly Fate[]): Promise<void> {
    this.#fates = [...fates];
    await this.#scan();
    this.#fates = [];
    await this.#restart();
  }

  async #restart(): Promise<void> {
    await this.#tailer.close();
    this.#life = new AbortController();
    this.#tailer = this.#start();
  }
}

const CRASH_NAMES = Object.keys(CRASHES) as (keyof typeof CRASHES)[];
const actions = fc.array(
  fc.constantFrom<Action>(
    'append',
    'append',
    'append',
    'half',
    'rotate',
    'copy and truncate',
    'copy, be seen and truncate',
    'prune',
    'scan',
    'scan',
    'restart',
    ...CRASH_NAMES,
  ),
  { maxLength: 40 },
);

test('every line is delivered once and in order, whatever rotations, halves, restarts and crashes come between', async () => {
  await fc.assert(
    fc.asyncProperty(actions, fc.boolean(), async (plan, banner) => {
      const directory = await mkdtemp(join(tmpdir(), 'tail-fuzz-'));
      try {
        const scene = new Scene(directory, banner);
        await scene.act('scan');
        for (const action of plan) await scene.act(action);
        await scene.finish();
        // A file of a banner alone may be taken for the copy of another.
        const delivered = [...scene.store.values()].filter((text) => text !== BANNER);
        assert.deepEqual(delivered, scene.written);
      } finally {
        await rm(directory, { recursive: true });
      }
    }),
    { numRuns: 100 },
  );
});
