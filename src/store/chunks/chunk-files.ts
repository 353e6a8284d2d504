import { join } from 'node:path';
import { Failure, messageOf } from '../../model/failure.ts';
import type { Disk, Log } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import { openChunkFile, type ChunkFile } from './chunk-file.ts';
import { DamageError } from './chunk-format.ts';

const NAME = /^chunk-(\d{8,})\.octo(\.damaged)?$/;
const DAMAGED = '.damaged';

export interface ChunkFilesOptions {
  readonly disk: Disk;
  /** Made if absent, and of these files alone. */
  readonly directory: string;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/** What retention goes by. */
export type StoredFile = Pick<ChunkFile, 'path' | 'end' | 'bytes'>;

/** The chunk files of a directory, oldest samples first. */
export class ChunkFiles {
  readonly #options: ChunkFilesOptions;
  #files: readonly ChunkFile[] = [];
  #isOpen = false;
  #nextSequence = 1;

  constructor(options: ChunkFilesOptions) {
    this.#options = options;
  }

  /** A list that stays as it is: each change makes another. */
  get all(): readonly ChunkFile[] {
    return this.#files;
  }

  /** Whether it is known what there is. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get bytes(): number {
    return this.#files.reduce((sum, file) => sum + file.bytes, 0);
  }

  /**
   * Finds the files there are, once. Half-written ones go; damaged ones are put aside; those of a newer version, and those
   * that the disk does not give, stay as they are and are not read.
   * @throws Failure `disk` when the directory cannot be read: files must not be added then
   */
  async open(): Promise<void> {
    if (this.#isOpen) return;
    const { disk, directory } = this.#options;
    await disk.mkdir(directory);
    for (const name of await disk.list(directory)) {
      const path = join(directory, name);
      const [, number, damaged] = NAME.exec(name) ?? [];
      if (name.endsWith('.tmp')) await disk.remove(path).catch(() => undefined);
      if (number === undefined) continue;
      this.#nextSequence = Math.max(this.#nextSequence, Number(number) + 1);
      if (damaged === undefined) await this.#open(path, Number(number));
    }
    this.#isOpen = true;
    this.#count();
  }

  /** The path of a new file; none had it before. */
  newPath(): string {
    return join(this.#options.directory, `chunk-${String(this.#nextSequence++).padStart(8, '0')}.octo`);
  }

  /** Takes a file that was written; `replaced` are in it, and go, but for those that are damaged: they are put aside. */
  async add(
    path: string,
    replaced: readonly ChunkFile[] = [],
    isDamaged: (file: ChunkFile) => boolean = () => false,
  ): Promise<void> {
    const sequence = Number(NAME.exec(path.slice(path.lastIndexOf('/') + 1))?.[1]);
    const file = await openChunkFile(this.#options.disk, path, sequence);
    this.#set([...this.#files.filter((each) => !replaced.includes(each)), file]);
    for (const old of replaced) {
      if (isDamaged(old)) await this.#options.disk.rename(old.path, old.path + DAMAGED);
      else await this.#options.disk.remove(old.path);
    }
  }

  /** What was put aside; the time it was written stands for that of its samples. */
  async damaged(): Promise<readonly StoredFile[]> {
    const { disk, directory } = this.#options;
    const found: StoredFile[] = [];
    for (const name of await disk.list(directory)) {
      if (NAME.exec(name)?.[2] === undefined) continue;
      const path = join(directory, name);
      const stat = await disk.stat(path);
      if (stat?.kind === 'file') found.push({ path, end: stat.modifiedMs, bytes: stat.size });
    }
    return found;
  }

  /** Removes a file. A fetch that still reads it tries again without it. */
  async remove(file: Pick<StoredFile, 'path'>): Promise<void> {
    await this.#options.disk.remove(file.path);
    this.#set(this.#files.filter((each) => each.path !== file.path));
  }

  /** Reads no more what somebody else removed. */
  async forgetMissing(): Promise<void> {
    const { disk, log, metrics } = this.#options;
    for (const file of this.#files) {
      const { path } = file;
      if ((await disk.stat(path)) !== undefined || !this.#files.includes(file)) continue;
      this.#set(this.#files.filter((each) => each !== file));
      metrics.increment('octowatch_history_damaged_total', { kind: 'file' });
      log.error({ path }, 'a history file is gone, its samples are missing');
    }
  }

  /** Renames a file that is damaged as a whole to `*.damaged`, and reads it no more. */
  async putAside(file: Pick<ChunkFile, 'path'>, error: unknown): Promise<void> {
    const { disk, log, metrics } = this.#options;
    const { path } = file;
    this.#set(this.#files.filter((each) => each.path !== path));
    metrics.increment('octowatch_history_damaged_total', { kind: 'file' });
    log.error(
      { path, error: messageOf(error) },
      'a history file is damaged and put aside, reading the others',
    );
    await disk.rename(path, path + DAMAGED).catch((cause: unknown) => {
      log.error({ path, error: messageOf(cause) }, 'cannot put a damaged history file aside');
    });
  }

  async #open(path: string, sequence: number): Promise<void> {
    try {
      const file = await openChunkFile(this.#options.disk, path, sequence);
      this.#files = inOrder([...this.#files, file]);
    } catch (error) {
      if (error instanceof DamageError) await this.putAside({ path }, error);
      else this.#leaveOut(path, error);
    }
  }

  /** The disk does not give it, or this version cannot read it: that may be otherwise at the next start. */
  #leaveOut(path: string, error: unknown): void {
    if (!(error instanceof Failure)) throw error;
    this.#options.metrics.increment('octowatch_history_failures_total', { operation: 'open' });
    this.#options.log.error({ path, error: error.message }, 'cannot read a history file, reading the others');
  }

  #set(files: readonly ChunkFile[]): void {
    this.#files = inOrder(files);
    this.#count();
  }

  #count(): void {
    const { metrics } = this.#options;
    metrics.set('octowatch_history_files', this.#files.length);
    metrics.set('octowatch_history_bytes', this.bytes);
  }
}

/** The order in which files are read: oldest samples first. */
export function inOrder(files: readonly ChunkFile[]): readonly ChunkFile[] {
  return files.toSorted((a, b) => a.start - b.start || a.sequence - b.sequence);
}

/** The number in the name of a whole file; undefined of any other name. */
export function sequenceOf(name: string): number | undefined {
  const [, number, damaged] = NAME.exec(name) ?? [];
  return number === undefined || damaged !== undefined ? undefined : Number(number);
}
