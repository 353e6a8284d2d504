import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compareIds, waitGraph, type WaitEdge, type WaitFate } from './wait-graph.ts';

/** `a>b,c d>` : a waits for b and c, d for somebody unknown. */
function edgesOf(text: string): WaitEdge[] {
  return text.split(' ').map((part) => {
    const [waiter = '', holders = ''] = part.split('>');
    return { waiter, holders: holders === '' ? [] : holders.split(',') };
  });
}

function told(fate: WaitFate | undefined): string {
  if (fate === undefined) return 'nothing';
  const end = { root: 'held by', cycle: 'cycle', unknown: 'unknown' }[fate.kind];
  return `${end} ${fate.chain.join('>')}`;
}

const GRAPHS: readonly (readonly [string, string, Readonly<Record<string, string>>, readonly string[]])[] = [
  ['one waits for one', 'a>b', { a: 'held by a>b' }, []],
  ['a chain', 'a>b b>c c>d', { a: 'held by a>b>c>d', b: 'held by b>c>d', c: 'held by c>d' }, []],
  ['many wait for one', 'a>z b>z c>b', { a: 'held by a>z', c: 'held by c>b>z' }, []],
  ['of several the one that holds up most', 'a>x,z b>z', { a: 'held by a>z', b: 'held by b>z' }, []],
  ['of equals the first', 'a>t10,t9', { a: 'held by a>t9' }, []],
  ['the shortest way', 'a>b,c b>c c>d', { a: 'held by a>c>d' }, []],
  ['nobody named', 'a>', { a: 'unknown a' }, []],
  ['nobody named at the end', 'a>b b>', { a: 'unknown a>b', b: 'unknown b' }, []],
  ['the end of all ways, where it is unknown', 'a>b,c c>b b>', { a: 'unknown a>b', c: 'unknown c>b' }, []],
  ['one named and one not', 'a>b,c b>', { a: 'held by a>c' }, []],
  ['itself', 'a>a', { a: 'cycle a>a' }, ['a']],
  ['each other', 'b>a a>b', { a: 'cycle a>b>a', b: 'cycle b>a>b' }, ['a,b']],
  ['a ring of three', 'a>b b>c c>a', { a: 'cycle a>b>c>a', c: 'cycle c>a>b>c' }, ['a,b,c']],
  ['in front of a ring', 'x>y y>a a>b b>a', { x: 'cycle x>y>a', y: 'cycle y>a' }, ['a,b']],
  ['a ring and a holder', 'a>b,z b>a', { a: 'cycle a>b>a', b: 'cycle b>a>b' }, ['a,b']],
  ['two rings', 'a>a b>c c>b x>b', { a: 'cycle a>a', x: 'cycle x>b' }, ['a', 'b,c']],
  ['two rings that share a task', 'a>b,c b>a c>a', { b: 'cycle b>a>b' }, ['a,b,c']],
  ['nobody waits for what nobody said', 'a>b', { b: 'nothing' }, []],
];
for (const [what, edges, fates, cycles] of GRAPHS) {
  test(what, () => {
    const graph = waitGraph(edgesOf(edges));
    for (const [waiter, fate] of Object.entries(fates)) assert.equal(told(graph.fates.get(waiter)), fate);
    assert.deepEqual(
      graph.cycles.map((cycle) => cycle.join(',')),
      cycles,
    );
  });
}

test('no edges, no graph', () => assert.deepEqual(waitGraph([]), { fates: new Map(), cycles: [] }));

test('ids are ordered by their number', () => {
  const ids = ['ServerTasks-10', 'ServerTasks-9', 'RunbookRuns-11', 'x'];
  assert.deepEqual(ids.toSorted(compareIds), ['RunbookRuns-11', 'ServerTasks-9', 'ServerTasks-10', 'x']);
});

/** Half of them without cycles: holders have greater numbers. */
const edges = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.tuple(fc.nat(12), fc.array(fc.nat(12), { maxLength: 4 })), { maxLength: 30 }),
  )
  .map(([isFree, list]) =>
    list.map(([waiter, holders]) => ({
      waiter: `ServerTasks-${waiter}`,
      holders: holders.filter((n) => !isFree || n > waiter).map((n) => `ServerTasks-${n}`),
    })),
  );

test('every waiter has a root that waits for nobody, a cycle, or an unknown end, by a way along the edges', () => {
  fc.assert(
    fc.property(edges, (list) => {
      const { fates, cycles } = waitGraph(list);
      const waiters = new Set(list.map(({ waiter }) => waiter));
      assert.deepEqual(new Set(fates.keys()), waiters);
      const isEdge = (a: string, b: string | undefined): boolean =>
        list.some(({ waiter, holders }) => waiter === a && holders.some((holder) => holder === b));
      for (const [waiter, fate] of fates) {
        assert.equal(fate.chain[0], waiter);
        for (const [index, id] of fate.chain.slice(0, -1).entries())
          assert.ok(isEdge(id, fate.chain[index + 1]));
        const end = fate.chain.at(-1) ?? '';
        if (fate.kind === 'root') assert.ok(end === fate.root && !waiters.has(fate.root));
        if (fate.kind === 'cycle') assert.ok(fate.cycle.includes(end) && cycles.includes(fate.cycle));
        if (fate.kind === 'unknown')
          assert.ok(list.every((edge) => edge.waiter !== end || edge.holders.length === 0));
      }
    }),
  );
});

test('each cycle is told once: no task is in two, and each member reaches the others', () => {
  fc.assert(
    fc.property(edges, (list) => {
      const { cycles, fates } = waitGraph(list);
      const members = cycles.flat();
      assert.equal(new Set(members).size, members.length);
      for (const cycle of cycles)
        for (const id of cycle) {
          const fate = fates.get(id);
          assert.ok(fate?.kind === 'cycle' && fate.cycle === cycle && fate.chain.at(-1) === id);
        }
    }),
  );
});

test('the order of edges changes nothing', () => {
  fc.assert(
    fc.property(edges, fc.infiniteStream(fc.nat()), (list, draws) => {
      const keyed = list.map((edge) => ({ edge, key: draws.next().value ?? 0 }));
      const shuffled = keyed.toSorted((a, b) => a.key - b.key).map(({ edge }) => edge);
      const split = shuffled.flatMap(({ waiter, holders }) => [
        { waiter, holders: [] },
        ...holders.map((holder) => ({ waiter, holders: [holder] })),
      ]);
      assert.deepEqual(waitGraph(split), waitGraph(list));
    }),
  );
});
