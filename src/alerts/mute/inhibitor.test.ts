import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { Alert } from '../../model/alert.ts';
import { labelValue, type Labels } from '../../model/labels.ts';
import { matchesAll } from '../../model/matcher.ts';
import { EntryFailure } from './entry-failure.ts';
import { parseInhibitRule, type InhibitRule, type InhibitRuleOptions } from './inhibit-rule.ts';
import { createInhibitor, type Inhibitor } from './inhibitor.ts';

function alert(labels: Labels, state: Alert['state'] = 'firing'): Alert {
  return { key: JSON.stringify(labels), group: 'g', labels, annotations: {}, state, value: 1, activeAt: 0 };
}

function inhibitor(rules: readonly InhibitRuleOptions[], ...firing: readonly Alert[]): Inhibitor {
  return createInhibitor(rules.map(parseInhibitRule), firing);
}

function reasons(tested: Inhibitor, labels: Labels): string[] {
  return tested.mutesOf(alert(labels)).map(({ reason }) => reason);
}

const region: InhibitRuleOptions = {
  source_matchers: ['alertname="RegionDown"'],
  target_matchers: ['severity=~"page|ticket"', 'alertname!="RegionDown"'],
  equal: ['region'],
};
const regionDown = alert({ alertname: 'RegionDown', region: 'eu-west-2', severity: 'page' });
const tenantDown = { alertname: 'TenantDown', tenant: 'acme', severity: 'page' };

describe('an alert that fires', () => {
  test('inhibits the targets that are equal to it, and says which it is', () => {
    const tested = inhibitor([region], regionDown);
    assert.deepEqual(tested.mutesOf(alert({ ...tenantDown, region: 'eu-west-2' })), [
      { kind: 'inhibition', id: regionDown.key, reason: 'inhibited by RegionDown (eu-west-2)' },
    ]);
    assert.deepEqual(reasons(tested, { ...tenantDown, region: 'us-east-1' }), []);
    assert.deepEqual(reasons(tested, { ...tenantDown, region: 'eu-west-2', severity: 'log' }), []);
    assert.deepEqual(reasons(tested, regionDown.labels), []);
  });

  test('inhibits no longer once it is over or gone', () => {
    const target = { ...tenantDown, region: 'eu-west-2' };
    const tested = inhibitor([region], regionDown);
    tested.set({ ...regionDown, state: 'resolved' });
    assert.deepEqual(reasons(tested, target), []);
    tested.set(regionDown);
    assert.equal(reasons(tested, target).length, 1);
    tested.delete(regionDown.key);
    assert.deepEqual(reasons(tested, target), []);
    tested.set({ ...regionDown, state: 'pending' });
    assert.deepEqual(reasons(tested, target), []);
  });

  test('leaves the inhibiting to another that is still there', () => {
    const second = alert({ ...regionDown.labels, zone: 'b' });
    const tested = inhibitor([region], regionDown, second);
    tested.delete(regionDown.key);
    assert.equal(tested.mutesOf(alert({ ...tenantDown, region: 'eu-west-2' }))[0]?.id, second.key);
  });

  test('inhibits by the old keys, and without equal labels', () => {
    const rule = { source_match: { alertname: 'Off' }, target_match_re: { alertname: 'Tenant.*' } };
    const tested = inhibitor([rule], alert({ alertname: 'Off', tenant: 'all' }));
    assert.deepEqual(reasons(tested, tenantDown), ['inhibited by Off (all)']);
    assert.deepEqual(reasons(tested, { alertname: 'MyTenant' }), []);
  });
});

test('a label that both lack is equal, as is one that is empty', () => {
  const tested = inhibitor([region], alert({ alertname: 'RegionDown' }));
  assert.deepEqual(reasons(tested, tenantDown), ['inhibited by RegionDown']);
  assert.deepEqual(reasons(tested, { ...tenantDown, region: '' }), ['inhibited by RegionDown']);
  assert.deepEqual(reasons(tested, { ...tenantDown, region: 'eu' }), []);
});

describe('an alert of both sides', () => {
  // Alertmanager's own words: it cannot be inhibited by alerts for which the same is true (including itself).
  const rule = { source_matchers: ['severity="page"'], target_matchers: ['team="db"'], equal: ['tenant'] };
  const both = { alertname: 'A', severity: 'page', team: 'db', tenant: 'acme' };
  const source = { alertname: 'B', severity: 'page', team: 'web', tenant: 'acme' };
  const target = { alertname: 'C', severity: 'log', team: 'db', tenant: 'acme' };

  test('inhibits targets, not itself, and none of its kind', () => {
    const tested = inhibitor([rule], alert(both), alert({ ...both, alertname: 'A2' }));
    assert.deepEqual(reasons(tested, both), []);
    assert.deepEqual(reasons(tested, { ...both, alertname: 'A2' }), []);
    assert.deepEqual(reasons(tested, target), ['inhibited by A (acme)']);
  });

  test('is inhibited by a source alone, whichever came first', () => {
    assert.deepEqual(reasons(inhibitor([rule], alert(both), alert(source)), both), ['inhibited by B (acme)']);
    assert.deepEqual(reasons(inhibitor([rule], alert(source), alert(both)), both), ['inhibited by B (acme)']);
  });
});

