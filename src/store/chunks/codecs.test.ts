import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteWriter } from '../../model/byte-codec.ts';
import { isStale, setStale } from '../../model/series.ts';
import { decodeTimes, encodeTimes } from './time-codec.ts';
import { decodeValues, encodeValues } from './value-codec.ts';

const STALE = 'stale';
type Value = number | typeof STALE;

function valuesOf(list: readonly Value[]): Float64Array {
  const values = new Float64Array(list.length);
  for (const [i, value] of list.entries()) {
    if (value === STALE) setStale(values, i);
    else values[i] = value;
  }
  return values;
}

function bitsOf(values: Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
}

function encoded(encode: (values: Float64Array, out: ByteWriter) => void, values: Float64Array): Uint8Array {
  const out = new ByteWriter();
  encode(values, out);
  return out.take();
}

function decoded(bytes: Uint8Array, length: number, decode = decodeValues): Float64Array {
  const values = new Float64Array(length);
  decode(bytes, values);
  return values;
}

const special = fc.constantFrom<Value[]>(
  STALE,
  Number.NaN,
  Infinity,
  -Infinity,
  -0,
  0,
  2 ** 53,
  -(2 ** 51),
  5e-324,
);
const decimal = fc
  .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(9))
  .map(([n, exponent]) => n / 10 ** exponent);
const value = fc.oneof(
  { weight: 4, arbitrary: decimal },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: special },
);
const column = fc.oneof(
  fc.array(value, { minLength: 1, maxLength: 200 }),
  fc.array(decimal, { minLength: 1, maxLength: 200 }),
  fc.array(fc.oneof(fc.integer(), special), { minLength: 1, maxLength: 50 }),
  fc.tuple(value, fc.integer({ min: 1, max: 50 })).map(([one, count]) => Array<Value>(count).fill(one)),
);

test('values are read back bit for bit, whatever they are', () => {
  fc.assert(
    fc.property(column, (list) => {
      const values = valuesOf(list);
      assert.equal(bitsOf(decoded(encoded(encodeValues, values), values.length)), bitsOf(values));
    }),
    { numRuns: 2000 },
  );
});

test('a stale marker in a column of whole numbers stays one and costs the others nothing', () => {
  const list: Value[] = [...Array.from({ length: 99 }, (_, i) => 1e6 + i), STALE];
  const bytes = encoded(encodeValues, valuesOf(list));
  assert.ok(bytes.length < 99 + 20, `${bytes.length} bytes`);
  assert.ok(isStale(decoded(bytes, 100), 99));
});

test('what numbers cost before compression', () => {
  const count = 1000;
  for (const [what, of, most] of [
    ['the same', () => 0.1 + 0.2, 9],
    ['a counter', (i: number) => i * 37, 1010],
    ['seconds in ms', (i: number) => (100 + (i % 7)) / 1000, 1010],
    ['bits', (i: number) => Math.sin(i), 8001],
  ] as const) {
    const { length } = encoded(
      encodeValues,
      Float64Array.from({ length: count }, (_, i) => of(i)),
    );
    assert.ok(length <= most, `${what}: ${length} bytes`);
  }
});

test('times are read back, with fractions of a ms too', () => {
  const steps = fc.array(
    fc.oneof(fc.constant(15_000), fc.nat(1e9), fc.double({ min: 0.001, max: 1e6, noNaN: true })),
  );
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 42), max: 2 ** 42 }), steps, (first, list) => {
      let at: number = first;
      const times = Float64Array.from([first, ...list.map((step) => (at += step))]);
      const bytes = encoded(encodeTimes, times);
      assert.deepEqual(decoded(bytes, times.length, decodeTimes), times);
    }),
  );
  const regular = Float64Array.from({ length: 1440 }, (_, i) => 1.79e12 + i * 5000);
  assert.ok(encoded(encodeTimes, regular).length < 1455);
});

test('bytes that nobody wrote are refused with a RangeError or give some values, no more', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(20), (bytes, length) => {
      for (const decode of [decodeValues, decodeTimes]) {
        try {
          decoded(bytes, length, decode);
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error));
        }
      }
    }),
  );
});
