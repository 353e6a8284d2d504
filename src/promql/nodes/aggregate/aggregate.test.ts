import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Labels } from '../../../model/labels.ts';
import { meanOf, sumOf } from '../../kernels/compensated.ts';
import { maxOf, minOf, quantileOf } from '../../kernels/order-statistics.ts';
import type { AggregateOperator } from '../../operators.ts';
import { elementsOf, FakeVector, scalar, type Element } from '../../testing/fake-vector.ts';
import type { Aggregate } from '../../tree.ts';
import type { ScalarNode, TextNode, VectorNode } from '../node.ts';
import { aggregateNode } from './aggregate.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const FLEET: readonly Element[] = [
  [{ __name__: 'up', tenant: 'acme', node: '1' }, 1],
  [{ __name__: 'up', tenant: 'acme', node: '2' }, 3],
  [{ __name__: 'up', tenant: 'acme', node: '3' }, 8],
  [{ __name__: 'up', tenant: 'bolt', node: '1' }, nan],
  [{ __name__: 'up', tenant: 'bolt', node: '2' }, 5],
];

const REDUCTIONS: readonly (readonly [AggregateOperator, number | undefined, acme: number, bolt: number])[] =
  [
    ['sum', undefined, 12, nan],
    ['avg', undefined, 4, nan],
    ['min', undefined, 1, 5],
    ['max', undefined, 8, 5],
    ['count', undefined, 3, 2],
    ['group', undefined, 1, 1],
    ['stdvar', undefined, 26 / 3, nan],
    ['stddev', undefined, Math.sqrt(26 / 3), nan],
    ['quantile', 0.5, 3, nan],
    ['quantile', 0.75, 5.5, nan],
    ['quantile', 1, 8, 5],
    ['quantile', 1.5, inf, inf],
  ];

for (const [operator, parameter, acme, bolt] of REDUCTIONS) {
  test(`${operator} by tenant ${parameter ?? ''}`, () => {
    const node = aggregate(operator, ['tenant'], new FakeVector(FLEET), parameter);
    assert.deepEqual(elementsOf(node.at(0)), [
      [{ tenant: 'acme' }, acme],
      [{ tenant: 'bolt' }, bolt],
    ]);
  });
}

test('a group is there as long as one of its members is, and groups are added as they are born', () => {
  const child = new FakeVector(FLEET.slice(0, 2));
  const node = aggregate('sum', ['tenant'], child);
  assert.deepEqual(elementsOf(node.at(0)), [[{ tenant: 'acme' }, 4]]);
  child.set(FLEET.map(([labels]) => [labels, labels['node'] === '2' ? 7 : undefined]));
  assert.deepEqual(elementsOf(node.at(1)), [
    [{ tenant: 'acme' }, 7],
    [{ tenant: 'bolt' }, 7],
  ]);
  child.set([[{ __name__: 'up', tenant: 'bolt', node: '2' }, 2]]);
  assert.deepEqual(elementsOf(node.at(2)), [[{ tenant: 'bolt' }, 2]]);
});

test('a new epoch of the operand is a new epoch of the groups', () => {
  const child = new FakeVector(FLEET);
  const node = aggregate('count', ['tenant'], child);
  const before = node.at(0).frame.epoch;
  child.forget();
  child.set(FLEET.slice(3));
  const after = node.at(1);
  assert.notEqual(after.frame.epoch, before);
  assert.deepEqual(elementsOf(after), [[{ tenant: 'bolt' }, 2]]);
});

test('without drops the name too', () => {
  const node = aggregate('sum', ['node'], new FakeVector(FLEET.slice(0, 2)), undefined, { without: true });
  assert.deepEqual(elementsOf(node.at(0)), [[{ tenant: 'acme' }, 4]]);
});

