import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteWriter } from '../../model/byte-codec.ts';
import { Failure } from '../../model/failure.ts';
import type { LogRecord } from './log-record.ts';
import { appendRecord, scanSegment, segmentHeader } from './log-segment.ts';

const PLAIN = { noNullPrototype: true };
const id = fc.nat(2 ** 31 - 1);
const labels = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), PLAIN);
const record: fc.Arbitrary<LogRecord> = fc.oneof(
  fc.record({ type: fc.constant('complete' as const) }, PLAIN),
  fc.record(
    {
      type: fc.constant('block' as const),
      id,
      kind: fc.constantFrom('gauge' as const, 'derived' as const, 'rule' as const),
      source: fc.string({ unit: 'grapheme' }),
      tenant: fc.string({ unit: 'grapheme' }),
    },
    PLAIN,
  ),
  fc.record(
    {
      type: fc.constant('birth' as const),
      block: id,
      number: id,
      zero: fc.boolean(),
      latest: fc.double(),
      labels,
    },
    PLAIN,
  ),
  fc
    .record(
      {
        type: fc.constant('tick' as const),
        block: id,
        time: fc.double(),
        fill: fc.constantFrom('gap' as const, 'stale' as const, 'carry' as const),
        span: id,
        samples: fc.array(fc.tuple(id, fc.double())),
      },
      PLAIN,
    )
    .map(({ samples, ...rest }) => ({
      ...rest,
      numbers: Int32Array.from(samples, ([number]) => number),
      values: Float64Array.from(samples, ([, value]) => value),
    })),
);

function segmentOf(records: readonly LogRecord[]): Uint8Array {
  const out = new ByteWriter();
  for (const one of records) appendRecord(one, out);
  return Buffer.concat([segmentHeader(), out.take()]);
}

function scan(bytes: Uint8Array): { found: LogRecord[]; good: number; end: string } {
  const found: LogRecord[] = [];
  return { ...scanSegment(bytes, (one) => found.push(one)), found };
}

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const bytes = segmentOf(records);
      assert.deepEqual(scan(bytes), { found: records, good: bytes.length, end: 'clean' });
    }),
  );
});

test('a segment cut anywhere gives the records before the cut', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), fc.nat(), (records, seed) => {
      const bytes = segmentOf(records);
      const { found, good, end } = scan(bytes.subarray(0, seed % bytes.length));
      assert.deepEqual(found, records.slice(0, found.length));
      assert.ok(good <= seed % bytes.length);
      assert.ok(end === 'torn' || good === seed % bytes.length);
    }),
  );
});

test('a flipped byte never yields a record that was not written', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), fc.nat(), (records, seed) => {
      const bytes = segmentOf(records);
      const at = 8 + (seed % (bytes.length - 8));
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      const { found, end } = scan(bytes);
      assert.deepEqual(found, records.slice(0, found.length));
      assert.notEqual(end, 'clean');
    }),
  );
});

test('zeros behind the last record are the trace of a power cut', () => {
  const bytes = Buffer.concat([segmentOf([]), Buffer.alloc(512)]);
  assert.deepEqual(scan(bytes), { found: [], good: 8, end: 'torn' });
});

test('a newer format is refused in one line that says what to do', () => {
  const bytes = segmentHeader();
  bytes[4] = 9;
  assert.throws(
    () => scan(bytes),
    (error) =>
      error instanceof Failure &&
      error.reason === 'invalid' &&
      error.message ===
        "head log of format 9, this version reads 2: start the version that wrote it, or move the head's directory away",
  );
});
