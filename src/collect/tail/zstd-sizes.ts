import type { DiskFile, FileStat } from '../../model/ports.ts';
import { endingOf, ENDING_BYTES, hasEnding, NO_ENDING, readBefore, type Ending } from './ending.ts';
import { keyOf } from './found-files.ts';
import { ZstdDecoder } from './zstd-decoder.ts';

/** How many decoders are kept for files that may grow; another that grows is decompressed from its beginning again. */
const MAX_DECODERS = 2;
const MAX_FILES = 4096;

/** Told that nobody will read so many compressed bytes of a corrupt file; the reason is told once for each. */
export type CorruptReport = (path: string, bytes: number, reason: string | undefined) => void;

interface Measured {
  /** Another number when the content may be another, not only more. */
  readonly epoch: number;
  /** The compressed file as it was when it was measured last. */
  stat: FileStat;
  /** Bytes of content. */
  size: number;
  /** Undefined when the file is corrupt, or others grew since. */
  decoder: ZstdDecoder | undefined;
  /** Compressed bytes that were taken, and the last of them: they tell whether the file only grew. */
  fed: number;
  ending: Ending;
  /** Of a corrupt file, the compressed bytes that were of use. */
  used: number | undefined;
}

/** How much content compressed files hold. Only decompressing tells, so that every file is gone through once. */
export class ZstdSizes {
  readonly #files = new Map<string, Measured>();
  readonly #report: CorruptReport;
  #epochs = 0;

  constructor(report: CorruptReport) {
    this.#report = report;
  }

  /** The file as it was measured last; undefined when another had its inode then. */
  last(stat: FileStat): FileStat | undefined {
    const known = this.#files.get(keyOf(stat));
    if (known === undefined || known.stat.bornMs !== stat.bornMs) return undefined;
    return { ...known.stat, size: known.size };
  }

  /** The same, of a file that has not changed since. */
  unchanged(stat: FileStat): FileStat | undefined {
    const known = this.#files.get(keyOf(stat))?.stat;
    const isSame = known?.size === stat.size && known.modifiedMs === stat.modifiedMs;
    return isSame ? this.last(stat) : undefined;
  }

  epochOf(key: string): number {
    return this.#files.get(key)?.epoch ?? 0;
  }

  /** Stat with the bytes of content as its size; a frame that is not whole counts as far as it goes. @throws Failure `disk` */
  async measure(path: string, file: DiskFile): Promise<FileStat> {
    const stat = await file.stat();
    const known = this.unchanged(stat);
    if (known !== undefined) return known;
    const measured = (await this.#grown(file, stat)) ?? this.#fresh(stat);
    this.#keep(measured);
    const lost = lostOf(measured);
    if (measured.decoder !== undefined) await takeAll(measured, measured.decoder, file);
    const failure = measured.decoder?.failure;
    measured.stat = stat;
    if (lostOf(measured) > lost) this.#report(path, lostOf(measured) - lost, failure);
    if (failure !== undefined) giveAway(measured);
    return { ...stat, size: measured.size };
  }

  /** The file where it was left, if it only grew since. */
  async #grown(file: DiskFile, stat: FileStat): Promise<Measured | undefined> {
    const known = this.#files.get(keyOf(stat));
    if (known === undefined || known.stat.bornMs !== stat.bornMs || stat.size < known.fed) return undefined;
    if (known.decoder === undefined && known.used === undefined) return undefined;
    return (await hasEnding(file, known.fed, known.ending)) ? known : undefined;
  }

  #fresh(stat: FileStat): Measured {
    const decoder = new ZstdDecoder();
    const empty = { ...stat, size: 0, modifiedMs: Number.NaN };
    return {
      epoch: ++this.#epochs,
      stat: empty,
      size: 0,
      decoder,
      fed: 0,
      ending: NO_ENDING,
      used: undefined,
    };
  }

  #keep(measured: Measured): void {
    const key = keyOf(measured.stat);
    const before = this.#files.get(key);
    if (before !== undefined && before !== measured) giveAway(before);
    this.#files.delete(key);
    this.#files.set(key, measured);
    const open = [...this.#files.values()].filter(({ decoder }) => decoder !== undefined);
    for (const file of open.slice(0, -MAX_DECODERS)) giveAway(file);
    const [oldest] = this.#files.keys();
    if (this.#files.size > MAX_FILES && oldest !== undefined) this.#files.delete(oldest);
  }
}

async function takeAll(measured: Measured, decoder: ZstdDecoder, file: DiskFile): Promise<void> {
  for (let chunk = await decoder.next(file); chunk !== undefined; chunk = await decoder.next(file)) {
    measured.size += chunk.length;
  }
  measured.ending = endingOf(await readBefore(file, decoder.fed, ENDING_BYTES));
  measured.fed = decoder.fed;
  if (decoder.failure !== undefined) measured.used = decoder.used;
}

/** Compressed bytes of a corrupt file that nobody will read. */
function lostOf({ used, fed, stat }: Measured): number {
  return used === undefined ? 0 : Math.max(fed, stat.size) - used;
}

function giveAway(measured: Measured): void {
  measured.decoder?.close();
  measured.decoder = undefined;
}
