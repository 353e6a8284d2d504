import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { testAlert } from '../../test/fakes/incident.ts';
import type { Labels } from '../model/labels.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { MemorySeries } from '../promql/memory-series.ts';
import { parseExpression } from '../promql/parser.ts';
import { printExpression } from '../promql/print.ts';
import { comparedPart, focused } from './alert-expression.ts';
import { createAlertHistory } from './alert-history.ts';

const MINUTE = 60_000;

describe('what a rule compares', () => {
  const CASES: readonly [expression: string, compared: string][] = [
    ['queue > 20', 'queue'],
    ['20 < sum by (tenant) (queue)', 'sum by (tenant) (queue)'],
    [
      '(rate(errors_total[5m]) / rate(requests_total[5m])) >= 0.1',
      'rate(errors_total[5m]) / rate(requests_total[5m])',
    ],
    ['queue > 20 unless on (tenant) asleep == 1', 'queue'],
    ['queue > bool 1', 'queue > bool 1'],
    ['queue > limit', 'queue > limit'],
    ['up == 0 or absent(up)', 'up == 0 or absent(up)'],
    ['up', 'up'],
  ];
  for (const [expression, compared] of CASES) {
    test(`in ${expression}`, () => {
      const part = comparedPart(parseExpression(expression));
      assert.equal(printExpression(part.kind === 'paren' ? part.expr : part), compared);
    });
  }
});

describe('an expression of one tenant', () => {
  const FOCUSED: readonly [expression: string, expected: string][] = [
    ['queue', 'queue{tenant="acme"}'],
    [
      'sum by (tenant) (rate(a[5m])) / on (tenant) b',
      'sum by (tenant) (rate(a{tenant="acme"}[5m])) / on (tenant) b{tenant="acme"}',
    ],
    [
      'max without (node) (a - ignoring (x) b)',
      'max without (node) (a{tenant="acme"} - ignoring (x) b{tenant="acme"})',
    ],
  ];
  for (const [expression, expected] of FOCUSED) {
    test(`is ${expected}`, () => {
      assert.equal(printExpression(focused(parseExpression(expression), 'tenant', 'acme')), expected);
    });
  }
  for (const expression of [
    'sum(queue)',
    'sum without (tenant) (queue)',
    'queue / scalar(avg(queue))',
    'queue / on (server) group_left () load',
    'queue / ignoring (tenant) group_left () load',
    'label_replace(queue, "tenant", "acme", "", "")',
  ]) {
    test(`stays ${expression}, which looks at others too`, () => {
      const whole = parseExpression(expression);
      assert.equal(focused(whole, 'tenant', 'acme'), whole);
    });
  }
});

describe('the history of an alert', () => {
  const clock = new VirtualClock(60 * MINUTE);
  const series = new MemorySeries();
  for (const [tenant, base] of [
    ['acme', 0],
    ['globex', 100],
  ] as const) {
    for (const node of ['n1', 'n2']) {
      const labels: Labels = { __name__: 'queue', tenant, node };
      series.load(
        labels,
        Array.from({ length: 30 }, (_, i) => base + i),
        MINUTE,
        30 * MINUTE,
      );
    }
  }
  const history = createAlertHistory({ clock, reader: series, headKeepsMs: 60 * MINUTE });
  const range = { start: 20 * MINUTE, end: 60 * MINUTE, step: 10 * MINUTE };
  const never = new AbortController().signal;
  const labels = { alertname: 'OctopusQueueStuck', tenant: 'acme', severity: 'page' };

  test('is the line of its own series, also while nothing was wrong, with holes where there is nothing', async () => {
    const alert = testAlert({ expression: 'max by (tenant) (queue) > 20', labels });
    assert.deepEqual(await history(alert, range, never), [undefined, 0, 10, 20, 29]);
  });

  test('is none when more than one series could be it, or none is', async () => {
    for (const expression of ['count(queue) by (node) > 1', 'max by (tenant, node) (queue) > 20']) {
      const alert = testAlert({ expression, labels: { ...labels, node: 'n3' } });
      assert.match((await failureOf(history(alert, range, never))).message, /^\d series are the alert's/);
    }
    const { expression: _, ...foreign } = testAlert();
    assert.equal((await failureOf(history(foreign, range, never))).reason, 'invalid');
  });

  test('takes no longer than a page may wait', async () => {
    const slow = { now: () => clock.now() + performance.now() * 1000, sleep: () => Promise.resolve() };
    const hurried = createAlertHistory({ clock: slow, reader: series, headKeepsMs: 60 * MINUTE });
    const alert = testAlert({ expression: 'max by (tenant) (max_over_time(queue[30m:1s])) > 20', labels });
    assert.equal((await failureOf(hurried(alert, range, never))).reason, 'timeout');
  });
});
