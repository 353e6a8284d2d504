import { ByteReader, type ByteWriter } from '../../model/byte-codec.ts';
import type { Labels } from '../../model/labels.ts';
import type { BlockKind, Fill } from './block.ts';

/** A block came to be. */
export interface BlockRecord {
  readonly type: 'block';
  readonly id: number;
  readonly kind: BlockKind;
  readonly source: string;
  readonly tenant: string;
}

/** A series came to be, or was there when the segment began. */
export interface BirthRecord {
  readonly type: 'birth';
  readonly block: number;
  readonly number: number;
  readonly zero: boolean;
  /** Its last value before this record, NaN if it had none. */
  readonly latest: number;
  readonly labels: Labels;
}

/** A tick of a block: series numbers and, in parallel, their values or stale markers. */
export interface TickRecord {
  readonly type: 'tick';
  readonly block: number;
  readonly time: number;
  readonly fill: Fill;
  readonly span: number;
  readonly numbers: Int32Array;
  readonly values: Float64Array;
  /** How many of them count; all where it is left out. */
  readonly count?: number;
}

/** All blocks and series there were when the segment began have been defined in it. */
export interface CompleteRecord {
  readonly type: 'complete';
}

export type LogRecord = BlockRecord | BirthRecord | TickRecord | CompleteRecord;

const TYPES = ['block', 'birth', 'tick', 'complete'] as const;
const KINDS: readonly BlockKind[] = ['gauge', 'derived', 'rule'];
const FILLS: readonly Fill[] = ['gap', 'stale', 'carry'];

/** Appends a record to `out`: its type, then its fields in the order of the types above. */
export function encodeRecord(record: LogRecord, out: ByteWriter): void {
  out.varint(TYPES.indexOf(record.type));
  switch (record.type) {
    case 'block':
      out.varint(record.id);
      out.varint(KINDS.indexOf(record.kind));
      out.text(record.source);
      out.text(record.tenant);
      break;
    case 'birth':
      encodeBirth(record, out);
      break;
    case 'tick':
      encodeTick(record, out);
      break;
    case 'complete':
      break;
  }
}

/** Reads one record. @throws RangeError when it is not what `encodeRecord` writes */
export function decodeRecord(bytes: Uint8Array): LogRecord {
  const reader = new ByteReader(bytes);
  switch (oneOf(TYPES, reader.varint())) {
    case 'block':
      return {
        type: 'block',
        id: reader.varint(),
        kind: oneOf(KINDS, reader.varint()),
        source: reader.text(),
        tenant: reader.text(),
      };
    case 'birth':
      return decodeBirth(reader);
    case 'tick':
      return decodeTick(reader);
    case 'complete':
      return { type: 'complete' };
  }
}

function encodeBirth(record: BirthRecord, out: ByteWriter): void {
  out.varint(record.block);
  out.varint(record.number);
  out.varint(record.zero ? 1 : 0);
  out.float(record.latest);
  const labels = Object.entries(record.labels);
  out.varint(labels.length);
  for (const [name, value] of labels) {
    out.text(name);
    out.text(value);
  }
}

function decodeBirth(reader: ByteReader): BirthRecord {
  const block = reader.varint();
  const number = reader.varint();
  const zero = reader.varint() === 1;
  const latest = reader.float();
  const labels: [string, string][] = [];
  for (let left = reader.varint(); left > 0; left--) labels.push([reader.text(), reader.text()]);
  return { type: 'birth', block, number, zero, latest, labels: Object.fromEntries(labels) };
}

function encodeTick(record: TickRecord, out: ByteWriter): void {
  out.varint(record.block);
  out.float(record.time);
  out.varint(FILLS.indexOf(record.fill));
  out.varint(record.span);
  const { numbers, values, count = numbers.length } = record;
  out.varint(count);
  out.numbered(numbers, values, count);
}

function decodeTick(reader: ByteReader): TickRecord {
  const block = reader.varint();
  const time = reader.float();
  const fill = oneOf(FILLS, reader.varint());
  const span = reader.varint();
  const count = reader.varint();
  if (count * 9 > reader.left) throw new RangeError('more values than bytes');
  const numbers = new Int32Array(count);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    numbers[i] = reader.varint();
    reader.bits(values, i);
  }
  return { type: 'tick', block, time, fill, span, numbers, values };
}

function oneOf<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new RangeError('unknown value');
  return value;
}
