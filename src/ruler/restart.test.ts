import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { temporaryDirectory } from '../../test/fakes/temporary-directory.ts';
import type { Alert } from '../model/alert.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import type { RuleGroup } from './rule.ts';
import { createRuler } from './ruler.ts';
import { createMemoryAlertState, type AlertStateStore, type SavedAlert } from './saved-alert.ts';
import { createSqliteAlertState } from './sqlite-alert-state.ts';
import { groupsOf, MINUTE, RulerBench } from './testing/ruler-bench.ts';

describe('a restart', () => {
  const rules = (): readonly RuleGroup[] =>
    groupsOf(
      '{ alert: F, expr: m == 1 }',
      '{ alert: P, expr: m == 1, for: 10m }',
      '{ alert: K, expr: m == 2, keep_firing_for: 1h }',
    );

  function before(store: AlertStateStore): readonly Alert[] {
    const bench = new RulerBench(store);
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
    const bench = new RulerBench(createSqliteAlertState(database));
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
    const bench = new RulerBench(store);
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
    const bench = new RulerBench(store);
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

  test('holds it however short hold_for is, and however long the agent was away', () => {
    const store = createMemoryAlertState();
    before(store);
    store.save({ saved: store.load().map((alert) => ({ ...alert, heldSince: 2 * MINUTE })), removed: [] });
    const bench = new RulerBench(store, { holdForMs: 0, clock: new VirtualClock(600 * MINUTE) });
    const ruler = createRuler(bench.options);
    ruler.load(rules());
    ruler.evaluateGroup('g', 600 * MINUTE);
    assert.deepEqual(
      ruler.alerts().map(({ state }) => state),
      ['firing', 'pending', 'firing'],
    );
    assert.deepEqual(
      bench.updates.at(-1)?.alerts.map(({ state }) => state),
      ['firing', 'firing'],
    );
  });

  test('holds the alerts of a rule that does not parse, until it is mended or for hold_for', () => {
    const store = createMemoryAlertState();
    before(store);
    const bench = new RulerBench(store, { holdForMs: 5 * MINUTE });
    const ruler = createRuler(bench.options);
    const states = (): string[] =>
      ruler
        .alerts()
        .map(({ labels, state }) => `${labels['alertname']} ${state}`)
        .toSorted();
    ruler.load(groupsOf('{ alert: Other, expr: m == 9 }'), true);
    assert.deepEqual(states(), ['F firing', 'K firing', 'P pending']);
    ruler.evaluateGroup('g', 4 * MINUTE);
    assert.deepEqual(states(), ['F firing', 'K firing', 'P pending']);
    ruler.load(groupsOf('{ alert: F, expr: m == 1 }'), true);
    bench.set(4 * MINUTE, 1);
    ruler.evaluateGroup('g', 4 * MINUTE);
    assert.deepEqual(states(), ['F firing', 'K firing', 'P pending']);
    assert.equal(ruler.alerts().find(({ labels }) => labels['alertname'] === 'F')?.heldSince, undefined);
    bench.set(5 * MINUTE, 1);
    ruler.evaluateGroup('g', 5 * MINUTE);
    assert.deepEqual(states(), ['F firing', 'K resolved']);
  });

  test('does not take missing data for found while polls have not answered', () => {
    const first = new RulerBench(undefined, { holdForMs: 0 });
    const ruler = createRuler(first.options);
    ruler.load(groupsOf('{ alert: F, expr: m == 1 }'));
    first.set(0, 1);
    ruler.evaluateGroup('g', 0);
    first.missing.set('a', MINUTE);
    first.set(MINUTE, 'stale');
    ruler.evaluateGroup('g', MINUTE);
    const bench = new RulerBench(first.store, { holdForMs: 0 });
    const next = createRuler(bench.options);
    next.load(groupsOf('{ alert: F, expr: m == 1 }'));
    const evidence = (): string | undefined =>
      next.alerts().find(({ labels }) => labels['alertname'] === 'EvidenceMissing')?.state;
    next.evaluateGroup('g', MINUTE);
    assert.equal(evidence(), 'firing');
    bench.wasRead.set('a', true);
    next.evaluateGroup('g', MINUTE);
    assert.equal(evidence(), 'resolved');
  });

  test('resolves the alerts of a rule that is gone', () => {
    const store = createMemoryAlertState();
    before(store);
    const bench = new RulerBench(store);
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
});

test('state that an earlier version saved is taken up, and added to', () => {
  const database = new DatabaseSync(':memory:');
  const alert: SavedAlert = {
    key: 'k',
    group: 'g',
    rule: 'A',
    ruleKey: '{}',
    labels: { alertname: 'A', region: 'eu' },
    annotations: {},
    state: 'firing',
    value: Number.NaN,
    activeAt: 1,
  };
  createSqliteAlertState(database).save({ saved: [alert], removed: [] });
  database.exec('ALTER TABLE alert_state DROP COLUMN scope');
  const store = createSqliteAlertState(database);
  assert.deepEqual(store.load(), [alert]);
  const scoped = { ...alert, scope: { region: 'eu' } };
  store.save({ saved: [scoped], removed: [] });
  assert.deepEqual(createSqliteAlertState(database).load(), [scoped]);
});

describe('an agent that is killed after every evaluation', () => {
  const rules = groupsOf(
    '{ alert: Now, expr: m > 0, annotations: { summary: "{{ $labels.tenant }}: {{ $value }}" } }',
    '{ alert: Soon, expr: m > 0, for: 1m }',
    '{ alert: Later, expr: m > 0, for: 3m, labels: { size: "{{ $value }}" } }',
    '{ alert: Late, expr: m > 0, for: 7m }',
    '{ alert: Sticky, expr: m > 1, for: 1m, keep_firing_for: 3m }',
    '{ alert: Fleet, expr: sum(m) > 2, for: 2m }',
    "{ alert: Follower, expr: \"ALERTS{alertname='Soon', alertstate='firing'}\" }",
  );
  /** What the polls of a tenant yield, minute by minute; x: they fail. */
  const story = fc.array(fc.constantFrom('0', '1', '2', 'x'), { minLength: 20, maxLength: 20 });

  function createBench(store: AlertStateStore): RulerBench {
    const bench = new RulerBench(store, { holdForMs: 4 * MINUTE });
    for (const tenant of ['a', 'b']) bench.wasRead.set(tenant, true);
    return bench;
  }

  function pollAll(bench: RulerBench, letters: Record<string, string>): void {
    const now = bench.clock.now();
    for (const [tenant, letter] of Object.entries(letters)) {
      if (letter !== 'x') bench.missing.delete(tenant);
      else if (!bench.missing.has(tenant)) bench.missing.set(tenant, now);
      bench.set(now, letter === 'x' ? 'stale' : Number(letter), { tenant });
    }
  }

  /** A change of value alone is not saved: what is not true any more may tell an earlier one. */
  function byKey(alerts: readonly SavedAlert[]): SavedAlert[] {
    return alerts
      .map((alert) => (isTrue(alert) ? alert : { ...alert, value: 0, annotations: {} }))
      .toSorted((one, other) => (one.key < other.key ? -1 : 1));
  }

  function isTrue({ state, heldSince, keepFiringSince }: SavedAlert): boolean {
    return state !== 'resolved' && heldSince === undefined && keepFiringSince === undefined;
  }

  test('has the same alerts as one that is not', async () => {
    const folder = temporaryDirectory();
    let files = 0;
    await fc.assert(
      fc.asyncProperty(story, story, async (a, b) => {
        const twin = createBench(createMemoryAlertState());
        const steady = createRuler(twin.options);
        steady.load(rules);
        // The head outlives the process by its own log; here it is the same object.
        const victim = createBench(createMemoryAlertState());
        let file = `${folder}/${files++}.db`;
        for (const [minute, letter] of a.entries()) {
          for (const bench of [twin, victim]) {
            await bench.clock.advance(MINUTE);
            pollAll(bench, { a: letter, b: b[minute] ?? '0' });
          }
          const now = twin.clock.now();
          using database = new DatabaseSync(file);
          const killed = createRuler({ ...victim.options, store: createSqliteAlertState(database) });
          killed.load(rules);
          killed.evaluateGroup('g', now);
          steady.evaluateGroup('g', now);
          assert.deepEqual(byKey(killed.alerts()), byKey(steady.alerts()), `minute ${minute}`);
          assert.deepEqual(
            victim.query('count by (alertname, alertstate, tenant) (ALERTS)', now),
            twin.query('count by (alertname, alertstate, tenant) (ALERTS)', now),
          );
          // What a kill leaves is the file as it is, not what an orderly end would make of it.
          const image = `${folder}/${files++}.db`;
          copyFileSync(file, image);
          file = image;
        }
      }),
      { seed: 7, numRuns: 12 },
    );
  });
});
