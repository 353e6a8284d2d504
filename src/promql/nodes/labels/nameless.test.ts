import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListFrame } from '../frames.ts';
import { nameless } from './nameless.ts';

const A = { __name__: 'a', tenant: 'x' };
const B = { __name__: 'b', tenant: 'x' };

test('two series that their names told apart may not be present together', () => {
  const source = new ListFrame();
  source.push(A);
  source.push({ __name__: 'a', tenant: 'y' });
  const { frame, verify } = nameless(source, false);
  verify(Uint8Array.of(1, 1));
  assert.deepEqual([frame.labels(0), frame.labels(1)], [{ tenant: 'x' }, { tenant: 'y' }]);
  source.push(B);
  assert.throws(() => verify(Uint8Array.of(1, 0, 1)), /same labelset/);
  verify(Uint8Array.of(1, 1, 0));
  source.clear();
  source.push(B);
  source.push({ __name__: 'b', tenant: 'y' });
  verify(Uint8Array.of(1, 1));
});

test('type and unit go with the name', () => {
  const source = new ListFrame();
  source.push({ ...A, __type__: 'counter', __unit__: 'seconds' });
  source.push({ ...A, __type__: 'gauge' });
  const { frame, verify } = nameless(source, false);
  assert.deepEqual(frame.labels(0), { tenant: 'x' });
  assert.throws(() => verify(Uint8Array.of(1, 1)), /same labelset/);
});

test('names that go at the end of the evaluation stay until then', () => {
  const source = new ListFrame();
  source.push(A);
  source.push(B);
  const { frame, verify } = nameless(source, true);
  verify(Uint8Array.of(1, 1));
  assert.deepEqual([frame.labels(1), frame.dropsName(1), source.dropsName(1)], [B, true, false]);
});
