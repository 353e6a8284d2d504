import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createGroupStates, type GroupState } from './group-state.ts';
import { runGroups } from './run-groups.ts';
import { createSampleWriters } from './sample-writers.ts';
import { groupsOf, MINUTE } from './testing/ruler-bench.ts';

/** Groups of so many rules that are due at the same times. */
function statesOf(...names: readonly string[]): GroupState[] {
  const [group = assert.fail()] = groupsOf('{ record: r, expr: m }');
  // A name and a file that give all of them the same offset.
  const groups = names.map((name) => ({ ...group, name, intervalMs: 1 }));
  return createGroupStates(
    groups,
    MINUTE,
    createSampleWriters(() => undefined),
  );
}

test('groups that are due at once take their turns, and let others in after 2 ms', async () => {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const events: string[] = [];
  let elapsed = 0;
  const stretched = { now: () => clock.now() + elapsed, sleep: clock.sleep.bind(clock) };
  function* evaluate({ id }: GroupState): Generator<void> {
    for (let rule = 0; rule < 4; rule++) {
      events.push(`${id}${rule}`);
      elapsed += 1;
      yield;
    }
    if (id === 'b') stop.abort();
  }
  const watching = (async () => {
    for (; !stop.signal.aborted; await turn()) events.push('-');
  })();
  const running = runGroups(statesOf('a', 'b'), stretched, stop.signal, evaluate);
  await clock.advance(1);
  await Promise.all([running, watching]);
  assert.deepEqual(
    events
      .join(' ')
      .replaceAll(/( ?-)+/g, ' -')
      .trim(),
    '- a0 a1 - a2 a3 - b0 b1 - b2 b3 -',
  );
});
