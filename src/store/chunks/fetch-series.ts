import { Failure, messageOf } from '../../model/failure.ts';
import type { PastReader, SeriesRequest } from '../../model/history.ts';
import { labelValue, METRIC_NAME, type Labels } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { TimeRange } from '../../model/series.ts';
import type { ChunkFile } from './chunk-file.ts';
import { DamageError, type ChunkIndex, type MetricSection } from './chunk-format.ts';
import type { ChunkReader, Timelines } from './chunk-reader.ts';
import { firstAfter, SeriesParts, within, type Allocate } from './past-series.ts';
import { sectionSeries, valuesOf, type SectionSeries } from './section.ts';
import { Slice, yieldTo } from './yield-to.ts';

/** How many times of a file are kept decoded for its other metrics: 16 MB. */
const TIMES_KEPT = 2_000_000;
const ALWAYS = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

export interface FetchOptions {
  /** Oldest samples first. */
  readonly files: readonly ChunkFile[];
  readonly reader: ChunkReader;
  /** A file turned out to be damaged as a whole. */
  readonly onDamage: (file: ChunkFile, error: unknown) => Promise<void>;
  /** The disk does not give a file: the rest of it is left out. */
  readonly onFailure: (error: Failure) => void;
  /** More are an error: all are in memory at the same time, with 16 bytes each. */
  readonly maxSamples: number;
  readonly signal: AbortSignal;
  /** A fetch before this one: what both ask for is taken from it. */
  readonly previous?: PreviousFetch;
  /** Gives room for values; from the heap when left out. */
  readonly allocate?: Allocate;
}

/** What a fetch brought, from where files need not be read again. */
export interface PreviousFetch {
  readonly reader: PastReader;
  /** Up to when it has all that is asked for of a metric, ms; -Infinity of one that it has nothing of. */
  until(name: string): number;
}

/**
 * The samples that requests ask for. Where files overlap, which only a clock that was set back makes them do, the one that
 * begins first is believed.
 * @throws Failure `budget` when there are too many; `not_found` when a file went away meanwhile
 */
export async function fetchSeries(
  requests: readonly SeriesRequest[],
  options: FetchOptions,
): Promise<PastReader> {
  const fetching = new Fetching(requests, options);
  await fetching.takeOver();
  for (const file of options.files) {
    await fetching.read(file).catch((error: unknown) => {
      if (!(error instanceof Failure) || error.reason !== 'disk') throw error;
      options.onFailure(error);
      fetching.missing.add(file);
    });
  }
  const reader = await fetching.parts.reader(options.signal);
  return { ...reader, warnings: Array.from(fetching.missing, warningOf) };
}

class Fetching {
  readonly parts: SeriesParts;
  /** Files that something could not be read of. */
  readonly missing = new Set<ChunkFile>();
  readonly #requests: readonly Wanted[];
  readonly #options: FetchOptions;
  readonly #slice = new Slice();
  /** Of the file that is read now, by number. */
  readonly #times = new Map<number, Float64Array | undefined>();
  #timesKept = 0;
  /** Parts of timelines of the file that is read now. */
  readonly #parts = new Map<Float64Array, { readonly from: number; readonly times: Float64Array }>();
  /** How many files with anything wanted there are from the one that is read now on. */
  #filesLeft: number;
  /** Of all files, ms. */
  readonly #lastTime: number;
  #buffer = new Float64Array();

  constructor(requests: readonly SeriesRequest[], options: FetchOptions) {
    this.#requests = requests.map(wantedOf);
    this.#options = options;
    this.parts = new SeriesParts(options.allocate);
    this.#lastTime = options.files.reduce((last, { end }) => Math.max(last, end), Number.NEGATIVE_INFINITY);
    this.#filesLeft = options.files.filter((file) => this.#wantedOf(file).length > 0).length;
  }

