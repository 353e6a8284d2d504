import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { parseRuleFile } from './parse-rule-file.ts';
import { createRuler, type RulerOptions } from './ruler.ts';
import { createSqliteAlertState } from './sqlite-alert-state.ts';
import { groupsOf, MINUTE, RulerBench } from './testing/ruler-bench.ts';

/** States over minutes: the condition by minute (1 true, 0 false, x poll failed), what the alert shows after each. */
function life(rule: string, condition: string, overrides: Partial<RulerOptions> = {}): string {
  const bench = new RulerBench(undefined, overrides);
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

  test('a missed round does not reset for', () => {
    const bench = new RulerBench();
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
    const bench = new RulerBench(undefined, { holdForMs: 2 * MINUTE });
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

test('a pending alert whose data is missing for too long is dropped, and that says so', () => {
  const bench = new RulerBench(undefined, { holdForMs: 2 * MINUTE });
  const ruler = createRuler(bench.options);
  ruler.load(groupsOf('{ alert: A, expr: m == 1, for: 10m }'));
  bench.set(0, 1);
  ruler.evaluateGroup('g', 0);
  bench.missing.set('a', MINUTE);
  bench.set(MINUTE, 'stale');
  for (const minute of [1, 2, 3]) ruler.evaluateGroup('g', minute * MINUTE);
  assert.deepEqual(
    ruler.alerts().map(({ annotations }) => annotations['summary']),
    ['a: no data, the state of A is unknown'],
  );
});

test('data of two kinds that is missing is known again when both are back', () => {
  const missing = new Set(['m', 'n']);
  const bench = new RulerBench(undefined, {
    holdForMs: 0,
    evidence: {
      missingSince: (metric) => (missing.has(metric) ? 0 : undefined),
      missing: (metric) => (missing.has(metric) ? ['a'] : []),
      wasRead: () => true,
    },
  });
  const ruler = createRuler(bench.options);
  ruler.load(groupsOf('{ alert: M, expr: m == 1 }', '{ alert: N, expr: n == 1 }'));
  const evidence = (): string | undefined =>
    ruler.alerts().find(({ labels }) => labels['alertname'] === 'EvidenceMissing')?.state;
  bench.set(0, 1);
  bench.set(0, 1, { __name__: 'n', tenant: 'a' });
  ruler.evaluateGroup('g', 0);
  bench.set(MINUTE, 'stale');
  bench.set(MINUTE, 'stale', { __name__: 'n', tenant: 'a' });
  const seen = ['m', 'n', ''].map((back, index) => {
    ruler.evaluateGroup('g', (index + 1) * MINUTE);
    missing.delete(back);
    return evidence();
  });
  assert.deepEqual(seen, ['firing', 'firing', 'resolved']);
});

describe('an alert about no single tenant', () => {
  /** A fleet of 20, `down` of them with the condition; the polls of `missing` fail from the second minute on. */
  function fleet(rule: string, missing: number): (minute: number, down: number) => readonly string[] {
    const bench = new RulerBench(undefined, { holdForMs: 2 * MINUTE });
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf(rule));
    return (minute, down) => {
      for (let i = 0; i < 20; i++) {
        const tenant = `t${i}`;
        const fails = minute > 0 && minute < 6 && i < missing;
        if (fails) bench.missing.set(tenant, MINUTE);
        else bench.missing.delete(tenant);
        bench.set(minute * MINUTE, fails ? 'stale' : Number(i < down), { tenant });
      }
      ruler.evaluateGroup('g', minute * MINUTE);
      return ruler.alerts().map(({ labels, state }) => `${labels['alertname']} ${state}`);
    };
  }

  test('is judged by what is there while no more than a tenth is missing', () => {
    const step = fleet('{ alert: A, expr: "count(m == 1) > 1" }', 2);
    assert.deepEqual(step(0, 2), ['A firing']);
    assert.deepEqual(step(1, 2), ['A resolved']);
  });

  test('is held while more is missing, then unknown, and known again when the data is back', () => {
    const step = fleet('{ alert: A, expr: "count(m == 1) > 1" }', 3);
    assert.deepEqual(step(0, 3), ['A firing']);
    assert.deepEqual(step(1, 3), ['A firing']);
    assert.deepEqual(step(2, 3), ['A firing']);
    assert.deepEqual(step(3, 3), ['A resolved', 'EvidenceMissing firing']);
    assert.deepEqual(step(6, 3), ['A firing', 'EvidenceMissing resolved']);
  });

  test('does not begin to fire while more is missing', () => {
    const step = fleet('{ alert: A, expr: "count(m == 0) < 18", for: 1m }', 3);
    assert.deepEqual(step(0, 0), []);
    for (const minute of [1, 2]) assert.deepEqual(step(minute, 0), ['A pending']);
    assert.deepEqual(step(6, 0), []);
  });

  test('names the fleet when its state is unknown', () => {
    const bench = new RulerBench(undefined, { holdForMs: 0 });
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: count(m == 1) }'));
    bench.set(0, 1);
    ruler.evaluateGroup('g', 0);
    bench.missing.set('a', MINUTE);
    bench.set(MINUTE, 'stale');
    ruler.evaluateGroup('g', MINUTE);
    const evidence = ruler.alerts().find(({ labels }) => labels['alertname'] === 'EvidenceMissing');
    assert.deepEqual(evidence?.labels, { alertname: 'EvidenceMissing', severity: 'ticket' });
    assert.equal(evidence.annotations['summary'], 'fleet: no data, the state of A is unknown');
  });
});

describe('a clock that jumps', () => {
  /** The states of an alert by the minutes of its evaluations; at each the condition is `1` true, `0` false, `-` not polled yet. */
  function states(rule: string, rounds: readonly (readonly [minute: number, condition: string])[]): string {
    const series = new Map<number, string>();
    let now = 0;
    const bench = new RulerBench(undefined, {
      reader: {
        select: () => {
          const seen = series.get(now);
          if (seen === undefined || seen === '-') return [];
          const labels = { __name__: 'm', tenant: 'a' };
          return [{ labels, timestamps: new Float64Array([now]), values: new Float64Array([Number(seen)]) }];
        },
      },
    });
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf(`{ alert: A, expr: m == 1, ${rule} }`));
    bench.wasRead.set('a', true);
    return rounds
      .map(([minute, condition]) => {
        now = minute * MINUTE;
        series.set(now, condition);
        ruler.evaluateGroup('g', now);
        return ruler.alerts()[0]?.state ?? 'none';
      })
      .join(' ');
  }

  const cases: [what: string, rule: string, rounds: [number, string][], states: string][] = [
    [
      'forth, before anything was polled: nothing resolves',
      '',
      [
        [100, '1'],
        [160, '-'],
        [161, '1'],
        [162, '0'],
      ],
      'firing firing firing resolved',
    ],
    [
      'forth, and what nobody sees any more is over after the grace',
      '',
      [
        [100, '1'],
        [160, '-'],
        [161, '-'],
        [162, '-'],
      ],
      'firing firing firing resolved',
    ],
    [
      'back: nothing resolves, and for is not longer by as much',
      'for: 2m',
      [
        [100, '1'],
        [40, '-'],
        [41, '1'],
        [42, '1'],
        [43, '0'],
      ],
      'pending pending pending firing resolved',
    ],
    [
      'back: what was resolved is kept for 15 minutes',
      '',
      [
        [100, '1'],
        [101, '0'],
        [40, '0'],
        [55, '0'],
        [56, '0'],
      ],
      'firing resolved resolved resolved none',
    ],
  ];
  for (const [what, rule, rounds, expected] of cases)
    test(what, () => assert.equal(states(rule, rounds), expected));
});

