import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestName } from './nearest-name.ts';

test('finds the name that was meant, and none where nothing is near', () => {
  const names = ['rate', 'irate', 'increase', 'octopus_ping_up'];
  assert.equal(nearestName('rat', names), 'rate');
  assert.equal(nearestName('octopus_png_up', names), 'octopus_ping_up');
  assert.equal(nearestName('incraese', names), 'increase');
  assert.equal(nearestName('cpu', names), undefined);
});
