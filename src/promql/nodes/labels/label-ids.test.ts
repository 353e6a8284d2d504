import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { labelsKey } from '../../../model/labels.ts';
import { LabelIds } from './label-ids.ts';
import { allBut, onlyNamed } from './label-part.ts';

const names = ['__name__', 'tenant', 'task', 'le'];
const labels = fc.dictionary(fc.constantFrom(...names), fc.constantFrom('', '1', '2', '1\u00011', '\u0001'));
const some = fc.subarray(names, { minLength: 0 });

for (const [what, partOf] of [
  ['the named labels', onlyNamed],
  ['all but the named labels', allBut],
] as const) {
  test(`numbers are the same exactly where ${what} are`, () => {
    fc.assert(
      fc.property(labels, labels, some, (a, b, chosen) => {
        const part = partOf(chosen);
        const areEqual = labelsKey(part.of(a)) === labelsKey(part.of(b));
        const ids = new LabelIds(part);
        assert.equal(ids.of(a) === ids.of(b), areEqual);
        assert.equal(ids.size, areEqual ? 1 : 2);
      }),
    );
  });
}
