import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SteppedClock } from '../backtest/stepped-clock.ts';
import type { Alert } from '../model/alert.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import type { SeriesReader } from '../model/series.ts';
import { MemorySeries } from '../promql/memory-series.ts';
import { createRuler, type Ruler } from './ruler.ts';
import { createMemoryAlertState, type AlertStateStore } from './saved-alert.ts';
import { groupsOf, MINUTE, RulerBench } from './testing/ruler-bench.ts';

describe('what an evaluation yields', () => {
  test('labels are part of identity, annotations follow the value', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    ruler.load(
      groupsOf(
        '{ alert: A, expr: m > 0, labels: { size: "{{ if gt $value 5.0 }}big{{ else }}small{{ end }}" }, annotations: { summary: "{{ $labels.tenant }}: {{ $value }}" } }',
      ),
    );
    const seen: unknown[] = [];
    for (const [minute, value] of [3, 4, 7].entries()) {
      bench.set(minute * MINUTE, value);
      ruler.evaluateGroup('g', minute * MINUTE);
      seen.push(
        ruler
          .alerts()
          .map(({ labels, annotations, state }) => [labels['size'], annotations['summary'], state]),
      );
    }
    assert.deepEqual(seen, [
      [['small', 'a: 3', 'firing']],
      [['small', 'a: 4', 'firing']],
      [
        ['small', 'a: 4', 'resolved'],
        ['big', 'a: 7', 'firing'],
      ],
    ]);
  });

  test('annotations hold no secrets, wherever they go', () => {
    const redact = (text: string): string => text.replaceAll('hunter2', '***');
    const bench = new RulerBench(createMemoryAlertState(), { redact });
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m > 0, annotations: { summary: "pass=hunter{{ $value }}" } }'));
    bench.set(0, 2);
    ruler.evaluateGroup('g', 0);
    const alerts = [ruler.alerts(), bench.updates.at(-1)?.alerts ?? [], bench.store.load()];
    assert.deepEqual(
      alerts.map(([alert]) => alert?.annotations),
      Array.from(alerts, () => ({ summary: 'pass=***' })),
    );
  });

  test('ALERTS and ALERTS_FOR_STATE say what is pending and firing, and end with the alert', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m == 1, for: 1m }'));
    const seen: unknown[] = [];
    for (const [minute, value] of [1, 1, 0].entries()) {
      const now = minute * MINUTE;
      bench.set(now, value);
      ruler.evaluateGroup('g', now);
      const state = ['pending', 'firing'].filter(
        (word) => bench.query(`ALERTS{alertname="A", alertstate="${word}"}`, now) === 1,
      );
      seen.push([state, bench.query('ALERTS_FOR_STATE{tenant="a"}', now)]);
    }
    assert.deepEqual(seen, [
      [['pending'], 0],
      [['firing'], 0],
      [[], undefined],
    ]);
  });

  test('a rule sees what the rules before it recorded in the same round', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    ruler.load(
      groupsOf(
        '{ record: m:double, expr: m * 2, labels: { by: rule } }',
        '{ alert: A, expr: "m:double{by=\'rule\'} == 6" }',
      ),
    );
    bench.set(0, 3);
    ruler.evaluateGroup('g', 0);
    assert.deepEqual(
      ruler.alerts().map(({ state }) => state),
      ['firing'],
    );
  });

  test('alerts that come out alike fail the rule and leave its alerts as they were', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m == 1, labels: { node: "" } }'));
    bench.set(0, 1, { tenant: 'a', node: 'x' });
    ruler.evaluateGroup('g', 0);
    bench.set(MINUTE, 1, { tenant: 'a', node: 'x' });
    bench.set(MINUTE, 1, { tenant: 'a', node: 'y' });
    ruler.evaluateGroup('g', MINUTE);
    const [rule] = ruler.status()[0]?.rules ?? [];
    assert.deepEqual([rule?.health, rule?.alerts.length], ['err', 1]);
    assert.match(rule?.lastError ?? '', /same labels/);
  });

  test('more alerts than the limit fail the rule, but as many as it allows fire', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    const [group = assert.fail()] = groupsOf('{ alert: A, expr: m == 1 }');
    ruler.load([{ ...group, limit: 2 }]);
    const seen: unknown[] = [];
    for (const [minute, tenants] of ['ab', 'abcd', 'bcd', 'd'].entries()) {
      for (const tenant of 'abcd')
        bench.set(minute * MINUTE, tenants.includes(tenant) ? 1 : 'stale', { tenant });
      ruler.evaluateGroup('g', minute * MINUTE);
      const { lastError = '', alerts = [] } = ruler.status()[0]?.rules[0] ?? {};
      seen.push([alerts.map(({ labels }) => labels['tenant']).join(''), lastError]);
    }
    const tooMany = (count: number): string => `the limit of the group, 2 alerts, keeps out ${count} more`;
    assert.deepEqual(seen, [
      ['ab', ''],
      ['ab', tooMany(2)],
      ['b', tooMany(2)],
      ['d', ''],
    ]);
  });

  test('more series than the limit fail a recording rule, which records none', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    const [group = assert.fail()] = groupsOf('{ record: r, expr: m }');
    ruler.load([{ ...group, limit: 1 }]);
    for (const tenant of ['a', 'b']) bench.set(0, 1, { tenant });
    ruler.evaluateGroup('g', 0);
    assert.match(ruler.status()[0]?.rules[0]?.lastError ?? '', /yields 2 series, its group's limit is 1/);
    assert.equal(bench.query('r', 0), undefined);
  });

  test('a template that fails says so and the alert fires all the same', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    ruler.load(
      groupsOf('{ alert: A, expr: m == 1, annotations: { summary: "{{ query `gone` | first | value }}" } }'),
    );
    bench.set(0, 1);
    ruler.evaluateGroup('g', 0);
    assert.match(
      ruler.alerts()[0]?.annotations['summary'] ?? '',
      /^<error expanding template: .*the query has no result>$/,
    );
  });

  test('external labels go to the sink, not into identity', () => {
    const bench = new RulerBench(undefined, { externalLabels: { region: 'eu', tenant: 'agent' } });
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m == 1 }'));
    bench.set(0, 1);
    ruler.evaluateGroup('g', 0);
    assert.deepEqual(bench.updates.at(-1)?.alerts[0]?.labels, { alertname: 'A', tenant: 'a', region: 'eu' });
    assert.deepEqual(ruler.alerts()[0]?.labels, { alertname: 'A', tenant: 'a' });
  });
});

