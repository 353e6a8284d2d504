import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../model/virtual-clock.ts';
import { supervise } from './supervise.ts';
import { recordingLog, recordingMetrics } from './testing/recording.ts';

function forever(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

test('a part that fails is told of and begun again after a pause; its remains are stopped', async () => {
  const clock = new VirtualClock();
  const entries: string[] = [];
  const series = new Map<string, number>();
  const stop = new AbortController();
  const signals: AbortSignal[] = [];
  const ended = supervise(
    'rules',
    (signal) => {
      signals.push(signal);
      if (signals.length === 1) throw new Error('at once');
      return signals.length === 2 ? Promise.reject(new Error('later')) : forever(signal);
    },
    { clock, log: recordingLog(entries), metrics: recordingMetrics(series), signal: stop.signal },
  );
  await clock.advance(4999);
  assert.equal(signals.length, 1);
  await clock.advance(5001);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true, false],
  );
  assert.equal(entries.length, 2);
  assert.match(entries[1] ?? '', /^error .* started again part=rules error=later/);
  assert.deepEqual([...series], [['octowatch_part_failures_total{part=rules}', 2]]);
  stop.abort();
  await ended;
  assert.equal(signals.length, 3);
});

test('what a stopped part throws is its end', async () => {
  const entries: string[] = [];
  const stop = new AbortController();
  const ended = supervise(
    'sender',
    async (signal) => {
      await forever(signal);
      throw new Error('aborted');
    },
    {
      clock: new VirtualClock(),
      log: recordingLog(entries),
      metrics: recordingMetrics(new Map()),
      signal: stop.signal,
    },
  );
  stop.abort();
  await ended;
  assert.deepEqual(entries, []);
});
