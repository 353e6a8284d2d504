import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGate } from './gate.ts';

const never = new AbortController().signal;

function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Work that ends when it is told to. */
function work(log: string[], name: string): { run: () => Promise<string>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  const run = (): Promise<string> => {
    log.push(name);
    return promise;
  };
  return { run, end: () => resolve(name) };
}

test('the next in line goes in when one comes out', async () => {
  const gate = createGate({ running: 1, waiting: 2 });
  const log: string[] = [];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => work(log, name));
  assert.ok(a && b && c);
  const done = [a, b, c].map(({ run }) => gate.enter(never, run));
  await settled();
  assert.deepEqual(log, ['a']);
  await assert.rejects(gate.enter(never, a.run), { reason: 'rate_limited' });
  a.end();
  assert.equal(await done[0], 'a');
  await settled();
  assert.deepEqual(log, ['a', 'b']);
  b.end();
  c.end();
  assert.deepEqual(await Promise.all(done), ['a', 'b', 'c']);
});

test('work that fails makes room', async () => {
  const gate = createGate({ running: 1, waiting: 0 });
  await assert.rejects(
    gate.enter(never, () => Promise.reject(new Error('failed'))),
    /failed/,
  );
  assert.equal(await gate.enter(never, () => Promise.resolve(1)), 1);
});

test('who gives up while waiting leaves the line, and takes nobody’s turn', async () => {
  const gate = createGate({ running: 1, waiting: 1 });
  const log: string[] = [];
  const first = work(log, 'first');
  const entered = gate.enter(never, first.run);
  const gone = new AbortController();
  const waiting = gate.enter(gone.signal, () => assert.fail('had its turn'));
  gone.abort(new Error('gone'));
  await assert.rejects(waiting, /gone/);
  const next = gate.enter(never, () => Promise.resolve('next'));
  first.end();
  assert.deepEqual([await entered, await next], ['first', 'next']);
  await assert.rejects(
    gate.enter(gone.signal, () => Promise.resolve()),
    /gone/,
  );
  assert.equal(await gate.enter(never, () => Promise.resolve('after')), 'after');
});
