import { join } from 'node:path';
import type { LineCollector } from '../../src/collect/contract.ts';
import type { TailerOptions } from '../../src/collect/tail/tail-options.ts';
import { createTailer, type Tailer } from '../../src/collect/tail/tailer.ts';
import { defineDataset } from '../../src/model/dataset.ts';
import { Failure } from '../../src/model/failure.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { Batch, Log } from '../../src/model/ports.ts';
import type { SelfMetrics } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { systemDisk } from '../../src/system/system-disk.ts';

const lineDataset = defineDataset({
  name: 'line',
  kind: 'event',
  help: 'Lines.',
  dimensions: {},
  fields: { text: { type: 'keyword', help: 'The line.' } },
  derives: {},
});

/** Every line becomes a row; `skip…` does not, and `bad…` is refused. */
const collector: LineCollector = {
  name: 'lines',
  datasets: [lineDataset],
  createParser: () => ({
    parse(chunk, offset, out) {
      const counts = { parsed: 0, folded: 0, skipped: 0, refused: 0 };
      const text = Buffer.from(chunk).toString('latin1');
      for (let at = 0; at < text.length;) {
        const end = text.indexOf('\n', at);
        const content = text.slice(at, end);
        if (content.startsWith('skip')) counts.skipped++;
        else if (content.startsWith('bad')) counts.refused++;
        else {
          const table = out.table(lineDataset);
          const row = table.append(0, offset + at);
          table.texts.get('text')![row] = out.symbols.intern(content);
          counts.parsed++;
        }
        at = end + 1;
      }
      return counts;
    },
  }),
};

interface Written {
  readonly id: string;
  readonly text: string;
}

/** A tailer of `Octo.txt` in a directory, and what outlives it: the store and the committed positions. */
export class TailWorld {
  readonly rows: Written[] = [];
  readonly positions = new Map<string, JsonValue>();
  readonly counted = new Map<string, number>();
  readonly messages: string[] = [];
  readonly clock = new VirtualClock(1_000_000);
  readonly #directory: string;
  failWrites = 0;
  /** Refused lines that were written, of all files. */
  refused = 0;
  #tailer: Tailer | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  start(options: Partial<TailerOptions> = {}, globs = ['Octo.txt']): Tailer {
    this.#tailer = createTailer({
      collector,
      target: {
        tenant: 'acme',
        info: {},
        timeZone: 'UTC',
        files: { lines: globs.map((glob) => join(this.#directory, glob)) },
      },
      writer: { write: (batch) => this.#write(batch) },
      positions: (source) => this.positions.get(source),
      disk: systemDisk,
      clock: this.clock,
      log: this.#log(),
      metrics: this.#metrics(),
      isSource: () => true,
      ...options,
    });
    return this.#tailer;
  }

  /** One look at everything, directories included. */
  async scan(): Promise<void> {
    await this.clock.advance(1000);
    await this.#tailer?.scan();
  }

  async stop(): Promise<void> {
    await this.#tailer?.close();
  }

  /** Ends the tailer and starts another with what was committed. */
  async restart(options: Partial<TailerOptions> = {}): Promise<void> {
    await this.stop();
    this.start(options);
    await this.scan();
  }

  get texts(): string[] {
    return this.rows.map((row) => row.text);
  }

  count(name: string, outcome = ''): number {
    return this.counted.get(`${name}/${outcome}`) ?? 0;
  }

  async #write({ source, position, columns, idPrefix, refused = 0 }: Batch): Promise<void> {
    if (this.failWrites-- > 0) throw new Failure('disk', 'disk full');
    for (const table of columns.tables()) {
      for (let row = 0; row < table.rows; row++) {
        const text = columns.symbols.text(table.texts.get('text')![row]!);
        this.rows.push({ id: `${idPrefix}-${table.offsets[row]}`, text });
      }
    }
    this.refused += refused;
    this.positions.set(source, JSON.parse(JSON.stringify(position)) as JsonValue);
  }

  #log(): Log {
    const note = (_fields: object, message: string): void => void this.messages.push(message);
    return { debug: note, info: note, warn: note, error: note, child: () => this.#log() };
  }

  #metrics(): SelfMetrics {
    return {
      increment: (name, labels = {}, by = 1) => {
        const key = `${name}/${labels['outcome'] ?? ''}`;
        this.counted.set(key, (this.counted.get(key) ?? 0) + by);
      },
      set() {},
      observe() {},
    };
  }
}

/** The n-th line, without its end. */
export function line(n: number): string {
  return `2026-11-21 06:00:00.${String(n).padStart(4, '0')} line number ${n}`;
}

/** Lines as a file holds them. */
export function lines(from: number, to: number): string {
  let text = '';
  for (let n = from; n <= to; n++) text += `${line(n)}\n`;
  return text;
}

/** The texts of these lines. */
export function expected(from: number, to: number): string[] {
  return lines(from, to).split('\n').slice(0, -1);
}
