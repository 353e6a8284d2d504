import { join } from 'node:path';
import type { Disk } from '../../model/ports.ts';
import type { TimeRange } from '../../model/series.ts';

const FILE = 'covered.jsonl';

/** Which spans a directory of fetched history has, whatever becomes of the process: a line each, once its file is whole. */
export class CoveredSpans {
  readonly #disk: Disk;
  readonly #path: string;
  #spans: readonly TimeRange[] = [];

  constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#path = join(directory, FILE);
  }

  /** @throws Failure `disk` */
  async open(): Promise<void> {
    const file = await this.#disk.open(this.#path, 'append');
    try {
      const bytes = new Uint8Array((await file.stat()).size);
      await file.read(bytes, 0);
      this.#spans = Buffer.from(bytes).toString('utf8').split('\n').flatMap(spanOf);
    } finally {
      await file.close();
    }
  }

  /** What of a span is not there, in order. */
  missing(wanted: TimeRange): TimeRange[] {
    let gaps = [wanted];
    for (const { start, end } of this.#spans) {
      gaps = gaps.flatMap((gap) =>
        [
          { start: gap.start, end: Math.min(gap.end, start - 1) },
          { start: Math.max(gap.start, end + 1), end: gap.end },
        ].filter((each) => each.start <= each.end),
      );
    }
    return gaps;
  }

  /** @throws Failure `disk` */
  async add(span: TimeRange): Promise<void> {
    const file = await this.#disk.open(this.#path, 'append');
    try {
      // The line before may have been cut short.
      await file.append(Buffer.from(`\n${JSON.stringify(span)}\n`));
      await file.sync();
    } finally {
      await file.close();
    }
    this.#spans = [...this.#spans, span];
  }
}

function spanOf(line: string): TimeRange[] {
  try {
    const { start, end }: Partial<TimeRange> = JSON.parse(line);
    return typeof start === 'number' && typeof end === 'number' ? [{ start, end }] : [];
  } catch {
    return [];
  }
}
