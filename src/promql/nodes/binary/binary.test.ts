import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { labelsKey, type Labels } from '../../../model/labels.ts';
import type { BinaryOperator } from '../../operators.ts';
import { elementsOf, FakeVector, scalar, type Element } from '../../testing/fake-vector.ts';
import type { Binary, VectorMatching } from '../../tree.ts';
import type { ScalarNode, VectorNode } from '../node.ts';
import { binaryNode } from './binary.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const SCALARS: readonly (readonly [left: number, BinaryOperator, right: number, expected: number])[] = [
  [1, '+', 2, 3],
  [1, '-', 2, -1],
  [3, '*', 2, 6],
  [1, '/', 0, inf],
  [-7, '%', 3, -1],
  [7, '%', inf, 7],
  [2, '^', 10, 1024],
  [1, '^', nan, 1],
  [-1, '^', inf, 1],
  [1, 'atan2', 1, Math.PI / 4],
  [1, '==', 1, 1],
  [nan, '==', nan, 0],
  [nan, '!=', nan, 1],
  [1, '>', 1, 0],
  [1, '>=', 1, 1],
  [1, '<', 1, 0],
  [1, '<=', 1, 1],
];

for (const [left, operator, right, expected] of SCALARS) {
  test(`${left} ${operator} ${right} is ${expected}, between scalars and in vectors`, () => {
    const node = binary(operator, scalar(left), scalar(right), { bool: true });
    assert.equal(node.type === 'scalar' && node.at(0), expected);
    const one = (value: number): VectorNode => new FakeVector([[{ a: '1' }, value]]);
    const bool = expected === 0 || expected === 1;
    const isComparison = /[=<>]/.test(operator);
    for (const [first, second] of [
      [one(left), scalar(right)],
      [scalar(left), one(right)],
      [one(left), one(right)],
    ] as const) {
      const found = vector(binary(operator, first, second, { bool: isComparison && bool }));
      assert.deepEqual(found, [[{ a: '1' }, expected]]);
    }
  });
}

test('a scalar that was 0 and is -0 at the next evaluation has the sign of that one', () => {
  const sign: ScalarNode = { type: 'scalar', at: (time) => (time === 0 ? 0 : -0) };
  const node = binary('/', new FakeVector([[{ a: '1' }, 1]]), sign);
  assert.ok(node.type === 'vector');
  assert.deepEqual(elementsOf(node.at(0)), [[{ a: '1' }, inf]]);
  assert.deepEqual(elementsOf(node.at(1)), [[{ a: '1' }, -inf]]);
});

test('a filter keeps the vector and its names, on whichever side it stands', () => {
  const child = new FakeVector([
    [{ __name__: 'up', a: '1' }, 1],
    [{ __name__: 'up', a: '2' }, 3],
  ]);
  const above = binary('<', scalar(2), child);
  assert.deepEqual(vector(above), [[{ __name__: 'up', a: '2' }, 3]]);
  assert.equal(above.type === 'vector' && above.frame, child.frame);
  assert.deepEqual(vector(binary('<', child, scalar(2))), [[{ __name__: 'up', a: '1' }, 1]]);
  assert.deepEqual(vector(binary('<', child, scalar(2), { bool: true })), [
    [{ a: '1' }, 1],
    [{ a: '2' }, 0],
  ]);
});

test('what loses its name may meet its like', () => {
  const child = new FakeVector([
    [{ __name__: 'up', a: '1' }, 1],
    [{ __name__: 'down', a: '1' }, undefined],
  ]);
  const node = binary('*', child, scalar(2));
  assert.deepEqual(vector(node), [[{ a: '1' }, 2]]);
  child.set([
    [{ __name__: 'up', a: '1' }, 1],
    [{ __name__: 'down', a: '1' }, 1],
  ]);
  const message = 'vector cannot contain metrics with the same labelset';
  assert.throws(() => vector(node), { reason: 'invalid', message });
});

const LEFT: readonly Element[] = [
  [{ __name__: 'l', a: '1', b: 'x' }, 10],
  [{ __name__: 'l', a: '2', b: 'x' }, 20],
  [{ __name__: 'l', a: '3', b: 'x' }, 30],
];
const RIGHT: readonly Element[] = [
  [{ __name__: 'r', a: '2', b: 'x' }, 2],
  [{ __name__: 'r', a: '1', b: 'x' }, 1],
  [{ __name__: 'r', a: '4', b: 'x' }, 4],
];

test('one to one: pairs by all labels but the name', () => {
  assert.deepEqual(vector(binary('/', new FakeVector(LEFT), new FakeVector(RIGHT))), [
    [{ a: '1', b: 'x' }, 10],
    [{ a: '2', b: 'x' }, 10],
  ]);
  assert.deepEqual(vector(binary('>', new FakeVector(LEFT), new FakeVector(RIGHT))), [LEFT[0], LEFT[1]]);
});