test('an alert that could be inhibited is known before any source fires', () => {
  const tested = inhibitor([region]);
  assert.equal(tested.isTarget(alert(tenantDown)), true);
  assert.equal(tested.isTarget(regionDown), false);
});

const refused: readonly (readonly [
  InhibitRuleOptions,
  path: readonly (string | number)[],
  detail: RegExp,
])[] = [
  [{ ...region, source_matchers: [] }, ['source_matchers'], /no source is named: write alertname=~"\.\+"/],
  [{ ...region, target_matchers: undefined }, ['target_matchers'], /no target is named/],
  [{ ...region, target_matchers: ['a=b', '"a"b'] }, ['target_matchers', 1], /expected an operator.*found b/],
  [
    { ...region, source_match: { 'my-label': 'x' } },
    ['source_match', 'my-label'],
    /write it in source_matchers/,
  ],
  [{ ...region, target_match_re: { a: '(' } }, ['target_match_re', 'a'], /missing closing \)/],
  [{ ...region, equal: ['region', ''] }, ['equal', 1], /label name/],
];
for (const [options, path, detail] of refused)
  test(`a rule is refused at ${path.join('.')}`, () => {
    assert.throws(
      () => parseInhibitRule(options),
      (error) => {
        assert.ok(error instanceof EntryFailure);
        assert.deepEqual(error.path, path);
        assert.match(error.detail, detail);
        return true;
      },
    );
  });

/** The documented rule, tried on every pair. */
function isInhibited(rules: readonly InhibitRule[], firing: readonly Alert[], labels: Labels): boolean {
  return rules.some(({ sources, targets, equal }) => {
    if (!matchesAll(targets, labels)) return false;
    const isSource = matchesAll(sources, labels);
    return firing.some(
      (other) =>
        matchesAll(sources, other.labels) &&
        !(isSource && matchesAll(targets, other.labels)) &&
        equal.every((name) => labelValue(other.labels, name) === labelValue(labels, name)),
    );
  });
}

test('what is inhibited is what the rules say of each pair, whatever comes and goes', () => {
  const value = fc.constantFrom('', 'x', 'y');
  const labels = fc.record({ a: value, b: value, c: value });
  const matchers = fc.array(fc.constantFrom('a=x', 'a=y', 'b=x', 'b!=y', 'c=~"x|y"'), {
    minLength: 1,
    maxLength: 2,
  });
  const rule = fc.record({
    source_matchers: matchers,
    target_matchers: matchers,
    equal: fc.subarray(['a', 'b', 'c']),
  });
  const change = fc.tuple(
    labels,
    fc.constantFrom<Alert['state'] | 'gone'>('firing', 'firing', 'resolved', 'gone'),
  );
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 3 }), fc.array(change, { maxLength: 15 }), (options, changes) => {
      const rules = options.map(parseInhibitRule);
      const tested = createInhibitor(rules);
      const firing = new Map<string, Alert>();
      for (const [set, state] of changes) {
        const one = alert(set, state === 'gone' ? 'firing' : state);
        if (state === 'gone') tested.delete(one.key);
        else tested.set(one);
        if (state === 'firing') firing.set(one.key, one);
        else firing.delete(one.key);
        for (const [other] of changes)
          assert.equal(
            tested.mutesOf(alert(other)).length > 0,
            isInhibited(rules, [...firing.values()], other),
          );
      }
    }),
    { numRuns: 500 },
  );
});

test('10,000 targets beneath 1,000 sources are looked up at once', () => {
  const sources = Array.from({ length: 1000 }, (_, i) =>
    alert({ alertname: 'RegionDown', region: `r-${i}` }),
  );
  const tested = inhibitor([region], ...sources);
  const targets = Array.from({ length: 10_000 }, (_, i) =>
    alert({ ...tenantDown, tenant: `${i}`, region: `r-${i % 2000}` }),
  );
  const started = performance.now();
  const muted = targets.filter((target) => tested.mutesOf(target).length > 0).length;
  assert.equal(muted, 5000);
  assert.ok(performance.now() - started < 500);
});
