import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneLine } from './one-line.ts';

test('a text becomes one line without what a terminal or a mail would obey', () => {
  const hostile = ' a\r\nBcc: x\u2028b\u001B[2J\u202Ec\uD800 d\t\u0000';
  assert.equal(oneLine(hostile), 'a Bcc: x b [2J c d');
  assert.equal(oneLine('\n \u200B'), '');
});