describe('what a group sets', () => {
  test('query_offset: reads and records as of then, but the alert is of now', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    const groups = groupsOf('{ record: r, expr: m }', '{ alert: A, expr: m == 1, for: 1m }');
    ruler.load(groups.map((group) => ({ ...group, queryOffsetMs: 2 * MINUTE })));
    for (const [minute, value] of [0, 1, 0, 0, 0].entries()) {
      bench.set(minute * MINUTE, value);
      ruler.evaluateGroup('g', minute * MINUTE);
    }
    assert.deepEqual(
      bench.updates.flatMap(({ alerts }) => alerts),
      [],
      'pending at the third minute, over at the fourth',
    );
    const sample = (text: string, minute: number): number | undefined => bench.query(text, minute * MINUTE);
    assert.deepEqual([sample('r', 1), sample('r', 2)], [1, 0]);
    assert.deepEqual([sample('ALERTS_FOR_STATE', 1), sample('ALERTS_FOR_STATE', 2)], [180, undefined]);
  });

  test('query_offset: a query of a template is of now, as in Prometheus', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    const summary = '{{ $value }} then, {{ query `m` | first | value }} now';
    const groups = groupsOf(`{ alert: A, expr: m, annotations: { summary: "${summary}" } }`);
    ruler.load(groups.map((group) => ({ ...group, queryOffsetMs: 2 * MINUTE })));
    for (const [minute, value] of [1, 2, 3].entries()) bench.set(minute * MINUTE, value);
    ruler.evaluateGroup('g', 2 * MINUTE);
    assert.equal(ruler.alerts()[0]?.annotations['summary'], '1 then, 3 now');
  });

  test('what a query of a template finds is told when it changes, though the value of the alert does not', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    const summary = '{{ with query `m > 5` }}{{ . | first | value }}{{ else }}nobody{{ end }}';
    ruler.load(groupsOf(`{ alert: A, expr: m > bool 0, annotations: { summary: "${summary}" } }`));
    const told = [1, 1, 7, 7, 8].map((value, minute) => {
      bench.set(minute * MINUTE, value);
      ruler.evaluateGroup('g', minute * MINUTE);
      return bench.updates.at(-1)?.alerts[0]?.annotations['summary'];
    });
    assert.deepEqual(told, ['nobody', 'nobody', '7', '7', '8']);
  });

  test('labels: on every rule, whose own labels win', () => {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    const text = `groups:
  - name: g
    labels: { team: ops, severity: log }
    rules:
      - { record: r, expr: m }
      - { alert: A, expr: m == 1, labels: { severity: page } }
`;
    ruler.load(parseRuleFile(text, 'rules.yml').groups);
    bench.set(0, 1);
    ruler.evaluateGroup('g', 0);
    assert.deepEqual(ruler.alerts()[0]?.labels, {
      alertname: 'A',
      severity: 'page',
      team: 'ops',
      tenant: 'a',
    });
    assert.equal(bench.query('r{team="ops", severity="log"}', 0), 1);
  });
});

