import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { SymbolTable } from './symbols.ts';

describe('a symbol table', () => {
  test('gives equal texts equal symbols and keeps every text, however many', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 200 }), (texts) => {
        const table = new SymbolTable();
        const symbols = texts.map((text) => table.intern(text));
        assert.equal(table.size, new Set([...texts, '']).size);
        texts.forEach((text, i) => {
          assert.equal(table.text(symbols[i] ?? -1), text);
          assert.equal(table.intern(text), symbols[i]);
        });
      }),
      { examples: [[['\uFEFFa', 'a']], [Array.from({ length: 5000 }, (_, i) => `value ${i % 3000}`)]] },
    );
  });

  test('bytes and text meet; a range of a larger buffer is a text of its own', () => {
    const table = new SymbolTable();
    const bytes = new TextEncoder().encode('GET /api/größe 200');
    assert.equal(table.text(table.internBytes(bytes, 4, 16)), '/api/größe');
    assert.equal(table.internBytes(bytes, 0, 3), table.intern('GET'));
    assert.deepEqual(Buffer.from(table.bytes(table.intern('GET'))).toString(), 'GET');
  });

  test('what the caller does with its buffer later does not matter', () => {
    const table = new SymbolTable();
    const bytes = new TextEncoder().encode('acme');
    const symbol = table.internBytes(bytes, 0, 4);
    bytes.fill(0);
    assert.equal(table.text(symbol), 'acme');
  });

  test('the empty range is the absent symbol', () => {
    const table = new SymbolTable();
    assert.deepEqual(
      [
        table.intern(''),
        table.internBytes(new Uint8Array(3), 2, 2),
        table.internBytes(new Uint8Array(3), 2, 1),
      ],
      [0, 0, 0],
    );
    assert.equal(table.text(0), '');
    assert.equal(table.bytes(0).length, 0);
  });

  test('cleared, it starts anew', () => {
    const table = new SymbolTable();
    for (let i = 0; i < 3000; i++) table.intern(`old ${i}`);
    table.clear();
    assert.equal(table.size, 1);
    assert.equal(table.intern('new'), 1);
    assert.equal(table.text(1), 'new');
    assert.equal(table.intern('old 7'), 2);
  });
});
