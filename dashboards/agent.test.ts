import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seriesNamesOf } from '../src/model/dataset.ts';
import { SELF_METRICS, type SelfMetric } from '../src/model/self-metrics.ts';
import { metricNamesOf, selectorsOf } from '../src/promql/inspect.ts';
import { parseExpression } from '../src/promql/parser.ts';
import { agentDashboard } from './agent.ts';
import type { Panel } from './grafana/panel.ts';
import type { PrometheusQuery } from './grafana/prometheus-query.ts';

const metrics: Readonly<Record<string, SelfMetric>> = SELF_METRICS;
/** The metric of a series by the series' name. */
const known = new Map(
  Object.entries(metrics).flatMap(([name, metric]) =>
    seriesNamesOf({ name, type: metric.type }).map((series) => [series, metric] as const),
  ),
);

function queriesOf(panel: Panel): readonly PrometheusQuery[] {
  return panel['targets'] as readonly PrometheusQuery[];
}

function parsed({ expr }: PrometheusQuery): ReturnType<typeof parseExpression> {
  return parseExpression(expr.replaceAll('$__rate_interval', '5m'));
}

describe('the dashboard of octowatch itself', () => {
  for (const panel of agentDashboard.panels.filter(({ type }) => type !== 'row')) {
    test(`${panel.title}: says what it shows, in a unit`, () => {
      assert.ok((panel.description ?? '').endsWith('.'));
      assert.match(JSON.stringify(panel['fieldConfig']), /"unit":"(s|short|percentunit|none|bytes|cps)"/);
    });

    test(`${panel.title}: asks for metrics and labels that are there, of the chosen agents`, () => {
      for (const query of queriesOf(panel)) {
        const expr = parsed(query);
        const names = metricNamesOf(expr);
        assert.ok(names.length > 0, query.expr);
        const labels = new Set(['instance', 'le', ...names.flatMap((name) => known.get(name)?.labels ?? [])]);
        for (const name of names) assert.ok(known.has(name), `no metric ${name}`);
        for (const { matchers } of selectorsOf(expr))
          assert.ok(matchers.some(({ name, value }) => name === 'instance' && value === '$instance'));
        for (const [, label = ''] of query.legendFormat.matchAll(/\{\{(\w+)\}\}/g))
          assert.ok(labels.has(label), `${query.legendFormat}: no label ${label}`);
      }
    });
  }

  test('shows every part of the agent that can fail', () => {
    const shown = new Set(
      agentDashboard.panels
        .filter(({ type }) => type !== 'row')
        .flatMap(queriesOf)
        .flatMap((query) => metricNamesOf(parsed(query))),
    );
    const failures = Object.keys(metrics).filter((name) => name.endsWith('_failures_total'));
    assert.deepEqual(
      failures.filter((name) => !shown.has(name)),
      [],
    );
  });
});
