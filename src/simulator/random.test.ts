import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from './random.ts';

function draws(random: SeededRandom, count = 5): number[] {
  return Array.from({ length: count }, () => random.next());
}

function mean(count: number, draw: () => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += draw();
  return sum / count;
}

test('the same seed gives the same numbers, another seed others', () => {
  assert.deepEqual(draws(new SeededRandom('a')), draws(new SeededRandom('a')));
  assert.notDeepEqual(draws(new SeededRandom('a')), draws(new SeededRandom('b')));
});

test('a fork does not depend on what its parent drew before', () => {
  const parent = new SeededRandom('a');
  const early = draws(parent.fork('x'));
  draws(parent, 100);
  assert.deepEqual(draws(parent.fork('x')), early);
  assert.notDeepEqual(draws(parent.fork('y')), early);
});

test('distributions have the means they promise', () => {
  const random = new SeededRandom('means');
  const near = (actual: number, expected: number): void => {
    assert.ok(Math.abs(actual - expected) < expected * 0.05, `${actual} is not near ${expected}`);
  };
  near(
    mean(20_000, () => random.next()),
    0.5,
  );
  near(
    mean(20_000, () => random.exponential(7)),
    7,
  );
  near(
    mean(20_000, () => random.poisson(3)),
    3,
  );
  near(
    mean(20_000, () => random.geometric(3)),
    3,
  );
  near(
    mean(20_000, () => random.lognormal(28, 0.6)),
    28 * Math.exp(0.18),
  );
  assert.equal(random.poisson(0), 0);
});

test('weights are honoured and a weight of 0 is never drawn', () => {
  const random = new SeededRandom('weights');
  const counts = [0, 0, 0];
  for (let i = 0; i < 10_000; i++) counts[random.weighted([1, 0, 3])]!++;
  assert.equal(counts[1], 0);
  assert.ok(Math.abs(counts[2]! - 7_500) < 300, String(counts));
});
