import { Failure, messageOf } from '../../model/failure.ts';
import type { Disk, Log } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import { readSection, type ChunkFile } from './chunk-file.ts';
import {
  DamageError,
  readIndex,
  type ChunkIndex,
  type SectionRef,
  type TimelineSection,
} from './chunk-format.ts';
import { SectionCache } from './section-cache.ts';
import { TimelineReader } from './section.ts';

/** What pages and queries ask for again and again. */
const CACHE_BYTES = 32 * 1024 * 1024;

export interface ChunkReaderOptions {
  readonly disk: Disk;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/** The timeline of a number; undefined when it is damaged. */
export type Timelines = (number: number) => Promise<Float64Array | undefined>;

/** Reads sections of chunk files. What is damaged is counted and told once, and left out from then on. */
export class ChunkReader {
  readonly #options: ChunkReaderOptions;
  readonly #sections = new SectionCache<Uint8Array>(CACHE_BYTES);
  readonly #indexes = new SectionCache<ChunkIndex>(CACHE_BYTES / 8);
  readonly #damaged = new Set<string>();

  constructor(options: ChunkReaderOptions) {
    this.#options = options;
  }

  /**
   * @throws DamageError when the index is damaged, and with it the file
   * @throws Failure `disk` or `not_found` when the file cannot be read
   */
  async index(file: ChunkFile): Promise<ChunkIndex> {
    const known = this.#indexes.get(file.path);
    if (known !== undefined) return known;
    try {
      const index = readIndex(await readSection(this.#options.disk, file.path, file.index));
      this.#indexes.set(file.path, index, file.index.rawLength * 4);
      return index;
    } catch (error) {
      if (error instanceof RangeError) throw new DamageError('the index is damaged');
      throw error;
    }
  }

  /**
   * A section without compression; undefined when it is damaged. What is read but once need not be remembered.
   * @throws Failure `disk` or `not_found` when the file cannot be read
   */
  async section(file: ChunkFile, ref: SectionRef, isRemembered = true): Promise<Uint8Array | undefined> {
    const key = keyOf(file, ref);
    if (this.#damaged.has(key)) return undefined;
    const known = this.#sections.get(key);
    if (known !== undefined) return known;
    try {
      const bytes = await readSection(this.#options.disk, file.path, ref);
      if (isRemembered) this.#sections.set(key, bytes, bytes.length);
      return bytes;
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      this.reportDamage(file, ref, error);
      return undefined;
    }
  }

  /** Decodes timelines of a file, whose sections are read once for as long as what is returned is kept. */
  timelines(file: ChunkFile, index: ChunkIndex, isRemembered = true): Timelines {
    const sections = new Map<TimelineSection, TimelineReader | undefined>();
    return async (number) => {
      const found = index.timelines.find(({ first, count }) => number >= first && number < first + count);
      if (found === undefined) return undefined;
      try {
        if (!sections.has(found)) {
          const bytes = await this.section(file, found.ref, isRemembered);
          sections.set(found, bytes && new TimelineReader(bytes, found.count));
        }
        return sections.get(found)?.at(number - found.first);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        this.reportDamage(file, found.ref, error);
        return undefined;
      }
    };
  }

  /** Whether a section of the file was found damaged. */
  hasDamage({ path }: ChunkFile): boolean {
    return [...this.#damaged].some((key) => key.startsWith(`${path}:`));
  }

  /** Leaves a section out from now on. */
  reportDamage(file: ChunkFile, ref: SectionRef, error: unknown): void {
    const key = keyOf(file, ref);
    if (this.#damaged.has(key)) return;
    this.#damaged.add(key);
    this.#options.metrics.increment('octowatch_history_damaged_total', { kind: 'section' });
    this.#options.log.error(
      { path: file.path, offset: ref.offset, error: messageOf(error) },
      'a section of a history file is damaged, reading the others',
    );
  }

  /** Forgets what is known of a file that is gone. */
  forget({ path }: ChunkFile): void {
    for (const key of this.#damaged) if (key.startsWith(`${path}:`)) this.#damaged.delete(key);
  }
}

/** Whether an error says that a file went away since it was listed. */
export function isGone(error: unknown): boolean {
  return error instanceof Failure && error.reason === 'not_found';
}

function keyOf({ path }: ChunkFile, { offset }: SectionRef): string {
  return `${path}:${offset}`;
}
