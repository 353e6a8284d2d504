import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { commonLabels, formatLabels, isLabelName, isMetricName, labelsKey, withoutLabels } from './labels.ts';

const NAMES = fc.constantFrom('a', 'b', 'tenant', 'node');
const VALUES = fc.string({ unit: fc.constantFrom('a', 'b', '\u0001', '\u0002', '=', 'é'), maxLength: 6 });
const LABELS = fc.dictionary(NAMES, VALUES);

describe('the key of a label set', () => {
  test('does not depend on the order, and an empty value is an absent label', () => {
    assert.equal(labelsKey({ b: '2', a: '1', c: '' }), labelsKey({ a: '1', b: '2' }));
  });

  test('is equal exactly when the sets are, whatever the values hold', () => {
    fc.assert(
      fc.property(LABELS, LABELS, (one, other) => {
        const present = [one, other].map((labels) =>
          JSON.stringify(
            Object.entries(labels)
              .filter(([, value]) => value !== '')
              .toSorted(([a], [b]) => (a < b ? -1 : 1)),
          ),
        );
        assert.equal(labelsKey(one) === labelsKey(other), present[0] === present[1]);
      }),
      { examples: [[{ a: 'x\u0002b\u0001y' }, { a: 'x', b: 'y' }]] },
    );
  });
});

const PRINTED: readonly (readonly [Record<string, string>, string])[] = [
  [{}, '{}'],
  [{ __name__: 'octopus_ping_up' }, 'octopus_ping_up'],
  [
    { tenant: 'acme', __name__: 'octopus_ping_up', node: 'n"1' },
    'octopus_ping_up{node="n\\"1", tenant="acme"}',
  ],
  [{ 'with space': 'x' }, '{"with space"="x"}'],
];
for (const [labels, text] of PRINTED) test(`prints ${text}`, () => assert.equal(formatLabels(labels), text));

test('names', () => {
  for (const name of ['a', '_a', 'A9_']) assert.ok(isLabelName(name) && isMetricName(name), name);
  for (const name of ['', '9a', 'a-b', 'a.b', 'é', 'a\n'])
    assert.ok(!isLabelName(name) && !isMetricName(name), name);
  assert.ok(isMetricName('job:rate5m') && !isLabelName('job:rate5m'));
});

test('labels without some, and those that all share', () => {
  assert.deepEqual(withoutLabels({ a: '1', b: '2', c: '3' }, 'a', 'c', 'd'), { b: '2' });
  assert.deepEqual(commonLabels([]), {});
  assert.deepEqual(commonLabels([{ a: '1', b: '2' }]), { a: '1', b: '2' });
  assert.deepEqual(
    commonLabels([
      { a: '1', b: '2' },
      { a: '1', b: '3' },
      { a: '1', c: '4' },
    ]),
    { a: '1' },
  );
});
