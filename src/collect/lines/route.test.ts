import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SymbolTable } from '../../model/symbols.ts';
import { Routes } from './route.ts';

function routeOf(routes: Routes, symbols: SymbolTable, path: string): string {
  const bytes = Buffer.from(path);
  const symbol = symbols.internBytes(bytes, 0, bytes.length);
  return symbols.text(routes.of(symbols, symbol, bytes, 0, bytes.length));
}

const segment = fc.oneof(
  fc.constantFrom(
    'api',
    'Spaces-1',
    'spaces-22',
    'tasks',
    'ServerTasks-1844',
    'v1',
    'a1b2c3d4e5f60718',
    'Spaces-x',
  ),
  fc.stringMatching(/^[A-Za-z0-9._-]{0,20}$/),
  fc.nat().map(String),
);
const path = fc.array(segment, { maxLength: 6 }).map((segments) => `/api/${segments.join('/')}`);

test('paths of one shape have the route that each would have alone', () => {
  fc.assert(
    fc.property(fc.array(path, { maxLength: 60 }), (paths) => {
      const [routes, symbols] = [new Routes(), new SymbolTable()];
      routes.reset();
      for (const one of paths) {
        assert.equal(routeOf(routes, symbols, one), routeOf(new Routes(), new SymbolTable(), one), one);
      }
    }),
    { numRuns: 500 },
  );
});

test('numbers differ, the route does not; a new batch has symbols of its own', () => {
  const routes = new Routes();
  for (const symbols of [new SymbolTable(), new SymbolTable()]) {
    symbols.intern('something else');
    routes.reset();
    for (const n of [1, 22, 333])
      assert.equal(
        routeOf(routes, symbols, `/api/Spaces-${n}/tasks/ServerTasks-${n}`),
        '/api/{space}/tasks/{id}',
      );
  }
});
