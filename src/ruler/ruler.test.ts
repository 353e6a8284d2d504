import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { silentLog } from '../../test/fakes/silent-log.ts';
import type { Alert } from '../model/alert.ts';
import type { Labels } from '../model/labels.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { evaluateInstant } from '../promql/evaluate.ts';
import { parseExpression } from '../promql/parser.ts';
import { MemorySeries } from '../promql/testing/memory-series.ts';
import { parseRuleFile } from './parse-rule-file.ts';
import type { RuleGroup } from './rule.ts';
import { createRuler, type RulerOptions } from './ruler.ts';
import type { AlertStateStore } from './saved-alert.ts';
import { createMemoryAlertState } from './saved-alert.ts';
import { createSqliteAlertState } from './sqlite-alert-state.ts';

const MINUTE = 60_000;

function groupsOf(...rules: readonly string[]): readonly RuleGroup[] {
  const text = [
    'groups:',
    '  - name: g',
    '    interval: 1m',
    '    rules:',
    ...rules.map((rule) => `      - ${rule}`),
  ].join('\n');
  const { groups, problems } = parseRuleFile(text, 'rules.yml');
  assert.deepEqual(problems, []);
  return groups;
}

/** A ruler over series in memory; what the poll of `m` sees is set by hand, minute by minute. */
class Bench {
  readonly series = new MemorySeries();
  readonly clock = new VirtualClock();
  readonly missing = new Map<string, number>();
  readonly updates: { group: string; alerts: readonly Alert[] }[] = [];
  /** What was read since the start, by tenant. */
  readonly wasRead = new Map<string, boolean>();
  readonly store: AlertStateStore;
  readonly options: RulerOptions;

  constructor(store: AlertStateStore = createMemoryAlertState(), overrides: Partial<RulerOptions> = {}) {
    this.store = store;
    this.options = {
      reader: this.series,
      recorder: (samples) => this.series.append(samples),
      clock: this.clock,
      sink: { update: (group, alerts) => this.updates.push({ group, alerts }) },
      evidence: {
        missingSince: (_, tenant) => this.missing.get(tenant),
        wasRead: (_, tenant) => this.wasRead.get(tenant),
      },
      store,
      externalLabels: {},
      defaultIntervalMs: MINUTE,
      log: silentLog,
      metrics: NO_METRICS,
      ...overrides,
    };
  }

  /** A sample of `m`, or a stale marker. */
  set(time: number, value: number | 'stale', labels: Labels = { tenant: 'a' }): void {
    const stale = value === 'stale';
    this.series.append([{ labels: { __name__: 'm', ...labels }, time, value: stale ? 0 : value, stale }]);
  }

  /** The value of an expression's only element; undefined when there is none. */
  query(text: string, time: number): number | undefined {
    const value = evaluateInstant(parseExpression(text), { reader: this.series, time });
    return value.type === 'vector' ? value.values[0] : undefined;
  }
}

/** States over minutes: the condition by minute (1 true, 0 false, x poll failed), what the alert shows after each. */
function life(rule: string, condition: string, overrides: Partial<RulerOptions> = {}): string {
  const bench = new Bench(undefined, overrides);
  const ruler = createRuler(bench.options);
  ruler.load(groupsOf(`{ alert: A, expr: m == 1, ${rule} }`));
  return condition
    .split('')
    .map((letter, minute) => {
      const now = minute * MINUTE;
      if (letter === 'x') {
        bench.missing.set('a', bench.missing.get('a') ?? now);
        bench.set(now, 'stale');
      } else {
        bench.missing.delete('a');
        bench.set(now, Number(letter));
      }
      ruler.evaluateGroup('g', now);
      const alert = ruler.alerts().find(({ labels }) => labels['alertname'] === 'A');
      if (alert === undefined) return '.';
      const letterOf = { pending: 'p', firing: 'F', resolved: 'r' }[alert.state];
      return alert.heldSince === undefined ? letterOf : { p: 'h', F: 'H', r: 'r' }[letterOf];
    })
    .join('');
}