describe('what the sink hears', () => {
  /** Minutes at which it heard of the group, of alerts that are evaluated every 15 s. */
  function heard(values: string): string[] {
    const bench = new RulerBench();
    const ruler = createRuler(bench.options);
    ruler.load(groupsOf('{ alert: A, expr: m > 0, annotations: { summary: "{{ $value }}" } }'));
    bench.updates.length = 0;
    return values.split('').flatMap((value, round) => {
      const now = round * 15_000;
      const before = bench.updates.length;
      bench.set(now, Number(value));
      ruler.evaluateGroup('g', now);
      const alerts = bench.updates.slice(before).flatMap((update) => update.alerts);
      const told = alerts.map(({ state, annotations }) => `${state} ${annotations['summary']}`);
      return bench.updates.length === before ? [] : [`${now / MINUTE}: ${told.join()}`];
    });
  }

  const cases: [what: string, values: string, ...heard: string[]][] = [
    ['what has changed at once', '0110', '0: ', '0.25: firing 1', '0.75: resolved 1'],
    [
      'what fires, and what was resolved, again every minute',
      '1111100000',
      '0: firing 1',
      '1: firing 1',
      '1.25: resolved 1',
      '2.25: resolved 1',
    ],
    ['another value once a minute', '123456789', '0: firing 1', '1: firing 5', '2: firing 9'],
    ['the last value before it was over', '1230', '0: firing 1', '0.75: resolved 3'],
  ];
  for (const [what, values, ...expected] of cases)
    test(what, () => assert.deepEqual(heard(values), expected));
});