test('a mean is finite where its sum is not, and infinite where a value is', () => {
  const meanOfAll = (...values: number[]): number | undefined => {
    const elements = values.map((value, index): Element => [{ i: String(index) }, value]);
    return elementsOf(aggregate('avg', [], new FakeVector(elements)).at(0))[0]?.[1];
  };
  assert.equal(meanOfAll(1.5e308, 1.5e308, 1.5e308), 1.5e308);
  assert.equal(meanOfAll(1, inf, 3), inf);
  assert.equal(meanOfAll(inf, -inf), nan);
});

test('topk and bottomk keep elements as they are, in order, NaN last', () => {
  const child = new FakeVector(FLEET);
  const of = (operator: AggregateOperator, k: number, by: string[] = []): number[] =>
    elementsOf(aggregate(operator, by, child, k).at(0)).map(([, value]) => value);
  assert.deepEqual(of('topk', 2), [8, 5]);
  assert.deepEqual(of('bottomk', 3), [1, 3, 5]);
  assert.deepEqual(of('topk', 100), [8, 5, 3, 1, nan]);
  assert.deepEqual(of('bottomk', 9e15), [1, 3, 5, 8, nan]);
  assert.deepEqual(of('topk', 1, ['tenant']), [8, 5]);
  assert.deepEqual(of('topk', 0.9), []);
  assert.deepEqual(elementsOf(aggregate('topk', [], child, 1).at(0)), [FLEET[2]]);
});

test('limitk keeps the first of each group', () => {
  const node = aggregate('limitk', ['tenant'], new FakeVector(FLEET), 1);
  assert.deepEqual(
    elementsOf(node.at(0)).map(([, value]) => value),
    [1, nan],
  );
});

test('limit_ratio and its complement share the elements out', () => {
  const child = new FakeVector(FLEET);
  const kept = (ratio: number): string[] =>
    elementsOf(aggregate('limit_ratio', [], child, ratio).at(0)).map(([labels]) => JSON.stringify(labels));
  assert.equal(kept(1).length, 5);
  assert.equal(kept(-2).length, 5);
  assert.equal(kept(0).length, 0);
  assert.deepEqual([...kept(0.4), ...kept(-0.6)].toSorted(), kept(1).toSorted());
});

const BAD: readonly (readonly [AggregateOperator, number, string])[] = [
  ['topk', nan, 'Parameter value is NaN'],
  ['bottomk', inf, 'Scalar value +Inf overflows int64'],
  ['limitk', 1e19, 'Scalar value 1e+19 overflows int64'],
  ['limit_ratio', nan, 'Ratio value is NaN'],
];

for (const [operator, parameter, message] of BAD) {
  test(`${operator}(${parameter}, …) is an error`, () => {
    assert.throws(() => aggregate(operator, [], new FakeVector(), parameter).at(0), {
      reason: 'invalid',
      message,
    });
  });
}

test('count_values counts each value of a group, today and after other values', () => {
  const child = new FakeVector([
    [{ version: 'a', node: '1' }, 1.5],
    [{ version: 'a', node: '2' }, 1.5],
    [{ version: 'a', node: '3' }, -0],
    [{ version: 'b', node: '1' }, 0],
  ]);
  const node = aggregate('count_values', ['version'], child, 'value');
  assert.deepEqual(elementsOf(node.at(0)), [
    [{ version: 'a', value: '1.5' }, 2],
    [{ version: 'a', value: '-0' }, 1],
    [{ version: 'b', value: '0' }, 1],
  ]);
  child.set([[{ version: 'a', node: '2' }, nan]]);
  assert.deepEqual(elementsOf(node.at(1)), [[{ version: 'a', value: 'NaN' }, 1]]);
});

test('count_values forgets values that are gone for good', () => {
  const child = new FakeVector();
  const node = aggregate('count_values', [], child, 'value');
  for (let round = 0; round < 5000; round++) {
    child.set([[{ node: '1' }, round]]);
    assert.deepEqual(elementsOf(node.at(round)), [[{ value: String(round) }, 1]]);
  }
  assert.ok(node.frame.length <= 1001, `${node.frame.length} results are kept`);
});

