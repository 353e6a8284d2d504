import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutText } from './cut-text.ts';

for (const [text, max, expected] of [
  ['short', 5, 'short'],
  ['two words', 8, 'two…'],
  ['two words', 4, 'two…'],
  ['/api/tasks?key=abc', 12, '/api/tasks…'],
  ['/api/tasks?key=abc', 10, '/api…'],
  ['/api/tasks?key=abc', 15, '/api/tasks…'],
  ['oneword', 4, '…'],
  ['a 😀😀', 4, 'a…'],
] as const) {
  test(`${text} in ${max} characters`, () => {
    assert.equal(cutText(text, max), expected);
    assert.ok(cutText(text, max).length <= max);
  });
}
