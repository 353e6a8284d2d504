import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatLabelText, parseLabelText } from './label-text.ts';

test('labels as text, sorted, escaped, with names quoted that need it', () => {
  const labels = { path: 'C:\\"new"\nline', code: '200', 'my.name': 'x' };
  assert.equal(formatLabelText(labels), 'code="200","my.name"="x",path="C:\\\\\\"new\\"\\nline"');
  assert.equal(formatLabelText({}), '');
});

test('what was written is read again', () => {
  const name = fc.oneof(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]*$/), fc.string({ minLength: 1 }));
  fc.assert(
    fc.property(fc.dictionary(name, fc.string({ unit: 'binary' })), (labels) => {
      const read = [...parseLabelText(formatLabelText(labels))];
      assert.deepEqual(
        read,
        Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      );
    }),
  );
});

test('of a damaged text the labels before the damage', () => {
  assert.deepEqual([...parseLabelText('a="1",b="2')], [['a', '1']]);
  assert.deepEqual([...parseLabelText('nonsense')], []);
});