test('count_values may write over a label of its group', () => {
  const child = new FakeVector([
    [{ version: 'a' }, 1],
    [{ version: 'b' }, 1],
  ]);
  assert.deepEqual(elementsOf(aggregate('count_values', ['version'], child, 'version').at(0)), [
    [{ version: '1' }, 2],
  ]);
  assert.throws(() => aggregate('count_values', [], child, ''), { reason: 'invalid' });
});

test('a group by name drops it at the end when one of its present members does', () => {
  const up = { __name__: 'up', node: '1' };
  const child = new FakeVector([
    [up, 1, true],
    [{ ...up, node: '2' }, 1, false],
  ]);
  const node = aggregate('sum', ['__name__'], child, undefined, { delayedNameRemoval: true });
  assert.deepEqual(elementsOf(node.at(0)), [[{ __name__: 'up' }, 2]]);
  assert.equal(node.frame.dropsName(0), true);
  child.set([
    [up, undefined, true],
    [{ ...up, node: '2' }, 1, false],
  ]);
  node.at(1);
  assert.equal(node.frame.dropsName(0), false);
});

const value = fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 }), fc.constantFrom(nan, inf, -inf));
const rounds = fc.array(
  fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.option(value)), { maxLength: 12 }),
  {
    maxLength: 4,
  },
);

const REFERENCES: Partial<Record<AggregateOperator, (values: Float64Array) => number>> = {
  sum: sumOf,
  min: minOf,
  max: maxOf,
  count: ({ length }) => length,
  quantile: (values) => quantileOf(0.3, values),
};

for (const [operator, reference] of Object.entries(REFERENCES)) {
  test(`${operator} is what a group computed on its own says, whatever comes and goes`, () => {
    fc.assert(
      fc.property(rounds, (vectors) => {
        const child = new FakeVector();
        const node = aggregate(operator as AggregateOperator, ['group'], child, 0.3);
        for (const vector of vectors) {
          child.set(
            vector.map(([group, x], index) => [{ group: `${group}`, i: `${index}` }, x ?? undefined]),
          );
          const found = new Map(elementsOf(node.at(0)).map(([labels, x]) => [labels['group'], x]));
          const expected = Map.groupBy(
            elementsOf(child.at()),
            ([labels]: [Labels, number]) => labels['group'],
          );
          assert.deepEqual(new Set(found.keys()), new Set(expected.keys()));
          for (const [group, members] of expected) {
            const x = reference(Float64Array.from(members, ([, member]) => member));
            assert.equal((found.get(group) ?? nan) + 0, x + 0);
          }
        }
      }),
    );
  });
}

test('avg of finite values has the bits of the compensated mean', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 });
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1 }), (values) => {
      const child = new FakeVector(values.map((x, index) => [{ i: String(index) }, x]));
      const [found] = elementsOf(aggregate('avg', [], child).at(0));
      assert.equal(found?.[1], meanOf(Float64Array.from(values)) + 0);
    }),
  );
});

function aggregate(
  operator: AggregateOperator,
  grouping: readonly string[],
  child: VectorNode,
  parameter?: number | string,
  { without = false, delayedNameRemoval = false } = {},
): VectorNode {
  const expr = { kind: 'number', type: 'scalar', value: 0, start: 0, end: 0 } as const;
  const tree: Aggregate = {
    kind: 'aggregate',
    type: 'vector',
    start: 0,
    end: 0,
    operator,
    expr,
    without,
    grouping,
  };
  return aggregateNode(tree, child, parameterNode(parameter), { delayedNameRemoval });
}

function parameterNode(parameter: number | string | undefined): ScalarNode | TextNode | undefined {
  if (typeof parameter === 'string') return { type: 'string', value: parameter };
  return parameter === undefined ? undefined : scalar(parameter);
}