test('one to one: only what was matched stays with on, and what was ignored goes', () => {
  const [left, right] = [new FakeVector(LEFT), new FakeVector(RIGHT)];
  const on = { matching: { on: true, labels: ['a'] } };
  assert.deepEqual(vector(binary('-', left, right, on)), [
    [{ a: '1' }, 9],
    [{ a: '2' }, 18],
  ]);
  assert.deepEqual(vector(binary('>', left, right, { matching: { labels: ['b'] } })), [
    [{ __name__: 'l', a: '1' }, 10],
    [{ __name__: 'l', a: '2' }, 20],
  ]);
});

test('pairs follow what is born, comes back and begins anew', () => {
  const [left, right] = [new FakeVector(LEFT.slice(0, 1)), new FakeVector(RIGHT.slice(0, 1))];
  const node = binary('+', left, right);
  assert.deepEqual(vector(node), []);
  right.set(RIGHT);
  assert.deepEqual(vector(node), [[{ a: '1', b: 'x' }, 11]]);
  left.set(LEFT);
  assert.equal(vector(node).length, 2);
  right.forget();
  right.set(RIGHT.slice(1));
  assert.deepEqual(vector(node), [[{ a: '1', b: 'x' }, 11]]);
  left.forget();
  left.set(LEFT.slice(1));
  right.set(RIGHT);
  assert.deepEqual(vector(node), [[{ a: '2', b: 'x' }, 22]]);
});

const MEMBERS: readonly Element[] = [
  [{ __name__: 'm', a: '1', node: 'n1' }, 1],
  [{ __name__: 'm', a: '1', node: 'n2' }, 2],
  [{ __name__: 'm', a: '2', node: 'n1' }, 3],
];
const INFO: readonly Element[] = [
  [{ __name__: 'info', a: '1', region: 'eu' }, 10],
  [{ __name__: 'info', a: '3', region: 'us' }, 30],
];

test('group_left takes labels over, and follows when they change', () => {
  const info = new FakeVector(INFO);
  const matching = { on: true, labels: ['a'], cardinality: 'many-to-one', include: ['region'] } as const;
  const node = binary('*', new FakeVector(MEMBERS), info, { matching });
  assert.deepEqual(vector(node), [
    [{ a: '1', node: 'n1', region: 'eu' }, 10],
    [{ a: '1', node: 'n2', region: 'eu' }, 20],
  ]);
  info.set([[{ __name__: 'info', a: '1', region: 'us' }, 100]]);
  assert.deepEqual(vector(node), [
    [{ a: '1', node: 'n1', region: 'us' }, 100],
    [{ a: '1', node: 'n2', region: 'us' }, 200],
  ]);
  info.set(INFO);
  assert.equal(vector(node).length, 2);
  assert.equal(node.type === 'vector' && node.frame.length, 4);
});

test('group_right keeps left and right apart', () => {
  const matching = { on: true, labels: ['a'], cardinality: 'one-to-many' } as const;
  assert.deepEqual(vector(binary('-', new FakeVector(INFO), new FakeVector(MEMBERS), { matching })), [
    [{ a: '1', node: 'n1' }, 9],
    [{ a: '1', node: 'n2' }, 8],
  ]);
  assert.deepEqual(vector(binary('>', new FakeVector(INFO), new FakeVector(MEMBERS), { matching })), [
    [{ __name__: 'm', a: '1', node: 'n1' }, 10],
    [{ __name__: 'm', a: '1', node: 'n2' }, 10],
  ]);
});

const AMBIGUOUS: readonly (readonly [string, Element[], Element[], Partial<VectorMatching>, string])[] = [
  [
    'two on the right',
    [[{ a: '1' }, 1]],
    [
      [{ __name__: 'r', a: '1', n: '2' }, 1],
      [{ __name__: 'r', a: '1', n: '1' }, 1],
    ],
    { on: true, labels: ['a'] },
    'found duplicate series for the match group {a="1"} on the right hand-side of the operation: ' +
      '[{__name__="r", a="1", n="1"}, {__name__="r", a="1", n="2"}];' +
      'many-to-many matching not allowed: matching labels must be unique on one side',
  ],
  [
    'two on the left',
    [
      [{ a: '1', n: '1' }, 1],
      [{ a: '1', n: '2' }, 1],
    ],
    [[{ a: '1' }, 5]],
    { on: true, labels: ['a'] },
    'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
  ],
  [
    'two of one group that become the same',
    [
      [{ __name__: 'x', a: '1' }, 1],
      [{ __name__: 'y', a: '1' }, 2],
    ],
    [[{ a: '1' }, 5]],
    { on: true, labels: ['a'], cardinality: 'many-to-one' },
    'multiple matches for labels: grouping labels must ensure unique matches',
  ],
];

