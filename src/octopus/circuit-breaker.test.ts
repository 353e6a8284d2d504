import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';

test('two requests without an answer let an instance rest; one after the rest tells how it is', async () => {
  const clock = new VirtualClock();
  const breaker = createCircuitBreaker(clock, () => 0.5);
  breaker.unanswered();
  assert.equal(breaker.restMs(), 0);
  breaker.unanswered();
  assert.equal(breaker.restMs(), 37_500);
  await clock.advance(37_500);
  assert.equal(breaker.restMs(), 0);
  breaker.unanswered();
  assert.equal(breaker.restMs(), 37_500, 'it rests again at once');
  await clock.advance(40_000);
  breaker.answered();
  breaker.unanswered();
  assert.equal(breaker.restMs(), 0, 'an answer begins anew');
});
