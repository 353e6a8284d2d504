import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { elementsOf, FakeVector, scalar, type Element } from '../../testing/fake-vector.ts';
import {
  histogramFractionNode,
  histogramQuantileNode,
  histogramQuantilesNode,
} from './histogram-functions.ts';

const IMMEDIATE = { delayedNameRemoval: false };
const { NaN: nan, POSITIVE_INFINITY: inf, NEGATIVE_INFINITY: minusInf } = Number;

type Bounds = readonly (readonly [le: string, count: number | undefined])[];

function buckets(labels: Record<string, string>, bounds: Bounds): Element[] {
  return bounds.map(([le, count]) => [{ __name__: 'x_bucket', ...labels, le }, count]);
}

const PLAIN: Bounds = [
  ['1', 10],
  ['2', 20],
  ['+Inf', 20],
];

const QUANTILES: readonly (readonly [name: string, phi: number, bounds: Bounds, expected: number])[] = [
  ['linear within a bucket', 0.75, PLAIN, 1.5],
  ['from 0 in the first bucket', 0.25, PLAIN, 0.5],
  ['below 0', -0.1, PLAIN, minusInf],
  ['above 1', 1.1, PLAIN, inf],
  ['of NaN', nan, PLAIN, nan],
  [
    'in the last bucket',
    0.9,
    [
      ['1', 10],
      ['+Inf', 20],
    ],
    1,
  ],
  ['bounds in any order', 0.75, PLAIN.toReversed(), 1.5],
  [
    'a first bound below 0',
    0.1,
    [
      ['-1', 10],
      ['+Inf', 20],
    ],
    -1,
  ],
  [
    'no bucket to +Inf',
    0.5,
    [
      ['1', 10],
      ['2', 20],
    ],
    nan,
  ],
  ['one bucket', 0.5, [['+Inf', 20]], nan],
  [
    'nothing observed',
    0.5,
    [
      ['1', 0],
      ['+Inf', 0],
    ],
    nan,
  ],
  [
    'counts that fall',
    0.5,
    [
      ['1', 10],
      ['2', 5],
      ['4', 20],
      ['+Inf', 20],
    ],
    1,
  ],
  [
    'equal bounds',
    0.5,
    [
      ['1', 5],
      ['1.0', 5],
      ['2', 20],
      ['+Inf', 20],
    ],
    1,
  ],
  ['bounds that are none', 0.75, [...PLAIN, ['', 100], ['abc', 100]], 1.5],
];

for (const [name, phi, bounds, expected] of QUANTILES) {
  test(`histogram_quantile: ${name}`, () => {
    const node = histogramQuantileNode(scalar(phi), new FakeVector(buckets({ a: '1' }, bounds)), IMMEDIATE);
    assert.deepEqual(elementsOf(node.at(0)), [[{ a: '1' }, expected]]);
  });
}

const FRACTIONS: readonly (readonly [lower: number, upper: number, bounds: Bounds, expected: number])[] = [
  [0, 1, PLAIN, 0.5],
  [0.5, 1.5, PLAIN, 0.5],
  [minusInf, inf, PLAIN, 1],
  [2, 1, PLAIN, 0],
  [nan, 1, PLAIN, nan],
  [
    0,
    1,
    [
      ['1', 0],
      ['+Inf', 0],
    ],
    nan,
  ],
  [0, 1, [['1', 10]], nan],
  [
    -5,
    0,
    [
      ['-1', 10],
      ['0', 15],
      ['+Inf', 20],
    ],
    0.25,
  ],
  [
    1,
    inf,
    [
      ['1', 10],
      ['+Inf', 20],
    ],
    0.5,
  ],
];

for (const [lower, upper, bounds, expected] of FRACTIONS) {
  test(`histogram_fraction of (${lower}, ${upper}] in ${bounds.length} buckets`, () => {
    const vector = new FakeVector(buckets({ a: '1' }, bounds));
    const node = histogramFractionNode(scalar(lower), scalar(upper), vector, IMMEDIATE);
    assert.deepEqual(elementsOf(node.at(0)), [[{ a: '1' }, expected]]);
  });
}

