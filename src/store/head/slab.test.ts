import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PAGE_BITS, PAGE_MASK, Slab } from './slab.ts';

function write(slab: Slab, slot: number, capacity: number, value: number): void {
  const page = slab.pages[slot >>> PAGE_BITS];
  for (let i = 0; i < capacity; i++) if (page !== undefined) page[(slot & PAGE_MASK) + i] = value;
}

function holds(slab: Slab, slot: number, capacity: number, value: number): boolean {
  const start = slot & PAGE_MASK;
  const ring = slab.pages[slot >>> PAGE_BITS]?.subarray(start, start + capacity);
  return ring?.length === capacity && ring.every((each) => each === value);
}

test('rings never overlap, whatever is given back in between', () => {
  const step = fc.record({ bits: fc.integer({ min: 3, max: 17 }), keep: fc.boolean(), pick: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const slab = new Slab();
      const rings: { slot: number; capacity: number; value: number }[] = [];
      for (const [value, { bits, keep, pick }] of steps.entries()) {
        const capacity = 1 << bits;
        const slot = slab.allocate(capacity);
        write(slab, slot, capacity, value);
        rings.push({ slot, capacity, value });
        if (!keep) slab.free(rings.splice(pick % rings.length, 1)[0]?.slot ?? 0);
        for (const ring of rings) assert.ok(holds(slab, ring.slot, ring.capacity, ring.value));
      }
    }),
    { numRuns: 50 },
  );
});

test('pages whose rings are all given back are given back', () => {
  const slab = new Slab();
  const size = (): number => slab.pages.reduce((sum, page) => sum + page.byteLength, 0);
  for (let round = 0; round < 3; round++) {
    const slots = Array.from({ length: 10_000 }, () => slab.allocate(64));
    assert.equal(size(), 5 * 2 ** 20);
    for (const slot of slots) slab.free(slot);
    assert.equal(size(), 2 ** 20);
  }
});
