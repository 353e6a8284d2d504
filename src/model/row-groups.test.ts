import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RowGroups } from './row-groups.ts';

test('rows have one number exactly if they are equal in every column, in order of appearance', () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 1500 }), (rows) => {
      const groups = new RowGroups([0, 1].map((at) => Int32Array.from(rows, (values) => values[at] ?? 0)));
      const expected = new Map<string, number>();
      for (const [at, values] of rows.entries()) {
        const key = String(values);
        if (!expected.has(key)) expected.set(key, expected.size);
        assert.equal(groups.of(at), expected.get(key));
      }
      assert.equal(groups.size, expected.size);
      const firsts = [...groups.firstRows].map((at) => String(rows[at]));
      assert.deepEqual(firsts, [...expected.keys()]);
    }),
  );
});
