import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventId, EventIds } from './event-id.ts';
import { SymbolTable } from './symbols.ts';

/** FNV-1a, 128 bits, of known texts (the FNV reference's test vectors). */
const VECTORS: readonly (readonly [string, string])[] = [
  ['', '6c62272e07bb014262b821756295c58d'],
  ['a', 'd228cb696f1a8caf78912b704e4a8964'],
  ['foobar', '343e1662793c64bf6f0d3597ba446f18'],
];
for (const [text, hex] of VECTORS) {
  test(`FNV-1a 128 of ${JSON.stringify(text)}`, () => {
    assert.equal(Buffer.from(eventId(text), 'base64url').toString('hex'), hex);
  });
}

test('22 characters that an id may have, the same at every run', () => {
  assert.match(eventId('acme', 'Tasks-1', 'Failed'), /^[\w-]{22}$/);
  assert.equal(eventId('acme', 'Tasks-1', 'Failed'), eventId('acme', 'Tasks-1', 'Failed'));
});

test('where one part ends and the next begins matters', () => {
  const ids = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc']].map((parts) => eventId(...parts));
  assert.equal(new Set(ids).size, ids.length);
});

test('ids made from bytes are those made from texts', () => {
  const symbols = new SymbolTable();
  const ids = new EventIds('acme');
  for (const id of ['ServerTasks-1', 'ServerTasks-18473', 'Zürich']) {
    const bytes = Buffer.from(`<${id}>`);
    const symbol = ids.intern(symbols, bytes, 1, bytes.length - 1, Buffer.from('Failed'));
    assert.equal(symbols.text(symbol), eventId('acme', id, 'Failed'));
  }
});