describe('another duration in the file', () => {
  const cases: [what: string, before: string, after: string, states: string][] = [
    ['a longer for does not take back what fires', 'for: 1m', 'for: 1h', 'pFFFF'],
    ['a shorter for counts what has passed', 'for: 1h', 'for: 3m', 'pppFF'],
    ['none fires at once', 'for: 1h', '', 'pppFF'],
  ];
  for (const [what, before, after, states] of cases) {
    test(what, () => {
      const bench = new RulerBench();
      const ruler = createRuler(bench.options);
      const seen = Array.from({ length: 5 }, (_, minute) => {
        if (minute === 0 || minute === 3)
          ruler.load(groupsOf(`{ alert: A, expr: m == 1, ${minute === 0 ? before : after} }`));
        bench.set(minute * MINUTE, 1);
        ruler.evaluateGroup('g', minute * MINUTE);
        return ruler.alerts()[0]?.state === 'firing' ? 'F' : 'p';
      });
      assert.equal(seen.join(''), states);
    });
  }
});

describe('an alert about a part of the fleet', () => {
  const REGION = 'avg by (region) (m * on (tenant) group_left (region) octopus_instance_info)';

  /** 20 tenants, two of them in `eu`; from the second minute on the polls of `missing` fail. `interruption` comes before the seventh. */
  function fleet(
    missing: readonly number[],
    until = 99,
    interruption: 'reload' | 'restart' | 'none' = 'none',
  ): (minute: number, value: number) => string[] {
    const store = createSqliteAlertState(new DatabaseSync(':memory:'));
    const bench = new RulerBench(store, { holdForMs: 8 * MINUTE });
    const rules = groupsOf(`{ alert: RegionDown, expr: "${REGION} < 0.5" }`);
    let ruler = createRuler(bench.options);
    ruler.load(rules);
    return (minute, value) => {
      const now = minute * MINUTE;
      if (minute === 7 && interruption === 'restart') ruler = createRuler(bench.options);
      if (minute === 7 && interruption !== 'none') ruler.load(rules);
      for (let index = 0; index < 20; index++) {
        const tenant = `t${index}`;
        const fails = minute > 0 && minute < until && missing.includes(index);
        if (fails) bench.missing.set(tenant, MINUTE);
        else bench.missing.delete(tenant);
        if (fails) continue;
        const region = index < 2 ? 'eu' : 'us';
        bench.set(now, region === 'eu' ? value : 1, { tenant });
        bench.set(now, 1, { __name__: 'octopus_instance_info', tenant, region });
      }
      ruler.evaluateGroup('g', now);
      return ruler.alerts().map(({ labels, state, heldSince }) => {
        return [labels['alertname'], labels['region'], heldSince === undefined ? state : 'held'].join(' ');
      });
    };
  }

  for (const interruption of ['none', 'reload', 'restart'] as const) {
    test(`is held when the data of that part is missing, as little of the fleet as it may be (${interruption})`, () => {
      const step = fleet([0, 1], 12, interruption);
      assert.deepEqual(step(0, 0), ['RegionDown eu firing']);
      for (const minute of [1, 5, 7]) assert.deepEqual(step(minute, 0), ['RegionDown eu held'], `${minute}`);
      assert.deepEqual(step(10, 0), ['RegionDown eu resolved', 'EvidenceMissing eu firing']);
      assert.deepEqual(step(11, 0), ['RegionDown eu resolved', 'EvidenceMissing eu firing']);
      assert.deepEqual(step(12, 1), ['RegionDown eu resolved', 'EvidenceMissing eu resolved']);
    });
  }

  test('is not held for what is missing of another part', () => {
    const step = fleet([5, 6, 7, 8, 9]);
    assert.deepEqual(step(0, 0), ['RegionDown eu firing']);
    assert.deepEqual(step(1, 0), ['RegionDown eu firing']);
    assert.deepEqual(step(2, 1), ['RegionDown eu resolved']);
  });
});