for (const [name, left, right, matching, message] of AMBIGUOUS) {
  test(`${name} are an error, but only while both are there`, () => {
    const [first, second] = [new FakeVector(left), new FakeVector(right)];
    const node = binary('+', first, second, { matching });
    assert.throws(() => vector(node), { reason: 'invalid', message });
    first.set(left.slice(0, 1));
    second.set(right.slice(0, 1));
    assert.equal(vector(node).length, 1);
  });
}

test('nothing is ambiguous for a side that is empty', () => {
  const [, , right] = AMBIGUOUS[0]!;
  assert.deepEqual(
    vector(binary('+', new FakeVector(), new FakeVector(right), { matching: { on: true } })),
    [],
  );
});

test('results of different groups that become the same are an error', () => {
  const left: Element[] = [
    [{ __name__: 'x', a: '1' }, 1],
    [{ __name__: 'y', a: '1' }, 2],
  ];
  const matching = { on: true, labels: ['__name__'], cardinality: 'many-to-one' } as const;
  const node = binary('+', new FakeVector(left), new FakeVector(left), { matching });
  assert.throws(() => vector(node), { message: 'vector cannot contain metrics with the same labelset' });
});

test('fill stands for a missing side', () => {
  const [left, right] = [new FakeVector(LEFT), new FakeVector(RIGHT)];
  const of = (operator: BinaryOperator, fill: VectorMatching['fill']): [Labels, number][] =>
    vector(binary(operator, left, right, { matching: fill === undefined ? {} : { fill } }));
  assert.deepEqual(of('+', { left: 5, right: 7 }), [
    [{ a: '1', b: 'x' }, 11],
    [{ a: '2', b: 'x' }, 22],
    [{ a: '3', b: 'x' }, 37],
    [{ a: '4', b: 'x' }, 9],
  ]);
  assert.equal(of('+', { left: 5 }).length, 3);
  assert.equal(of('+', { right: 7 }).length, 3);
  assert.deepEqual(of('>', { left: 25, right: 25 }), [
    [{ __name__: 'l', a: '1', b: 'x' }, 10],
    [{ __name__: 'l', a: '2', b: 'x' }, 20],
    [{ __name__: 'l', a: '3', b: 'x' }, 30],
    [{ a: '4', b: 'x' }, 25],
  ]);
  right.set([]);
  assert.deepEqual(of('+', { left: 5 }), []);
  assert.equal(of('+', { right: 0 }).length, 3);
});

test('fill with group_left: labels that are taken over cannot be filled', () => {
  const fill = { left: 0, right: 0 };
  const matching = {
    on: true,
    labels: ['a'],
    cardinality: 'many-to-one',
    include: ['region'],
    fill,
  } as const;
  assert.deepEqual(vector(binary('+', new FakeVector(MEMBERS), new FakeVector(INFO), { matching })), [
    [{ a: '1', node: 'n1', region: 'eu' }, 11],
    [{ a: '1', node: 'n2', region: 'eu' }, 12],
    [{ a: '2', node: 'n1' }, 3],
    [{ a: '3', region: 'us' }, 30],
  ]);
});

test('under group_right too, fill_left is for the side of many', () => {
  const sum = (fill: VectorMatching['fill']): [Labels, number][] => {
    const matching = { on: true, labels: ['a'], cardinality: 'one-to-many', ...(fill && { fill }) } as const;
    return vector(binary('-', new FakeVector(INFO), new FakeVector(MEMBERS), { matching })).slice(2);
  };
  assert.deepEqual(sum({ left: 1 }), [[{ a: '3' }, 29]]);
  assert.deepEqual(sum({ right: 1 }), [[{ a: '2', node: 'n1' }, -2]]);
});

test('set operators look at signatures alone', () => {
  const many = { cardinality: 'many-to-many', on: true, labels: ['a'] } as const;
  const [members, info] = [new FakeVector(MEMBERS), new FakeVector(INFO)];
  const of = (operator: BinaryOperator): [Labels, number][] =>
    vector(binary(operator, members, info, { matching: many }));
  assert.deepEqual(of('and'), MEMBERS.slice(0, 2));
  assert.deepEqual(of('unless'), MEMBERS.slice(2));
  assert.deepEqual(of('or'), [...MEMBERS, INFO[1]]);
  info.set([...INFO, [{ __name__: 'info', a: '2' }, nan]]);
  members.set([...MEMBERS.slice(1), [{ __name__: 'm', a: '5' }, 5]]);
  assert.deepEqual(of('and'), MEMBERS.slice(1));
  assert.deepEqual(of('unless'), [[{ __name__: 'm', a: '5' }, 5]]);
  assert.deepEqual(of('or').length, 4);
  info.forget();
  info.set([]);
  assert.deepEqual(of('or').length, 3);
});

