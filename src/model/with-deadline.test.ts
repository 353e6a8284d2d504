import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from './failure.ts';
import { VirtualClock } from './virtual-clock.ts';
import { withDeadline } from './with-deadline.ts';

const NEVER = new AbortController().signal;

function reasonIs(reason: Failure['reason']) {
  return (error: unknown): boolean => error instanceof Failure && error.reason === reason;
}

test('work that ends in time is its result, or its failure', async () => {
  const clock = new VirtualClock();
  assert.equal(await withDeadline(clock, 1000, NEVER, () => Promise.resolve(7)), 7);
  const fails = withDeadline(clock, 1000, NEVER, () => Promise.reject(new Failure('rejected', '400')));
  await assert.rejects(fails, reasonIs('rejected'));
});

test('work that ignores its signal is left at the deadline: a timeout, which may be tried again', async () => {
  const clock = new VirtualClock();
  let given: AbortSignal | undefined;
  const late = withDeadline(clock, 1000, NEVER, (signal) => {
    given = signal;
    return new Promise(() => undefined);
  });
  const ended = assert.rejects(late, (error) => reasonIs('timeout')(error) && (error as Failure).retryable);
  await clock.advance(999);
  assert.equal(given?.aborted, false);
  await clock.advance(1);
  await ended;
  assert.equal(given?.aborted, true);
});

test("work that answers to its signal in words of its own is a timeout too, and the caller's abort an abort", async () => {
  const clock = new VirtualClock();
  const answers = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Failure('aborted', 'stopped waiting')));
    });
  const late = assert.rejects(withDeadline(clock, 1000, NEVER, answers), reasonIs('timeout'));
  await clock.advance(1000);
  await late;
  const stop = new AbortController();
  const stopped = assert.rejects(withDeadline(clock, 1000, stop.signal, answers), reasonIs('aborted'));
  stop.abort();
  await stopped;
});
