import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elementsOf, FakeVector } from '../../testing/fake-vector.ts';
import { absentNode } from './absent.ts';
import { compareNatural } from './natural-order.ts';
import { scalarOf } from './scalar-of.ts';
import { sortByLabelNode, sortNode } from './sort.ts';

const NODES = new FakeVector([
  [{ node: 'n10', zone: 'b' }, 3],
  [{ node: 'n2', zone: 'b' }, Number.NaN],
  [{ node: 'n1', zone: 'a' }, 7],
  [{ node: 'n3', zone: 'a' }, undefined],
  [{ node: 'n2', zone: 'a' }, 5],
]);

test('sort and sort_desc put NaN last', () => {
  const values = (sign: 1 | -1): number[] =>
    elementsOf(sortNode(NODES, sign).at(0)).map(([, value]) => value);
  assert.deepEqual(values(1), [3, 5, 7, Number.NaN]);
  assert.deepEqual(values(-1), [7, 5, 3, Number.NaN]);
});

test('sort_by_label sorts numbers in labels as numbers, and by all labels where these are equal', () => {
  const sorted = (names: string[], sign: 1 | -1): string[] =>
    elementsOf(sortByLabelNode(NODES, names, sign).at(0)).map(
      ([labels]) => `${labels['node']}${labels['zone']}`,
    );
  assert.deepEqual(sorted(['node'], 1), ['n1a', 'n2a', 'n2b', 'n10b']);
  assert.deepEqual(sorted(['node'], -1), ['n10b', 'n2b', 'n2a', 'n1a']);
  assert.deepEqual(sorted(['zone', 'node'], 1), ['n1a', 'n2a', 'n2b', 'n10b']);
  assert.deepEqual(sorted([], 1), ['n1a', 'n10b', 'n2a', 'n2b']);
});

const ORDER: readonly (readonly [a: string, b: string, sign: number])[] = [
  ['a2', 'a10', -1],
  ['1.11.3', '1.2.3', 1],
  ['a', 'a1', -1],
  ['1', 'a', -1],
  ['01b', '1a', 1],
  ['01', '1', -1],
  ['', '', 0],
];

for (const [a, b, sign] of ORDER) {
  test(`natural order of ${JSON.stringify(a)} and ${JSON.stringify(b)}`, () => {
    assert.equal(Math.sign(compareNatural(a, b)), sign);
    assert.equal(Math.sign(compareNatural(b, a)) + 0, -sign + 0);
  });
}

test('scalar is the value of the only element', () => {
  const child = new FakeVector([
    [{ a: '1' }, undefined],
    [{ a: '2' }, 5],
  ]);
  const node = scalarOf(child);
  assert.equal(node.at(0), 5);
  child.set([
    [{ a: '1' }, 4],
    [{ a: '2' }, 5],
  ]);
  assert.equal(node.at(0), Number.NaN);
  child.set([]);
  assert.equal(node.at(0), Number.NaN);
});

test('absent is there when nothing else is', () => {
  const child = new FakeVector([[{ job: 'a', node: '1' }, undefined]]);
  const node = absentNode(child, { job: 'a' });
  assert.deepEqual(elementsOf(node.at(0)), [[{ job: 'a' }, 1]]);
  child.set([[{ job: 'a', node: '2' }, 0]]);
  assert.deepEqual(elementsOf(node.at(1)), []);
});
