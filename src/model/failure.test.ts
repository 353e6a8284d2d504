import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, messageOf, reasonOfStatus, toFailure } from './failure.ts';

const STATUSES = [
  [200, undefined],
  [304, undefined],
  [400, 'rejected'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [408, 'timeout'],
  [413, 'too_large'],
  [422, 'rejected'],
  [429, 'rate_limited'],
  [500, 'server_error'],
  [599, 'server_error'],
] as const;
for (const [status, reason] of STATUSES) {
  test(`status ${status} is ${reason ?? 'no failure'}`, () => assert.equal(reasonOfStatus(status), reason));
}

test('what may be tried again follows from the reason, unless said otherwise', () => {
  assert.equal(new Failure('network', 'x').retryable, true);
  assert.equal(new Failure('rejected', 'x').retryable, false);
  assert.equal(new Failure('aborted', 'x').retryable, false);
  assert.equal(new Failure('network', 'x', { retryable: false }).retryable, false);
});

test('anything thrown becomes a Failure with its cause', () => {
  const failure = new Failure('disk', 'full');
  assert.equal(toFailure(failure), failure);
  assert.equal(toFailure(new DOMException('x', 'TimeoutError')).reason, 'timeout');
  assert.equal(toFailure(new DOMException('x', 'AbortError')).reason, 'aborted');
  assert.equal(toFailure('odd', 'malformed').reason, 'malformed');
  const error = new Error('broken');
  assert.equal(toFailure(error).cause, error);
  assert.deepEqual([messageOf(error), messageOf('text'), messageOf(7)], ['broken', 'text', '7']);
});
