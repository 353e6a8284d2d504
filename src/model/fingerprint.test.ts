import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fingerprintOf } from './fingerprint.ts';
import type { Labels } from './labels.ts';

/** The same hash by the book. */
function oracle(labels: Labels): string {
  let hash = 14_695_981_039_346_656_037n;
  const add = (byte: number): void => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 1_099_511_628_211n);
  };
  for (const name of Object.keys(labels).toSorted())
    for (const text of [name, labels[name] ?? '']) [...Buffer.from(text), 255].forEach(add);
  return hash.toString(16).padStart(16, '0');
}

test('is what prometheus/common computes', () => {
  // Both sums stand in model/signature_test.go of prometheus/common.
  assert.equal(fingerprintOf({}), 14_695_981_039_346_656_037n.toString(16));
  assert.equal(
    fingerprintOf({ name: 'garland, briggs', fear: 'love is not enough' }),
    5_799_056_148_416_392_346n.toString(16),
  );
});

test('equals the hash by the book for any labels', () => {
  const label = fc.string({ unit: 'binary', maxLength: 12 });
  fc.assert(
    fc.property(fc.dictionary(label, label, { maxKeys: 5 }), (labels) => {
      assert.equal(fingerprintOf(labels), oracle(labels));
    }),
  );
});
