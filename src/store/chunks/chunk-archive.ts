import { join } from 'node:path';
import { Failure, messageOf } from '../../model/failure.ts';
import type { HistoryReader, PastReader, SeriesRequest } from '../../model/history.ts';
import { openChunkFile, type ChunkFile } from './chunk-file.ts';
import { inOrder, sequenceOf } from './chunk-files.ts';
import { DamageError } from './chunk-format.ts';
import { ChunkReader, isGone, type ChunkReaderOptions } from './chunk-reader.ts';
import { fetchSeries } from './fetch-series.ts';
import { LastFetch } from './last-fetch.ts';
import { ValueArena } from './value-arena.ts';

/** Each merge of the agent may take files away between the list and the look. */
const ATTEMPTS = 5;

export interface ChunkArchiveOptions extends ChunkReaderOptions {
  /** Where another process may write at the same time. */
  readonly directory: string;
  /** The most samples that one fetch reads. */
  readonly maxSamples: number;
}

/**
 * Chunk files that somebody else keeps: they are read, and nothing is written, moved or removed. What was fetched is good
 * until the next fetch, which uses its room again; one that goes on where it ended reads only what is new.
 */
export interface ChunkArchive extends HistoryReader {
  /** The time of the oldest sample, ms; Infinity without one. */
  readonly since: number;
  /** The time of the newest, ms; -Infinity without one. */
  readonly until: number;
  readonly bytes: number;
  readonly samples: number;
}

/**
 * Opens the files of a directory to read them alone; damaged ones are left out, and warnings tell of them.
 * @throws Failure `disk` or `not_found` when the directory cannot be read
 */
export async function openChunkArchive(options: ChunkArchiveOptions): Promise<ChunkArchive> {
  const archive = new LocalArchive(options);
  await archive.list();
  return archive;
}

class LocalArchive implements ChunkArchive {
  readonly #options: ChunkArchiveOptions;
  readonly #reader: ChunkReader;
  readonly #warnings = new Set<string>();
  #files: readonly ChunkFile[] = [];
  #last: LastFetch | undefined;
  /** Of the last fetch, and of the one before. */
  #arenas: readonly [ValueArena, ValueArena] = [new ValueArena(), new ValueArena()];

  constructor(options: ChunkArchiveOptions) {
    this.#options = options;
    this.#reader = new ChunkReader(options);
  }

  get since(): number {
    return this.#files[0]?.start ?? Number.POSITIVE_INFINITY;
  }

  get until(): number {
    return this.#files.reduce((until, { end }) => Math.max(until, end), Number.NEGATIVE_INFINITY);
  }

  get bytes(): number {
    return this.#files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get samples(): number {
    return this.#files.reduce((sum, { samples }) => sum + samples, 0);
  }

  /** Lists anew, until all that is listed is there. */
  async list(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const found = await this.#tryList();
      if (found === undefined && attempt < ATTEMPTS) continue;
      this.#files = inOrder(found ?? this.#files);
      return;
    }
  }

  async fetch(requests: readonly SeriesRequest[], signal: AbortSignal): Promise<PastReader> {
    for (let attempt = 1; ; attempt++) {
      try {
        const previous = this.#last?.continuedBy(requests);
        const [last, free] = this.#arenas;
        free.reset();
        const reader = await fetchSeries(requests, {
          ...(previous === undefined ? {} : { previous }),
          allocate: free.allocate,
          files: this.#files,
          reader: this.#reader,
          onDamage: (file, error) => Promise.resolve(this.#leaveOut(file.path, error)),
          onFailure: (error) => void this.#warnings.add(error.message),
          maxSamples: this.#options.maxSamples,
          signal,
        });
        this.#arenas = [free, last];
        this.#last = new LastFetch(requests, reader);
        return { ...reader, warnings: [...(reader.warnings ?? []), ...this.#warnings] };
      } catch (error) {
        if (!isGone(error) || attempt === ATTEMPTS) throw error;
        await this.list();
      }
    }
  }

  /** Undefined when a file went away meanwhile. */
  async #tryList(): Promise<ChunkFile[] | undefined> {
    const { disk, directory } = this.#options;
    const known = new Map(this.#files.map((file) => [file.path, file]));
    const files: ChunkFile[] = [];
    for (const name of await disk.list(directory)) {
      const sequence = sequenceOf(name);
      if (sequence === undefined) continue;
      const path = join(directory, name);
      try {
        files.push(known.get(path) ?? (await openChunkFile(disk, path, sequence)));
      } catch (error) {
        if (isGone(error)) return undefined;
        if (!(error instanceof DamageError || error instanceof Failure)) throw error;
        this.#leaveOut(path, error);
      }
    }
    return files;
  }

  #leaveOut(path: string, error: unknown): void {
    this.#warnings.add(`${path} is left out: ${messageOf(error)}`);
    this.#files = this.#files.filter((file) => file.path !== path);
  }
}