describe('the state of alerts', () => {
  test('state is saved before the sink hears of it', () => {
    const order: string[] = [];
    const memory = createMemoryAlertState();
    const store: AlertStateStore = {
      load: () => memory.load(),
      save(changes) {
        order.push(...changes.saved.map(({ state }) => `saved ${state}`));
        memory.save(changes);
      },
    };
    const bench = new RulerBench(store, {
      sink: { update: (_, alerts) => order.push(...alerts.map(({ state }) => `told ${state}`)) },
    });
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m == 1 }'));
    for (const [minute, value] of [1, 0].entries()) {
      bench.set(minute * MINUTE, value);
      ruler.evaluateGroup('g', minute * MINUTE);
    }
    assert.deepEqual(order, ['saved firing', 'told firing', 'saved resolved', 'told resolved']);
  });

  test('a store that cannot save keeps no alert back, and gets later what it missed', () => {
    const memory = createMemoryAlertState();
    let isFull = true;
    const store: AlertStateStore = {
      load: () => memory.load(),
      save(changes) {
        if (isFull) throw new Error('disk full');
        memory.save(changes);
      },
    };
    const bench = new RulerBench(store);
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m == 1 }'));
    bench.set(0, 1);
    ruler.evaluateGroup('g', 0);
    assert.deepEqual(
      bench.updates.at(-1)?.alerts.map(({ state }) => state),
      ['firing'],
    );
    isFull = false;
    bench.set(MINUTE, 1);
    ruler.evaluateGroup('g', MINUTE);
    assert.deepEqual(store.load(), ruler.alerts());
  });
});

describe('what goes wrong', () => {
  const healthOf = (ruler: Ruler): unknown[] =>
    ruler.status().flatMap(({ rules }) => rules.map(({ name, health }) => `${name} ${health}`));

  test('a rule that takes too long is given up, counted, and keeps no other from its turn', () => {
    const counted: unknown[] = [];
    const metrics = { ...NO_METRICS, increment: (...what: unknown[]) => counted.push(what) };
    const clock = new SteppedClock(0);
    const series = new MemorySeries();
    // Every read of `slow` takes six seconds.
    const reader: SeriesReader = {
      select(matchers, range) {
        if (matchers.some(({ value }) => value === 'slow')) clock.set(clock.now() + 6000);
        return series.select(matchers, range);
      },
    };
    const bench = new RulerBench(undefined, { reader, clock, metrics });
    const ruler = createRuler(bench.options);
    ruler.load(
      groupsOf(
        '{ record: r:late, expr: slow and slow and slow }',
        '{ record: r:soon, expr: slow }',
        '{ alert: A, expr: m == 1 }',
      ),
    );
    series.append([{ labels: { __name__: 'm', tenant: 'a' }, time: 0, value: 1 }]);
    ruler.evaluateGroup('g', 0);
    assert.deepEqual(healthOf(ruler), ['r:late err', 'r:soon ok', 'A ok']);
    assert.match(ruler.status()[0]?.rules[0]?.lastError ?? '', /did not finish before its deadline/);
    assert.equal(ruler.alerts()[0]?.state, 'firing');
    const outcomes = ['error', 'ok', 'ok'];
    assert.deepEqual(
      counted,
      outcomes.map((outcome) => ['octowatch_rule_evaluations_total', { group: 'g', outcome }]),
    );
  });

  test('a group that is evaluated every few seconds gives its rules no longer than that', () => {
    const clock = new SteppedClock(0);
    const reader: SeriesReader = {
      select() {
        clock.set(clock.now() + 2000);
        return [];
      },
    };
    const bench = new RulerBench(undefined, { reader, clock });
    const ruler = createRuler(bench.options);
    const [group = assert.fail()] = groupsOf('{ record: r, expr: m or m }');
    ruler.load([{ ...group, intervalMs: 2000 }]);
    ruler.evaluateGroup('g', 0);
    assert.deepEqual(healthOf(ruler), ['r err']);
  });

  test('neither a sink nor a preparation that throws ends the evaluation', () => {
    const bench = new RulerBench(undefined, {
      sink: {
        update() {
          throw new Error('broken');
        },
      },
      beforeEvaluation() {
        throw new Error('broken');
      },
    });
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m == 1 }'));
    bench.set(0, 1);
    ruler.evaluateGroup('g', 0);
    assert.deepEqual(bench.store.load(), ruler.alerts());
    assert.equal(ruler.alerts()[0]?.state, 'firing');
  });
});

