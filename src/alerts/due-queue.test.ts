import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DueQueue } from './due-queue.ts';

const item = fc.nat(8);
const at = fc.nat(20);
const command = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), item, at }),
  fc.record({ kind: fc.constant('hasten' as const), item, at }),
  fc.record({ kind: fc.constant('delete' as const), item, at }),
  fc.record({ kind: fc.constant('take' as const), item, at }),
);

test('gives out what a plain list would, in the order of time', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const queue = new DueQueue<number>();
      const model = new Map<number, number>();
      for (const { kind, ...each } of commands) {
        if (kind === 'set') {
          queue.set(each.item, each.at);
          model.set(each.item, each.at);
        } else if (kind === 'hasten') {
          queue.hasten(each.item, each.at);
          model.set(each.item, Math.min(each.at, model.get(each.item) ?? Number.POSITIVE_INFINITY));
        } else if (kind === 'delete') {
          queue.delete(each.item);
          model.delete(each.item);
        } else {
          const due = [...model].filter(([, time]) => time <= each.at);
          const taken = [...queue.takeDue(each.at)];
          assert.deepEqual(
            taken.map((one) => model.get(one)),
            due.map(([, time]) => time).toSorted((a, b) => a - b),
          );
          assert.deepEqual(new Set(taken), new Set(due.map(([one]) => one)));
          for (const one of taken) model.delete(one);
        }
        assert.equal(queue.next, Math.min(...model.values()));
      }
    }),
  );
});

test('what is never due is not in it', () => {
  const queue = new DueQueue<string>();
  queue.set('a', 5);
  queue.set('a', Number.POSITIVE_INFINITY);
  assert.equal(queue.next, Number.POSITIVE_INFINITY);
  assert.deepEqual([...queue.takeDue(10)], []);
});
