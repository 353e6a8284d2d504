import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remember } from './remember.ts';

test('computes once for each object, whatever equals it', () => {
  let computed = 0;
  const nameOf = remember(({ name }: { name: string }) => `${name} ${++computed}`);
  const [one, twin] = [{ name: 'a' }, { name: 'a' }];
  assert.deepEqual([nameOf(one), nameOf(one), nameOf(twin), nameOf(one)], ['a 1', 'a 1', 'a 2', 'a 1']);
});
