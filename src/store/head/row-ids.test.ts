import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { RowIds } from './row-ids.ts';

test('it holds what a map would', () => {
  const key = fc.constantFrom('a', 'b', 'c');
  const step = fc.record({ key, id: fc.option(fc.nat(9), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const rows = new RowIds();
      const map = new Map<string, number[]>();
      for (const { key: name, id } of steps) {
        if (id === undefined) {
          rows.delete(name);
          map.delete(name);
        } else {
          rows.set(name, [id]);
          map.set(name, [id]);
        }
        for (const each of ['a', 'b', 'c']) assert.deepEqual(rows.get(each), map.get(each));
        assert.deepEqual(new Map(rows), map);
      }
    }),
  );
});