describe('a reload', () => {
  test('keeps the alerts of rules that stay, whatever else of them changes', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m == 1, for: 1m }', '{ alert: B, expr: m == 1 }'));
    for (const minute of [0, 1]) {
      bench.set(minute * MINUTE, 1);
      ruler.evaluateGroup('g', minute * MINUTE);
    }
    ruler.load(groupsOf('{ alert: A, expr: m >= 1, for: 1h, annotations: { summary: new } }'));
    assert.deepEqual(
      ruler.alerts().map(({ labels, state }) => [labels['alertname'], state]),
      [
        ['A', 'firing'],
        ['B', 'resolved'],
      ],
    );
    bench.set(2 * MINUTE, 1);
    ruler.evaluateGroup('g', 2 * MINUTE);
    assert.deepEqual(
      ruler.alerts().map(({ activeAt, state }) => [activeAt, state]),
      [
        [0, 'firing'],
        [0, 'resolved'],
      ],
    );
  });
});

test('a rule that was removed and is back takes up its alerts again, the resolved ones too', async () => {
  const bench = new RulerBench();
  const ruler = createRuler(bench.options);
  const rule = groupsOf('{ alert: A, expr: m == 1 }');
  for (const [minute, groups] of [rule, [], rule].entries()) {
    await bench.clock.advance(minute * MINUTE - bench.clock.now());
    bench.set(minute * MINUTE, 1);
    ruler.load(groups);
    ruler.evaluateGroup('g', minute * MINUTE);
  }
  const states = (alerts: readonly Alert[]): string[] => alerts.map(({ state }) => state);
  assert.deepEqual(states(bench.updates.at(-1)?.alerts ?? []), ['firing']);
  // Past the time that the resolved one would have been kept.
  bench.set(20 * MINUTE, 1);
  ruler.evaluateGroup('g', 20 * MINUTE);
  assert.deepEqual(states(ruler.alerts()), ['firing']);
  assert.deepEqual(states(bench.store.load()), ['firing']);
});

test('a tenant that is removed by a reload resolves at once, however soon after the start', () => {
  const bench = new RulerBench();
  const ruler = createRuler(bench.options);
  ruler.load(groupsOf('{ alert: A, expr: m == 1 }'));
  bench.set(0, 1);
  ruler.evaluateGroup('g', 0);
  bench.set(1000, 'stale');
  bench.wasRead.set('a', false);
  ruler.load(groupsOf('{ alert: A, expr: m == 1 }'));
  ruler.evaluateGroup('g', 1000);
  assert.deepEqual(
    ruler.alerts().map(({ state }) => state),
    ['resolved'],
  );
});

describe('running', () => {
  test('evaluates each group at its interval, from the loaded rules of the moment, until aborted', async () => {
    const times: number[] = [];
    const bench = new RulerBench(undefined, { beforeEvaluation: (now) => times.push(now) });
    const ruler = createRuler(bench.options);
    const stop = new AbortController();
    ruler.load(groupsOf('{ alert: A, expr: vector(1) }'));
    const running = ruler.run(stop.signal);
    await bench.clock.advance(3 * MINUTE);
    assert.equal(times.length, 3);
    assert.deepEqual(
      times.map((time) => time - (times[0] ?? 0)),
      [0, MINUTE, 2 * MINUTE],
    );

    ruler.load(groupsOf('{ alert: B, expr: vector(1) }'));
    await bench.clock.advance(MINUTE);
    assert.deepEqual(
      ruler.alerts().map(({ labels, state }) => [labels['alertname'], state]),
      [
        ['B', 'firing'],
        ['A', 'resolved'],
      ],
    );
    stop.abort();
    await running;
  });
});