test('delayed name removal: bool and scalars leave names for later, arithmetic between vectors does not', () => {
  const delayed = { delayedNameRemoval: true };
  const names = (node: ScalarNode | VectorNode): [string | undefined, boolean] => {
    const found = vector(node);
    return node.type === 'vector' ? [found[0]?.[0]['__name__'], node.frame.dropsName(0)] : ['', false];
  };
  const [left, right] = [new FakeVector(LEFT), new FakeVector(RIGHT)];
  assert.deepEqual(names(binary('+', left, right, delayed)), [undefined, false]);
  assert.deepEqual(names(binary('>', left, right, { ...delayed, bool: true })), ['l', true]);
  assert.deepEqual(names(binary('>', left, right, delayed)), ['l', false]);
  assert.deepEqual(names(binary('+', left, scalar(1), delayed)), ['l', true]);
  assert.deepEqual(names(binary('>', left, scalar(1), delayed)), ['l', false]);
  const many = { cardinality: 'many-to-many' } as const;
  const dropping = new FakeVector([[{ __name__: 'r', a: '9' }, 1, true]]);
  const union = binary('or', left, dropping, { ...delayed, matching: many });
  vector(union);
  assert.deepEqual(union.type === 'vector' && [0, 3].map((position) => union.frame.dropsName(position)), [
    false,
    true,
  ]);
});

const side = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 1 }), fc.option(fc.integer())),
  {
    maxLength: 5,
  },
);

test('a join is what comparing each pair says, whatever comes and goes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(side, side), { maxLength: 4 }), fc.boolean(), (rounds, grouped) => {
      const [left, right] = [new FakeVector(), new FakeVector()];
      const cardinality = grouped ? 'many-to-one' : 'one-to-one';
      const matching = { cardinality, on: true, labels: ['a'] } as const;
      const node = binary('-', left, right, { matching });
      for (const [first, second] of rounds) {
        const [lefts, rights] = [first, second].map((elements) => distinct(elements));
        left.set(lefts!);
        right.set(rights!);
        const expected = slowJoin(lefts!, rights!, grouped);
        if (expected === 'error') assert.throws(() => vector(node), { reason: 'invalid' });
        else assert.deepEqual(new Map(keyed(vector(node))), new Map(keyed(expected)));
      }
    }),
  );
});

function distinct(elements: readonly (readonly [number, number, number | null])[]): Element[] {
  const byKey = new Map(
    elements.map(([a, b, value]): [string, Element] => [
      `${a} ${b}`,
      [{ a: `${a}`, b: `${b}` }, value ?? undefined],
    ]),
  );
  return [...byKey.values()];
}

function slowJoin(
  lefts: readonly Element[],
  rights: readonly Element[],
  grouped: boolean,
): [Labels, number][] | 'error' {
  const ones = rights.filter(([, value]) => value !== undefined);
  const manys = lefts.filter(([, value]) => value !== undefined);
  if (manys.length === 0 || ones.length === 0) return [];
  const matches = (x: Element, y: Element): boolean => x[0]['a'] === y[0]['a'];
  if (ones.some((one) => ones.filter((other) => matches(one, other)).length > 1)) return 'error';
  const joined = manys.flatMap((many) =>
    ones.filter((one) => matches(many, one)).map((one) => [many, one] as const),
  );
  const isTwice = joined.some(([many]) => joined.filter(([other]) => matches(many, other)).length > 1);
  if (!grouped && isTwice) return 'error';
  return joined.map(([[labels, x], [, y]]) => [grouped ? labels : { a: labels['a']! }, x! - y!]);
}

function keyed(elements: readonly [Labels, number][]): [string, number][] {
  return elements.map(([labels, value]) => [labelsKey(labels), value]);
}

function vector(node: ScalarNode | VectorNode): [Labels, number][] {
  assert.equal(node.type, 'vector');
  return node.type === 'vector' ? elementsOf(node.at(0)) : [];
}

function binary(
  operator: BinaryOperator,
  left: ScalarNode | VectorNode,
  right: ScalarNode | VectorNode,
  options: { bool?: boolean; matching?: Partial<VectorMatching>; delayedNameRemoval?: boolean } = {},
): ScalarNode | VectorNode {
  const { bool = false, delayedNameRemoval = false } = options;
  const number = { kind: 'number', type: 'scalar', value: 0, start: 0, end: 0 } as const;
  const matching: VectorMatching = {
    cardinality: 'one-to-one',
    on: false,
    labels: [],
    include: [],
    ...options.matching,
  };
  const tree: Binary = {
    kind: 'binary',
    type: 'vector',
    start: 0,
    end: 0,
    operator,
    bool,
    matching,
    left: number,
    right: number,
  };
  return binaryNode(tree, left, right, { delayedNameRemoval });
}