  /** Takes what the fetch before has. */
  async takeOver(): Promise<void> {
    const { previous, signal } = this.#options;
    if (previous === undefined) return;
    for (const { labels, timestamps, values } of previous.reader.select([], ALWAYS)) {
      const name = labels[METRIC_NAME] ?? '';
      const range = rangeOf(
        this.#requests.filter(({ hasName }) => hasName(name)),
        labels,
      );
      const [from, to] = range === undefined ? [0, 0] : within(timestamps, range);
      if (this.#slice.isOver(to - from)) await yieldTo(signal);
      if (range === undefined || from >= to) continue;
      this.#spend(to - from);
      const growing = this.parts.of(
        labels,
        Math.ceil((to - from) * (1 + this.#growth(range, timestamps, from, to))),
      );
      growing.add(this.#part(timestamps, from, to), (into) => into.set(values.subarray(from, to)));
    }
    this.#forgetTimes();
  }

  /** How many times as many samples as these there will be besides, when they go on like that. */
  #growth({ end }: TimeRange, times: Float64Array, from: number, to: number): number {
    const [first = 0, last = 0] = [times[from], times[to - 1]];
    return last > first ? Math.min(2000, ((end - last) / (last - first)) * 1.02 + 0.1) : 0;
  }

  async read(file: ChunkFile): Promise<void> {
    const wanted = this.#wantedOf(file);
    if (wanted.length === 0) return;
    this.#options.signal.throwIfAborted();
    const index = await this.#index(file);
    if (index === undefined) return;
    const timelines = this.#options.reader.timelines(file, index);
    this.#forgetTimes();
    for (const metric of index.metrics) {
      const named = wanted.filter(({ hasName }) => hasName(metric.name));
      const isKnown = (this.#options.previous?.until(metric.name) ?? Number.NEGATIVE_INFINITY) >= file.end;
      if (named.length > 0 && !isKnown) await this.#metric(file, metric, named, timelines);
    }
    this.#filesLeft--;
  }

  #wantedOf(file: ChunkFile): Wanted[] {
    return this.#requests.filter(({ range }) => range.start <= file.end && range.end >= file.start);
  }

  async #index(file: ChunkFile): Promise<ChunkIndex | undefined> {
    try {
      return await this.#options.reader.index(file);
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      await this.#options.onDamage(file, error);
      this.missing.add(file);
      return undefined;
    }
  }

  async #metric(
    file: ChunkFile,
    { name, ref }: MetricSection,
    wanted: readonly Wanted[],
    timelines: Timelines,
  ): Promise<void> {
    const { reader, signal } = this.#options;
    const bytes = await reader.section(file, ref);
    if (bytes === undefined) {
      this.missing.add(file);
      return;
    }
    try {
      for (const series of sectionSeries(name, bytes)) {
        const range = rangeOf(wanted, series.labels);
        const times = range && (await this.#timeline(series.timeline, timelines));
        if (range !== undefined && times === undefined) this.missing.add(file);
        if (range !== undefined && times !== undefined) this.#take(series, times, range);
        if (this.#slice.isOver(times === undefined ? 0 : series.samples * 2)) await yieldTo(signal);
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      reader.reportDamage(file, ref, messageOf(error));
      this.missing.add(file);
    }
  }

  async #timeline(number: number, timelines: Timelines): Promise<Float64Array | undefined> {
    if (this.#times.has(number)) return this.#times.get(number);
    const times = await timelines(number);
    if (this.#timesKept > TIMES_KEPT) this.#forgetTimes();
    this.#timesKept += times?.length ?? 0;
    this.#times.set(number, times);
    return times;
  }

  #forgetTimes(): void {
    this.#times.clear();
    this.#parts.clear();
    this.#timesKept = 0;
  }

  #take(series: SectionSeries, times: Float64Array, range: TimeRange): void {
    if (times.length !== series.samples) throw new RangeError('a timeline of another length');
    const [start, to] = within(times, range);
    if (start >= to) return;
    const growing = this.parts.of(series.labels, this.#capacity(times, range, to - start));
    const from = growing.last < (times[start] ?? 0) ? start : firstAfter(times, growing.last);
    if (from >= to) return;
    this.#spend(to - from);
    growing.add(this.#part(times, from, to), (into) => {
      if (into.length === times.length) valuesOf(series, into);
      else into.set(valuesOf(series, this.#scratch(times.length)).subarray(from, to));
    });
  }

  /** How many samples there will probably be of a series that has `count` of these times in the range. */
  #capacity(times: Float64Array, { start, end }: TimeRange, count: number): number {
    if (this.#filesLeft <= 1) return count;
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    const wanted = Math.min(end, this.#lastTime) - Math.max(start, first);
    const samples =
      last > first ? ((times.length - 1) * wanted) / (last - first) : times.length * this.#filesLeft;
    return Math.max(count, Math.min(times.length * this.#filesLeft, Math.ceil(samples * 1.02) + 4));
  }

  /** A part of a timeline: the same array for all series that have the same part. */
  #part(times: Float64Array, from: number, to: number): Float64Array {
    if (to - from === times.length) return times;
    const known = this.#parts.get(times);
    if (known?.from === from && known.times.length === to - from) return known.times;
    const part = times.slice(from, to);
    this.#parts.set(times, { from, times: part });
    return part;
  }

  #scratch(length: number): Float64Array {
    if (this.#buffer.length < length) this.#buffer = new Float64Array(length * 2);
    return this.#buffer.subarray(0, length);
  }

  #spend(samples: number): void {
    const { maxSamples } = this.#options;
    this.parts.samples += samples;
    if (this.parts.samples <= maxSamples) return;
    throw new Failure(
      'budget',
      `this reads more than ${maxSamples} samples of history: ask for a shorter range, or for fewer series`,
    );
  }
}

function warningOf({ start, end }: ChunkFile): string {
  const [from, to] = [start, end].map((time) => new Date(time).toISOString());
  return `history from ${from} to ${to} is damaged or cannot be read: samples are missing`;
}

interface Wanted {
  readonly range: TimeRange;
  hasName(name: string): boolean;
  matches(labels: Labels): boolean;
}

function wantedOf({ matchers, range }: SeriesRequest): Wanted {
  const names = matchers.filter(({ name }) => name === METRIC_NAME);
  const others = matchers.filter(({ name }) => name !== METRIC_NAME).map(remembering);
  return {
    range,
    hasName: (name) => names.every((matcher) => matcher.matches(name)),
    matches: (labels) => others.every((test) => test(labels)),
  };
}

/** A matcher as a test of labels that asks once for each value: files say the same ones again and again. */
function remembering(matcher: Matcher): (labels: Labels) => boolean {
  const known = new Map<string, boolean>();
  return (labels) => {
    const value = labelValue(labels, matcher.name);
    let answer = known.get(value);
    if (answer === undefined) known.set(value, (answer = matcher.matches(value)));
    return answer;
  };
}

/** From the first to the last time that anybody wants of a series. */
function rangeOf(wanted: readonly Wanted[], labels: Labels): TimeRange | undefined {
  let found: TimeRange | undefined;
  for (const { range, matches } of wanted) {
    if (!matches(labels)) continue;
    found =
      found === undefined
        ? range
        : { start: Math.min(found.start, range.start), end: Math.max(found.end, range.end) };
  }
  return found;
}
