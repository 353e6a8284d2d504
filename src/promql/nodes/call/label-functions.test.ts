import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Labels } from '../../../model/labels.ts';
import { elementsOf, FakeVector } from '../../testing/fake-vector.ts';
import { labelJoinNode } from './label-join.ts';
import { labelReplaceNode } from './label-replace.ts';

const UP: Labels = { __name__: 'up', host: 'db-1.acme.example' };

/** The arguments of `label_replace` after the vector, and the labels that come of `UP`. */
const REPLACEMENTS: readonly (readonly [string, string, string, string, Labels])[] = [
  ['tenant', '$1', 'host', '.*\\.(.*)\\.example', { ...UP, tenant: 'acme' }],
  ['tenant', '${name}-$$', 'host', '(?P<name>[a-z]+)-.*', { ...UP, tenant: 'db-$' }],
  ['tenant', '$1x', 'host', '(db).*', UP],
  ['tenant', '${1}x$9', 'host', '(db).*', { ...UP, tenant: 'dbx' }],
  ['tenant', 'x', 'host', 'db', UP],
  ['tenant', 'none', 'missing', '', { ...UP, tenant: 'none' }],
  ['host', '', 'host', '.*', { __name__: 'up' }],
];

for (const [target, replacement, source, pattern, expected] of REPLACEMENTS) {
  test(`label_replace(…, "${target}", "${replacement}", "${source}", "${pattern}")`, () => {
    const node = labelReplaceNode(new FakeVector([[UP, 1]]), { target, replacement, source, pattern });
    assert.deepEqual(elementsOf(node.at(0)), [[expected, 1]]);
  });
}

test('label_join joins what there is', () => {
  const child = new FakeVector([[UP, 1]]);
  assert.deepEqual(elementsOf(labelJoinNode(child, 'all', '/', ['__name__', 'missing', 'host']).at(0)), [
    [{ ...UP, all: 'up//db-1.acme.example' }, 1],
  ]);
  assert.deepEqual(elementsOf(labelJoinNode(child, 'host', '/', []).at(0)), [[{ __name__: 'up' }, 1]]);
});

test('series that become the same are an error while both are there', () => {
  const twin = { ...UP, host: 'db-2.acme.example' };
  const child = new FakeVector([[UP, 1]]);
  const node = labelReplaceNode(child, {
    target: 'host',
    replacement: '$1',
    source: 'host',
    pattern: '(..).*',
  });
  assert.deepEqual(elementsOf(node.at(0)), [[{ ...UP, host: 'db' }, 1]]);
  child.set([
    [UP, undefined],
    [twin, 2],
  ]);
  assert.deepEqual(elementsOf(node.at(1)), [[{ ...UP, host: 'db' }, 2]]);
  child.set([
    [UP, 1],
    [twin, 2],
  ]);
  const message = 'vector cannot contain metrics with the same labelset';
  assert.throws(() => node.at(2), { reason: 'invalid', message });
});

test('a name given anew is not dropped at the end', () => {
  const child = new FakeVector([
    [UP, 1, true],
    [{ __name__: 'down' }, 1, true],
  ]);
  const rename = { target: '__name__', replacement: 'is_$1', source: '__name__', pattern: '(up)' };
  const renamed = labelReplaceNode(child, rename);
  assert.deepEqual(
    elementsOf(renamed.at(0)).map(([labels]) => labels['__name__']),
    ['is_up', 'down'],
  );
  assert.deepEqual(
    [0, 1].map((position) => renamed.frame.dropsName(position)),
    [false, true],
  );
  const other = labelReplaceNode(child, { ...rename, target: 'name' });
  other.at(0);
  assert.equal(other.frame.dropsName(0), true);
  const joined = labelJoinNode(child, '__name__', '', ['__name__']);
  joined.at(0);
  assert.equal(joined.frame.dropsName(1), false);
});

test('bad patterns and names are told at once', () => {
  const child = new FakeVector();
  const replace = { target: 'a', replacement: '', source: 'b', pattern: '(' };
  assert.throws(() => labelReplaceNode(child, replace), {
    reason: 'invalid',
    message: /^invalid regular expression in label_replace\(\): \(/,
  });
  assert.throws(() => labelReplaceNode(child, { ...replace, pattern: '', target: '' }), {
    message: 'invalid destination label name in label_replace(): ',
  });
  assert.throws(() => labelJoinNode(child, 'a', '', ['\ufffd']), {
    message: 'invalid source label name in label_join(): \ufffd',
  });
});
