import { messageOf } from '../../model/failure.ts';
import { labelsKey, type Labels } from '../../model/labels.ts';
import type { ChunkFile } from './chunk-file.ts';
import type { ChunkIndex, SectionRef } from './chunk-format.ts';
import type { ChunkReader, Timelines } from './chunk-reader.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import { within } from './past-series.ts';
import { sectionSeries, valuesOf, type EncodedValues, type SectionSeries } from './section.ts';
import { Slice, yieldTo } from './yield-to.ts';

/** What one file has of a series; its values wait to be decoded. */
interface Piece extends EncodedValues {
  readonly source: number;
  readonly timeline: number;
}

/** Times that pieces of several files make together. */
interface MergedTimeline {
  readonly number: number;
  /** Which values of each piece are taken: all but those that an earlier file has. */
  readonly from: readonly number[];
  readonly samples: number;
}

interface Source {
  readonly file: ChunkFile;
  readonly index: ChunkIndex;
  readonly timelines: Timelines;
}

/**
 * Writes the samples of files, oldest first, into one: a metric at a time, of which only what is still encoded is in memory
 * at once. Where files overlap, the one that begins first is believed.
 * @throws DamageError when an index is damaged; Failure `disk` or `not_found`
 */
export async function mergeChunks(
  files: readonly ChunkFile[],
  reader: ChunkReader,
  writer: ChunkWriter,
  signal: AbortSignal,
): Promise<void> {
  const sources: Source[] = [];
  for (const file of files) {
    const index = await reader.index(file);
    sources.push({ file, index, timelines: reader.timelines(file, index, false) });
  }
  const merging = new Merging(sources, reader, writer, signal);
  const names = new Set(sources.flatMap(({ index }) => index.metrics.map(({ name }) => name)));
  for (const name of [...names].toSorted()) await merging.metric(name);
}

class Merging {
  readonly #sources: readonly Source[];
  readonly #reader: ChunkReader;
  readonly #writer: ChunkWriter;
  readonly #signal: AbortSignal;
  readonly #slice = new Slice();
  readonly #scratch = new Scratch();
  /** By the timelines they are made of: those series that shared theirs in each file share it again. */
  readonly #timelines = new Map<string, MergedTimeline | undefined>();

  constructor(sources: readonly Source[], reader: ChunkReader, writer: ChunkWriter, signal: AbortSignal) {
    this.#sources = sources;
    this.#reader = reader;
    this.#writer = writer;
    this.#signal = signal;
  }

  async metric(name: string): Promise<void> {
    const byKey = new Map<string, { readonly labels: Labels; readonly pieces: Piece[] }>();
    for (const [source, { file, index }] of this.#sources.entries()) {
      for (const section of index.metrics) {
        if (section.name !== name) continue;
        await this.#eachSeries(file, name, section.ref, ({ labels, timeline, samples, bytes, from, to }) => {
          const key = labelsKey(labels);
          let series = byKey.get(key);
          if (series === undefined) byKey.set(key, (series = { labels, pieces: [] }));
          series.pieces.push({ source, timeline, samples, bytes, from, to });
        });
      }
    }
    for (const { labels, pieces } of byKey.values()) {
      await this.#write(labels, pieces);
      if (this.#writer.isFull) await this.#writer.flush(name);
    }
    await this.#writer.flush(name);
  }

  /** Hands over the series of a section, none when it is damaged. */
  async #eachSeries(
    file: ChunkFile,
    name: string,
    ref: SectionRef,
    take: (series: SectionSeries) => void,
  ): Promise<void> {
    const bytes = await this.#reader.section(file, ref, false);
    if (bytes === undefined) return;
    try {
      for (const series of sectionSeries(name, bytes)) {
        take(series);
        if (this.#slice.isOver(0)) await yieldTo(this.#signal);
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#reader.reportDamage(file, ref, messageOf(error));
    }
  }

  async #write(labels: Labels, pieces: readonly Piece[]): Promise<void> {
    const timeline = await this.#timeline(pieces);
    if (timeline === undefined) return;
    const values = this.#scratch.take(timeline.samples);
    let at = 0;
    for (const [i, piece] of pieces.entries()) {
      const from = timeline.from[i] ?? piece.samples;
      if (from >= piece.samples) continue;
      if (from === 0) valuesOf(piece, values.subarray(at, at + piece.samples));
      else values.set(valuesOf(piece).subarray(from), at);
      at += piece.samples - from;
    }
    this.#writer.add(labels, timeline.number, values);
    if (this.#slice.isOver(values.length * 2)) await yieldTo(this.#signal);
  }

  async #timeline(pieces: readonly Piece[]): Promise<MergedTimeline | undefined> {
    const key = pieces.map(({ source, timeline }) => `${source}:${timeline}`).join();
    if (this.#timelines.has(key)) return this.#timelines.get(key);
    const merged = await this.#merge(pieces);
    this.#timelines.set(key, merged);
    if (this.#slice.isOver((merged?.samples ?? 0) * 3)) await yieldTo(this.#signal);
    return merged;
  }

  async #merge(pieces: readonly Piece[]): Promise<MergedTimeline | undefined> {
    const parts: Float64Array[] = [];
    const from: number[] = [];
    let last = Number.NEGATIVE_INFINITY;
    let samples = 0;
    for (const { source, timeline, samples: expected } of pieces) {
      const times = await this.#sources[source]?.timelines(timeline);
      // Without its times, or with those of others, a piece says nothing.
      const isUsable = times !== undefined && times.length === expected;
      const [, begin] = isUsable ? within(times, { start: last, end: last }) : [0, expected];
      from.push(begin);
      if (!isUsable || begin >= times.length) continue;
      parts.push(times.subarray(begin));
      samples += times.length - begin;
      last = times.at(-1) ?? last;
    }
    if (samples === 0) return undefined;
    return { number: this.#writer.addTimeline(concatenated(parts, samples)), from, samples };
  }
}

/** A buffer that is used again for each series. */
class Scratch {
  #buffer = new Float64Array(2048);

  take(length: number): Float64Array {
    if (length > this.#buffer.length) this.#buffer = new Float64Array(length * 2);
    return this.#buffer.subarray(0, length);
  }
}

function concatenated(parts: readonly Float64Array[], length: number): Float64Array {
  const all = new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
