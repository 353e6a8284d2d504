import { crc32 } from 'node:zlib';
import { ByteWriter } from '../../model/byte-codec.ts';
import type { Labels } from '../../model/labels.ts';
import type { Disk, DiskFile } from '../../model/ports.ts';
import {
  headerBytes,
  HEADER_BYTES,
  indexBytes,
  trailerBytes,
  type MetricSection,
  type SectionRef,
  type TimelineSection,
} from './chunk-format.ts';
import { compress } from './compression.ts';
import { SectionWriter, writeTimeline } from './section.ts';

/**
 * What a query must read at least: large enough to compress well, small enough not to read much else. With the series that
 * fills it a section mostly fits into a MiB, which its writer uses again.
 */
const SECTION_BYTES = 960 * 1024;
const TIMELINES_BYTES = 128 * 1024;
/** The texts of a section are written and read in one go. */
const SECTION_SERIES = 4096;

/**
 * Writes one chunk file, metric by metric: under a temporary name until it is whole and synced. Series are taken
 * synchronously; whoever writes asks `isFull` after each, and ends each metric.
 */
export class ChunkWriter {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #file: DiskFile;
  readonly #section = new SectionWriter();
  readonly #times = new ByteWriter();
  readonly #timelines: TimelineSection[] = [];
  readonly #metrics: MetricSection[] = [];
  #offset = HEADER_BYTES;
  #firstTimeline = 0;
  #nextTimeline = 0;
  #start = Number.POSITIVE_INFINITY;
  #end = Number.NEGATIVE_INFINITY;
  samples = 0;

  /** Use `writeChunk`. */
  constructor(disk: Disk, path: string, file: DiskFile) {
    this.#disk = disk;
    this.#path = path;
    this.#file = file;
  }

  /** Writes what the file begins with. */
  begin(): Promise<void> {
    return this.#file.append(headerBytes());
  }

  /** Whether it is time to `flush`: memory is bounded by that. */
  get isFull(): boolean {
    const { length, series } = this.#section;
    return length >= SECTION_BYTES || series >= SECTION_SERIES || this.#times.length >= TIMELINES_BYTES;
  }

  /** Takes times that series share; returns their number. */
  addTimeline(times: Float64Array): number {
    writeTimeline(times, this.#times);
    this.#start = Math.min(this.#start, times[0] ?? Number.POSITIVE_INFINITY);
    this.#end = Math.max(this.#end, times.at(-1) ?? Number.NEGATIVE_INFINITY);
    return this.#nextTimeline++;
  }

  /** Takes a series of the metric that is written now. */
  add(labels: Labels, timeline: number, values: Float64Array): void {
    this.#section.add(labels, timeline, values);
    this.samples += values.length;
  }

  /** Writes what there is of the metric `name` as a section. */
  async flush(name: string): Promise<void> {
    const { series, samples } = this.#section;
    if (series > 0)
      this.#metrics.push({ name, series, samples, ref: await this.#append(this.#section.take()) });
    if (this.#times.length >= TIMELINES_BYTES) await this.#flushTimelines();
  }

  /** Makes the file durable under its own name. */
  async finish(): Promise<void> {
    await this.#flushTimelines();
    const index = await this.#append(indexBytes({ timelines: this.#timelines, metrics: this.#metrics }));
    const { samples } = this;
    await this.#file.append(trailerBytes({ start: this.#start, end: this.#end, samples, index }));
    await this.#file.sync();
    await this.#file.close();
    await this.#disk.rename(temporary(this.#path), this.#path);
    await this.#disk.syncDirectory(directoryOf(this.#path));
  }

  /** Removes what was written; what goes wrong with that a start cleans up. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await this.#disk.remove(temporary(this.#path)).catch(() => undefined);
  }

  async #flushTimelines(): Promise<void> {
    const count = this.#nextTimeline - this.#firstTimeline;
    if (count === 0) return;
    const first = this.#firstTimeline;
    this.#firstTimeline = this.#nextTimeline;
    this.#timelines.push({ first, count, ref: await this.#append(this.#times.take()) });
  }

  async #append(raw: Uint8Array): Promise<SectionRef> {
    const bytes = await compress(raw);
    const ref = { offset: this.#offset, length: bytes.length, rawLength: raw.length, crc: crc32(bytes) };
    await this.#file.append(bytes);
    this.#offset += bytes.length;
    return ref;
  }
}

/** Writes what `fill` gives to a file that gets the name `path` once it is whole: none without samples. Returns their number. */
export async function writeChunk(
  disk: Disk,
  path: string,
  fill: (writer: ChunkWriter) => Promise<void>,
): Promise<number> {
  const writer = new ChunkWriter(disk, path, await disk.open(temporary(path), 'append'));
  try {
    await writer.begin();
    await fill(writer);
    if (writer.samples > 0) await writer.finish();
    else await writer.abandon();
    return writer.samples;
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

function temporary(path: string): string {
  return `${path}.tmp`;
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
