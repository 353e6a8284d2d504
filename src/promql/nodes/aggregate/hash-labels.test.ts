import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashLabels, xxHash64 } from './hash-labels.ts';

// From the reference implementation (`xxhsum -H1`).
const HASHES: readonly (readonly [text: string, hash: bigint])[] = [
  ['', 0xef46db3751d8e999n],
  ['a', 0xd24ec4f1a98c6e5bn],
  ['abc', 0x44bc2cf5ad770999n],
  ['Call me Ishmael. Some years ago--never mind how long precisely-', 0x02a2e85470d6fd96n],
];

for (const [text, hash] of HASHES) {
  test(`XXH64 of ${JSON.stringify(text)}`, () => {
    assert.equal(xxHash64(Buffer.from(text)), hash);
  });
}

test('labels are hashed in order of their names, absent ones not at all', () => {
  const bytes = Buffer.from('\u0008__name__\u0002up\u0003job\u0001a', 'latin1');
  assert.equal(hashLabels({ job: 'a', __name__: 'up', node: '' }), xxHash64(bytes));
});

test('hashes are those of Prometheus 3.14', () => {
  // From `labels.FromStrings(…).Hash()` of its model/labels.
  const up = { __name__: 'up', job: 'a', instance: 'h1' };
  assert.equal(hashLabels(up), 12202441744201493721n);
  const long = { ...up, instance: 'h6', zone: 'a-rather-long-zone-name-to-pass-32-bytes' };
  assert.equal(hashLabels(long), 16750580370683033501n);
  assert.equal(hashLabels({ ...up, job: 'b', instance: 'h7', zone: 'ünïcode' }), 11127161255589521232n);
});
