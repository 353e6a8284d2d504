import { ByteReader, ByteWriter } from '../../model/byte-codec.ts';
import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import { decodeTimes, encodeTimes } from './time-codec.ts';
import { decodeValues, encodeValues } from './value-codec.ts';

/**
 * Writes the section of a metric: its label texts, then each series as pairs of their numbers, the number of its timeline,
 * how many samples, and its values behind their length in bytes.
 */
export class SectionWriter {
  readonly #series = new ByteWriter();
  readonly #symbols = new Map<string, number>();
  series = 0;
  samples = 0;

  /** Bytes so far, before compression. */
  get length(): number {
    return this.#series.length;
  }

  add(labels: Labels, timeline: number, values: Float64Array): void {
    const out = this.#series;
    let pairs = 0;
    for (const name in labels) if (name !== METRIC_NAME && labels[name] !== '') pairs++;
    out.varint(pairs);
    for (const name in labels) {
      const value = labels[name] ?? '';
      if (name === METRIC_NAME || value === '') continue;
      out.varint(this.#symbol(name));
      out.varint(this.#symbol(value));
    }
    out.varint(timeline);
    out.varint(values.length);
    const length = out.skipUint32();
    const from = out.length;
    encodeValues(values, out);
    out.setUint32(length, out.length - from);
    this.series++;
    this.samples += values.length;
  }

  /** The section, and an empty writer. */
  take(): Uint8Array {
    const out = new ByteWriter();
    out.varint(this.#symbols.size);
    for (const text of this.#symbols.keys()) out.text(text);
    out.varint(this.series);
    out.bytes(this.#series.view());
    this.#series.clear();
    this.#symbols.clear();
    this.series = 0;
    this.samples = 0;
    return out.view();
  }

  #symbol(text: string): number {
    let symbol = this.#symbols.get(text);
    if (symbol === undefined) this.#symbols.set(text, (symbol = this.#symbols.size));
    return symbol;
  }
}

/** Values that wait to be decoded: bytes `[from, to)` of their section. A view for each would cost more than they do. */
export interface EncodedValues {
  readonly samples: number;
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** A series of a section. */
export interface SectionSeries extends EncodedValues {
  readonly labels: Labels;
  /** The number of its timeline in the same file. */
  readonly timeline: number;
}

/** The series of a metric's section. @throws RangeError when it is none */
export function* sectionSeries(name: string, bytes: Uint8Array): Iterable<SectionSeries> {
  const reader = new ByteReader(bytes);
  const symbols: string[] = [];
  for (let left = reader.varint(); left > 0; left--) symbols.push(reader.text());
  for (let left = reader.varint(); left > 0; left--) {
    const labels: Record<string, string> = { [METRIC_NAME]: name };
    for (let pairs = reader.varint(); pairs > 0; pairs--) {
      const label = symbolAt(symbols, reader.varint());
      labels[label] = symbolAt(symbols, reader.varint());
    }
    const timeline = reader.varint();
    const samples = reader.varint();
    const length = reader.uint32();
    reader.skip(length);
    const to = bytes.length - reader.left;
    yield { labels, timeline, samples, bytes, from: to - length, to };
  }
}

/** The values of a series of a section, in `into` where it is given. @throws RangeError when they are none */
export function valuesOf(
  { samples, bytes, from, to }: EncodedValues,
  into: Float64Array = new Float64Array(samples),
): Float64Array {
  decodeValues(bytes.subarray(from, to), into);
  return into;
}

/** Appends a timeline to a section of timelines: how many times, and these behind their length in bytes. */
export function writeTimeline(times: Float64Array, out: ByteWriter): void {
  out.varint(times.length);
  const length = out.skipUint32();
  const from = out.length;
  encodeTimes(times, out);
  out.setUint32(length, out.length - from);
}

/** The timelines of a section, by their place in it. */
export class TimelineReader {
  readonly #bytes: Uint8Array;
  readonly #offsets: readonly number[];

  /** @throws RangeError when it is no section of `count` timelines */
  constructor(bytes: Uint8Array, count: number) {
    const reader = new ByteReader(bytes);
    const offsets: number[] = [];
    for (let place = 0; place < count; place++) {
      offsets.push(bytes.length - reader.left);
      reader.varint();
      reader.skip(reader.uint32());
    }
    this.#bytes = bytes;
    this.#offsets = offsets;
  }

  /** @throws RangeError when it is none */
  at(place: number): Float64Array<ArrayBuffer> {
    const reader = new ByteReader(this.#bytes.subarray(this.#offsets[place]));
    const times = new Float64Array(reader.varint());
    decodeTimes(reader.bytes(reader.uint32()), times);
    return times;
  }
}

function symbolAt(symbols: readonly string[], number: number): string {
  const text = symbols[number];
  if (text === undefined) throw new RangeError('unknown text');
  return text;
}