describe('the life of an alert', () => {
  const cases: [what: string, rule: string, condition: string, states: string][] = [
    ['fires at once without for', '', '011110', '.FFFFr'],
    ['is pending for its for', 'for: 3m', '01111100', '.pppFFrr'],
    ['is forgotten when it never fired', 'for: 3m', '0110110', '.pp.pp.'],
    ['goes on firing for keep_firing_for', 'keep_firing_for: 2m', '0110000', '.FFFFrr'],
    ['starts that anew whenever it is true again', 'keep_firing_for: 2m', '01101000', '.FFFFFFr'],
    ['comes back as a new alert', 'for: 1m', '01101100', '.pFrpFrr'],
    ['is kept for 15 minutes when resolved', '', `10${'0'.repeat(16)}`, `F${'r'.repeat(16)}.`],
    ['fires on while its data is missing', '', '01xxx10', '.FHHHFr'],
    ['stops the clock of for while its data is missing', 'for: 3m', '011xxx1110', '.pphhhpFFr'],
    ['does not begin to fire on old data', '', '0x1', '..F'],
    ['is over when the data says so', '', '01xx0', '.FHHr'],
    ['does not begin keep_firing_for while held', 'keep_firing_for: 2m', '01xx000', '.FHHFFr'],
  ];
  for (const [what, rule, condition, states] of cases) {
    test(what, () => assert.equal(life(rule, condition), states));
  }

  test('is held for no longer than hold_for', () => {
    assert.equal(life('', '01xxxxxx', { holdForMs: 3 * MINUTE }), '.FHHHrrr');
  });

  test('a rule without the tenant in its labels is not held', () => {
    const bench = new Bench();
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: "count(m == 1) > 0" }'));
    bench.set(0, 1);
    ruler.evaluateGroup('g', 0);
    bench.missing.set('a', MINUTE);
    bench.set(MINUTE, 'stale');
    ruler.evaluateGroup('g', MINUTE);
    assert.deepEqual(
      ruler.alerts().map(({ state }) => state),
      ['resolved'],
    );
  });

  test('a missed round does not reset for', () => {
    const bench = new Bench();
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m == 1, for: 5m }'));
    for (let minute = 0; minute <= 6; minute++) bench.set(minute * MINUTE, 1);
    for (const minute of [0, 6]) ruler.evaluateGroup('g', minute * MINUTE);
    assert.deepEqual(
      ruler.alerts().map(({ state, activeAt, firedAt }) => [state, activeAt, firedAt]),
      [['firing', 0, 6 * MINUTE]],
    );
  });
});

describe('data that is missing for too long', () => {
  test('resolves the alert as unknown and raises one of its own, until the data is back', () => {
    const bench = new Bench(undefined, { holdForMs: 2 * MINUTE });
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m == 1 }'));
    bench.set(0, 1);
    ruler.evaluateGroup('g', 0);
    bench.missing.set('a', MINUTE);
    bench.set(MINUTE, 'stale');
    for (const minute of [1, 2, 3]) ruler.evaluateGroup('g', minute * MINUTE);
    const [alert, evidence] = ruler.alerts();
    assert.equal(alert?.state, 'resolved');
    assert.match(alert?.annotations['resolved_as'] ?? '', /^unknown/);
    assert.deepEqual(evidence?.labels, { alertname: 'EvidenceMissing', tenant: 'a', severity: 'ticket' });
    assert.equal(evidence?.annotations['summary'], 'a: no data, the state of A is unknown');
    assert.deepEqual(
      bench.updates.at(-1)?.alerts.map(({ state }) => state),
      ['firing'],
    );

    bench.missing.clear();
    ruler.evaluateGroup('g', 4 * MINUTE);
    assert.equal(ruler.alerts()[1]?.state, 'resolved');
  });
});

