import { ByteReader, ByteWriter } from '../../model/byte-codec.ts';
import { Failure, messageOf } from '../../model/failure.ts';
import type { ContributedGroups, Contribution } from './contribution.ts';
import { layoutOf, noNumbers, type RollupDeclaration, type RollupLayout } from './rollup-layout.ts';

const VERSION = 1;
/** Log stamps are ms, .NET ticks 1e-7 s: most values are whole multiples of one of these parts. */
const MILLI = 1e3;
const TICKS = 1e7;
const LARGEST = 2 ** 49;

/**
 * A contribution as bytes, some 30 a group: version, then for each dataset its declaration as JSON, the texts and
 * windows that occur, and the groups as numbers that refer to them. Absent fields and empty buckets take one bit.
 */
export function encodeContribution(contribution: Contribution): Uint8Array {
  const out = new ByteWriter();
  out.varint(VERSION);
  out.varint(contribution.length);
  for (const groups of contribution) writeGroups(groups, out);
  return out.take();
}

/** @throws Failure `malformed` */
export function decodeContribution(bytes: Uint8Array): Contribution {
  try {
    const reader = new ByteReader(bytes);
    const version = reader.varint();
    if (version !== VERSION) throw new RangeError(`version ${version} is not known`);
    return Array.from({ length: reader.varint() }, () => readGroups(reader));
  } catch (error) {
    throw new Failure('malformed', `rollup contribution: ${messageOf(error)}`, { cause: error });
  }
}

function writeGroups({ layout, starts, values, numbers }: ContributedGroups, out: ByteWriter): void {
  const { windowMs } = layout.declaration;
  out.text(JSON.stringify(layout.declaration));
  const windows = numbered(starts);
  out.varint(windows.size);
  for (const start of windows.keys()) out.varint(start / windowMs);
  const texts = numbered(values.flat());
  out.varint(texts.size);
  for (const text of texts.keys()) out.text(text);
  out.varint(values.length);
  for (const [group, own] of values.entries()) {
    out.varint(windows.get(starts[group] ?? 0) ?? 0);
    for (const text of own) out.varint(texts.get(text) ?? 0);
    writeNumbers(numbers, group * layout.stride, layout, out);
  }
}

function readGroups(reader: ByteReader): ContributedGroups {
  const declaration: RollupDeclaration = JSON.parse(reader.text());
  const layout = layoutOf(declaration);
  const windows = Array.from({ length: reader.varint() }, () => reader.varint() * declaration.windowMs);
  const texts = Array.from({ length: reader.varint() }, () => reader.text());
  const size = reader.varint();
  if (size > reader.left) throw new RangeError('more groups than bytes');
  const starts = new Float64Array(size);
  const values: string[][] = [];
  const numbers = noNumbers(layout, size);
  for (let group = 0; group < size; group++) {
    starts[group] = entry(windows, reader.varint());
    values.push(Array.from({ length: declaration.by.length + 1 }, () => entry(texts, reader.varint())));
    readNumbers(numbers, group * layout.stride, layout, reader);
  }
  return { layout, starts, values, numbers };
}

function writeNumbers(numbers: Float64Array, from: number, { fields }: RollupLayout, out: ByteWriter): void {
  out.varint(numbers[from] ?? 0);
  for (const { at, bounds } of fields) {
    const field = from + at;
    const count = numbers[field] ?? 0;
    out.varint(count);
    if (count === 0) continue;
    const last = count === 1 ? 1 : 3;
    for (let i = 1; i <= last; i++) writeValue(numbers[field + i] ?? 0, out);
    writeBuckets(numbers.subarray(field + 4, field + 4 + bounds.length), out);
  }
}

function readNumbers(
  numbers: Float64Array,
  from: number,
  { fields }: RollupLayout,
  reader: ByteReader,
): void {
  numbers[from] = reader.varint();
  for (const { at, bounds } of fields) {
    const field = from + at;
    const count = reader.varint();
    if (count === 0) continue;
    const sum = readValue(reader);
    // A single value is its own least and greatest.
    numbers.set(count === 1 ? [1, sum, sum, sum] : [count, sum, readValue(reader), readValue(reader)], field);
    readBuckets(numbers.subarray(field + 4, field + 4 + bounds.length), reader);
  }
}

/** Runs of empty buckets by length, so that what does not occur takes no room. */
function writeBuckets(buckets: Float64Array, out: ByteWriter): void {
  let empty = 0;
  for (const count of buckets) {
    if (count === 0) empty++;
    else {
      out.varint(empty);
      out.varint(count);
      empty = 0;
    }
  }
  if (empty > 0) out.varint(empty);
}

function readBuckets(buckets: Float64Array, reader: ByteReader): void {
  for (let i = 0; i < buckets.length; i++) {
    i += reader.varint();
    if (i < buckets.length) buckets[i] = reader.varint();
  }
}

/** The two lowest bits say how the rest reads. */
function writeValue(value: number, out: ByteWriter): void {
  for (const [tag, scale] of [MILLI, TICKS].entries()) {
    const whole = Math.round(value * scale);
    if (!(whole >= 0 && whole < LARGEST) || whole / scale !== value || Object.is(value, -0)) continue;
    return out.varint(whole * 4 + tag);
  }
  out.varint(2);
  out.float(value);
}

function readValue(reader: ByteReader): number {
  const tagged = reader.varint();
  const tag = tagged % 4;
  if (tag === 2) return reader.float();
  if (tag === 3) throw new RangeError('number of no known form');
  return Math.floor(tagged / 4) / (tag === 0 ? MILLI : TICKS);
}

function numbered<T>(items: Iterable<T>): Map<T, number> {
  const numbers = new Map<T, number>();
  for (const item of items) if (!numbers.has(item)) numbers.set(item, numbers.size);
  return numbers;
}

function entry<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError('reference to nothing');
  return item;
}
