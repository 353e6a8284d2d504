import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Labels } from '../model/labels.ts';
import { createRuler } from './ruler.ts';
import { createMemoryAlertState } from './saved-alert.ts';
import { groupsOf, MINUTE, RulerBench } from './testing/ruler-bench.ts';

const JOIN = 'm * on (tenant) group_left (version, region, url) octopus_instance_info';
const OLD = { tenant: 'a', version: '2026.1', region: 'eu', url: 'https://a.example' };

/** What the sink heard of new: the state of each alert, where it differs from the time before. */
function news(bench: RulerBench): string[] {
  const last = new Map<string, string>();
  return bench.updates.flatMap(({ alerts }) =>
    alerts.flatMap(({ key, state, activeAt }) => {
      const now = `${state} since ${activeAt / MINUTE}`;
      if (last.get(key) === now) return [];
      last.set(key, now);
      return [now];
    }),
  );
}

describe('a tenant that is upgraded, renamed or moved', () => {
  const cases: [what: string, rule: string][] = [
    ['by a rule that reads no such labels', '{ alert: A, expr: m == 1, for: 2m }'],
    ['by a rule that joins them', `{ alert: A, expr: "${JOIN} == 1", for: 2m }`],
    [
      'by a rule that names them in its labels',
      `{ alert: A, expr: "${JOIN} == 1", for: 2m, labels: { release: "{{ $labels.version }}" } }`,
    ],
    ['by a rule that goes on after it', `{ alert: A, expr: "${JOIN} == 1", for: 2m, keep_firing_for: 10m }`],
  ];
  const changes: [what: string, change: Labels][] = [
    ['upgrade', { version: '2026.2' }],
    ['rename', { url: 'https://b.example' }],
    ['move', { region: 'us' }],
  ];
  for (const [what, rule] of cases) {
    for (const [change, labels] of changes) {
      test(`a ${change}, seen ${what}, fires and resolves nothing`, () => {
        const bench = new RulerBench();
        const ruler = createRuler(bench.options);
        ruler.load(groupsOf(rule));
        for (let minute = 0; minute < 10; minute++) {
          const now = minute * MINUTE;
          const current = minute < 5 ? OLD : { ...OLD, ...labels };
          bench.set(now, 1);
          bench.set(now, 1, { __name__: 'octopus_instance_info', ...current });
          if (minute === 5) bench.set(now, 'stale', { __name__: 'octopus_instance_info', ...OLD });
          ruler.evaluateGroup('g', now);
        }
        assert.deepEqual(news(bench), ['firing since 0']);
        assert.equal(bench.query('count(ALERTS)', 9 * MINUTE), 1);
      });
    }
  }

  test('is pending no longer for it', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf(`{ alert: A, expr: "${JOIN} == 1", for: 4m }`));
    for (let minute = 0; minute < 5; minute++) {
      const version = minute < 2 ? '2026.1' : '2026.2';
      bench.set(minute * MINUTE, 1);
      if (minute === 2) bench.set(2 * MINUTE, 'stale', { __name__: 'octopus_instance_info', ...OLD });
      bench.set(minute * MINUTE, 1, { __name__: 'octopus_instance_info', ...OLD, version });
      ruler.evaluateGroup('g', minute * MINUTE);
    }
    assert.deepEqual(news(bench), ['firing since 0']);
  });

  test('keeps the labels its alert began with, while its annotations tell the new ones', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    ruler.load(
      groupsOf(`{ alert: A, expr: "${JOIN} == 1", annotations: { summary: "{{ $labels.version }}" } }`),
    );
    for (const [minute, version] of ['1', '2'].entries()) {
      bench.set(minute * MINUTE, 1);
      bench.set(minute * MINUTE, 1, { __name__: 'octopus_instance_info', ...OLD, version });
      if (minute === 1)
        bench.set(MINUTE, 'stale', { __name__: 'octopus_instance_info', ...OLD, version: '1' });
      ruler.evaluateGroup('g', minute * MINUTE);
    }
    const [alert] = ruler.alerts();
    assert.deepEqual([alert?.labels['version'], alert?.annotations['summary']], ['1', '2']);
  });

  test('is the same alert over a restart', () => {
    const store = createMemoryAlertState();
    for (const [minute, version] of ['1', '2'].entries()) {
      const bench = new RulerBench(store);
      const ruler = createRuler(bench.options);
      ruler.load(groupsOf(`{ alert: A, expr: "${JOIN} == 1" }`));
      bench.set(minute * MINUTE, 1);
      bench.set(minute * MINUTE, 1, { __name__: 'octopus_instance_info', ...OLD, version });
      ruler.evaluateGroup('g', minute * MINUTE);
      assert.deepEqual(
        ruler.alerts().map(({ state, activeAt }) => [state, activeAt]),
        [['firing', 0]],
      );
    }
  });
});