test('buckets may be born later, and histograms come and go', () => {
  const first = buckets({ a: '1' }, PLAIN.slice(0, 2));
  const vector = new FakeVector(first);
  const node = histogramQuantileNode(scalar(0.75), vector, IMMEDIATE);
  assert.deepEqual(elementsOf(node.at(0)), [[{ a: '1' }, nan]]);
  vector.set([...buckets({ a: '2' }, PLAIN), ...buckets({ a: '1' }, PLAIN.toReversed())]);
  assert.deepEqual(elementsOf(node.at(1)), [
    [{ a: '1' }, 1.5],
    [{ a: '2' }, 1.5],
  ]);
  vector.set(buckets({ a: '2' }, PLAIN));
  assert.deepEqual(elementsOf(node.at(2)), [[{ a: '2' }, 1.5]]);
  vector.forget();
  vector.set(buckets({ a: '3' }, PLAIN));
  assert.deepEqual(elementsOf(node.at(3)), [[{ a: '3' }, 1.5]]);
});

test('histograms that differ in name alone are an error while both are there', () => {
  const both = [...buckets({}, PLAIN), ...buckets({ __name__: 'y_bucket' }, PLAIN)];
  const vector = new FakeVector(both);
  const node = histogramQuantileNode(scalar(0.5), vector, IMMEDIATE);
  const message = 'vector cannot contain metrics with the same labelset';
  assert.throws(() => node.at(0), { reason: 'invalid', message });
  vector.set(both.slice(3));
  assert.deepEqual(elementsOf(node.at(1)), [[{}, 1]]);
});

test('the name stays until the end under delayed name removal', () => {
  const node = histogramQuantileNode(scalar(0.5), new FakeVector(buckets({}, PLAIN)), {
    delayedNameRemoval: true,
  });
  assert.deepEqual(elementsOf(node.at(0)), [[{ __name__: 'x_bucket' }, 1]]);
  assert.equal(node.frame.dropsName(0), true);
});

test('histogram_quantiles yields an element for each φ', () => {
  const vector = new FakeVector(buckets({ a: '1' }, PLAIN));
  const node = histogramQuantilesNode(vector, 'q', [scalar(0.75), scalar(1), scalar(0.00001)], IMMEDIATE);
  assert.deepEqual(elementsOf(node.at(0)), [
    [{ a: '1', q: '0.75' }, 1.5],
    [{ a: '1', q: '1.0' }, 2],
    [{ a: '1', q: '1e-05' }, 0.00002],
  ]);
  vector.set([...buckets({ a: '1' }, PLAIN), ...buckets({ a: '2' }, PLAIN)]);
  assert.equal(elementsOf(node.at(1)).length, 6);
  const twice = histogramQuantilesNode(vector, 'q', [scalar(0.5), scalar(0.5)], IMMEDIATE);
  assert.throws(() => twice.at(0), { reason: 'invalid' });
});

test('a φ that is computed leaves no results behind for ever', () => {
  let phi = 0;
  const vector = new FakeVector(buckets({ a: '1' }, PLAIN));
  const node = histogramQuantilesNode(vector, 'q', [{ type: 'scalar', at: () => phi }], IMMEDIATE);
  for (let round = 0; round < 1000; round++) {
    phi = round / 1000;
    assert.equal(elementsOf(node.at(round)).length, 1);
  }
  assert.ok(node.frame.length < 200);
});

test('a quantile lies in the bucket that holds its rank', () => {
  const increments = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(increments, fc.double({ min: 0, max: 1, noNaN: true }), (counts, phi) => {
      let sum = 0;
      const last = counts.length - 1;
      const bounds: Bounds = counts.map((count, index) => [
        index === last ? '+Inf' : String(index + 1),
        (sum += count),
      ]);
      fc.pre(sum > 0);
      const node = histogramQuantileNode(scalar(phi), new FakeVector(buckets({}, bounds)), IMMEDIATE);
      const found = elementsOf(node.at(0))[0]![1];
      const rank = phi * sum;
      const expected = bounds.findIndex(([, count]) => count! >= rank);
      if (expected === last) assert.equal(found, last);
      else if (rank > 0) assert.ok(found >= expected && found <= expected + 1, `${found} for rank ${rank}`);
    }),
  );
});