describe('what an evaluation yields', () => {
  test('labels are part of identity, annotations follow the value', () => {
    const bench = new Bench();
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

  test('ALERTS and ALERTS_FOR_STATE say what is pending and firing, and end with the alert', () => {
    const bench = new Bench();
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
    const bench = new Bench();
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
    const bench = new Bench();
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

  test('more alerts than the limit fail the rule', () => {
    const bench = new Bench();
    const ruler = createRuler(bench.options);
    const [group = assert.fail()] = groupsOf('{ alert: A, expr: m == 1 }');
    ruler.load([{ ...group, limit: 1 }]);
    for (const tenant of ['a', 'b']) bench.set(0, 1, { tenant });
    ruler.evaluateGroup('g', 0);
    assert.match(ruler.status()[0]?.rules[0]?.lastError ?? '', /yields 2 alerts, its group's limit is 1/);
  });

  test('a template that fails says so and the alert fires all the same', () => {
    const bench = new Bench();
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
    const bench = new Bench(undefined, { externalLabels: { region: 'eu', tenant: 'agent' } });
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m == 1 }'));
    bench.set(0, 1);
    ruler.evaluateGroup('g', 0);
    assert.deepEqual(bench.updates.at(-1)?.alerts[0]?.labels, { alertname: 'A', tenant: 'a', region: 'eu' });
    assert.deepEqual(ruler.alerts()[0]?.labels, { alertname: 'A', tenant: 'a' });
  });
});

describe('a restart', () => {
  const rules = (): readonly RuleGroup[] =>
    groupsOf(
      '{ alert: F, expr: m == 1 }',
      '{ alert: P, expr: m == 1, for: 10m }',
      '{ alert: K, expr: m == 2, keep_firing_for: 1h }',
    );

  function before(store: AlertStateStore): readonly Alert[] {
    const bench = new Bench(store);
    const ruler = createRuler(bench.options);
    ruler.load(rules());
    for (const [minute, value] of [2, 1, 1].entries()) {
      bench.set(minute * MINUTE, value);
      ruler.evaluateGroup('g', minute * MINUTE);
    }
    return ruler.alerts();
  }

  test('changes nothing about any alert', () => {
    const database = new DatabaseSync(':memory:');
    const alerts = before(createSqliteAlertState(database));
    assert.deepEqual(
      alerts.map(({ state }) => state),
      ['firing', 'pending', 'firing'],
    );
    const bench = new Bench(createSqliteAlertState(database));
    const ruler = createRuler(bench.options);
    ruler.load(rules());
    assert.deepEqual(ruler.alerts(), alerts);
    assert.deepEqual(
      bench.updates.find(({ group }) => group === 'g')?.alerts.map(({ state }) => state),
      ['firing', 'firing'],
    );

    bench.set(11 * MINUTE, 1);
    ruler.evaluateGroup('g', 11 * MINUTE);
    assert.deepEqual(
      ruler.alerts().map(({ key, state, activeAt }) => ({ key, state, activeAt })),
      alerts.map(({ key, activeAt }) => ({ key, state: 'firing', activeAt })),
    );
  });

  test('lets go of what is over as soon as everything the rule reads was read again', () => {
    const store = createMemoryAlertState();
    before(store);
    const bench = new Bench(store);
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: F, expr: m == 1 }'));
    bench.set(MINUTE, 0);
    bench.wasRead.set('a', false);
    ruler.evaluateGroup('g', MINUTE);
    const states = (): string[] =>
      ruler
        .alerts()
        .filter(({ group }) => group === 'g')
        .map(({ labels, state }) => `${labels['alertname']} ${state}`);
    assert.ok(states().includes('F firing'));
    bench.wasRead.set('a', true);
    ruler.evaluateGroup('g', MINUTE + 1000);
    assert.ok(states().includes('F resolved'));
  });

  test('holds what was firing until the polls have answered again', () => {
    const store = createMemoryAlertState();
    before(store);
    const bench = new Bench(store);
    const ruler = createRuler(bench.options);
    ruler.load(rules());
    ruler.evaluateGroup('g', MINUTE);
    assert.deepEqual(
      ruler.alerts().map(({ state }) => state),
      ['firing', 'pending', 'firing'],
    );
    ruler.evaluateGroup('g', 3 * MINUTE);
    assert.deepEqual(
      ruler.alerts().map(({ state }) => state),
      ['resolved', 'firing'],
    );
  });

  test('resolves the alerts of a rule that is gone', () => {
    const store = createMemoryAlertState();
    before(store);
    const bench = new Bench(store);
    const ruler = createRuler(bench.options);
    ruler.load([]);
    assert.deepEqual(
      bench.updates
        .find(({ group }) => group === 'g')
        ?.alerts.map(({ labels, state }) => `${labels['alertname']} ${state}`)
        .toSorted(),
      ['F resolved', 'K resolved'],
    );
    assert.deepEqual(
      store.load().map(({ state }) => state),
      ['resolved', 'resolved'],
    );
  });

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
    const bench = new Bench(store, {
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

  test('a store that cannot save does not keep an alert back', () => {
    const store: AlertStateStore = {
      load: () => [],
      save() {
        throw new Error('disk full');
      },
    };
    const bench = new Bench(store);
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m == 1 }'));
    bench.set(0, 1);
    ruler.evaluateGroup('g', 0);
    assert.deepEqual(
      bench.updates.at(-1)?.alerts.map(({ state }) => state),
      ['firing'],
    );
  });
});

describe('a reload', () => {
  test('keeps the alerts of rules that stay, whatever else of them changes', () => {
    const bench = new Bench();
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

describe('running', () => {
  test('evaluates each group at its interval, from the loaded rules of the moment, until aborted', async () => {
    const times: number[] = [];
    const bench = new Bench(undefined, { beforeEvaluation: (now) => times.push(now) });
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
