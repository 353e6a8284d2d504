import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import type { PageEntry } from '../log/incident-log.ts';
import { createMemoryIncidentLog } from '../log/sqlite-incident-log.ts';
import { BudgetMeter } from './budget-meter.ts';
import { REPORT_SETTINGS } from './testing/busy-week.ts';

const HOUR = 3_600_000;
/** A Thursday, 12:00 in Berlin. */
const NOON = Date.parse('2026-11-12T11:00Z');

interface World {
  readonly series: ReadonlyMap<string, number>;
  page(hours: number, over?: Partial<PageEntry>): void;
  /** Looks so many hours after noon. */
  look(hours: number): void;
}

function openWorld(startedAt = NOON): World {
  const series = new Map<string, number>();
  const log = createMemoryIncidentLog();
  const keyOf = (name: string, labels: object = {}): string =>
    [name.replace('octowatch_', ''), ...Object.values(labels)].join(' ');
  const metrics: SelfMetrics = {
    increment: (name, labels, by = 1) =>
      void series.set(keyOf(name, labels), (series.get(keyOf(name, labels)) ?? 0) + by),
    set: (name, value, labels) => void series.set(keyOf(name, labels), value),
    observe() {},
  };
  const meter = new BudgetMeter({ log, metrics, settings: () => REPORT_SETTINGS, startedAt });
  return {
    series,
    look: (hours) => meter.look(NOON + hours * HOUR),
    page(hours, over = {}) {
      const at = NOON + hours * HOUR;
      const page = {
        at,
        key: `k${hours}`,
        receiver: 'oncall',
        route: '{}',
        summary: '',
        rule: 'Down',
        ...over,
      };
      log.addPage({ kind: 'pagerduty', wakes: true, ...page });
      log.addPage({ ...page, kind: 'slack', wakes: false });
    },
  };
}

test('pages are counted once, by team, rule and hour', () => {
  const { series, page, look } = openWorld();
  page(-2);
  look(0);
  page(1);
  page(1.5, { key: 'k1' });
  page(8, { team: 'db', rule: 'DiskFull' });
  look(9);
  look(10);
  assert.equal(series.get('pages_total all Down false'), 1);
  assert.equal(series.get('pages_total db DiskFull true'), 1);
  assert.equal([...series.keys()].filter((key) => key.startsWith('pages_total')).length, 2);
});

test('a budget is used by what was before the start too, and comes back with time', () => {
  const { series, page, look } = openWorld();
  for (const hours of [-70, -3, -2, -1]) page(hours);
  look(0);
  assert.equal(series.get('page_budget_left all week'), 6);
  assert.equal(series.get('page_budget_left all shift'), -1);
  assert.equal(series.get('page_budget_pages all shift Down'), 3);
  look(10.5);
  assert.equal(series.get('page_budget_left all shift'), 1);
  assert.equal(series.get('page_budget_pages all shift Down'), 1);
  look(12);
  assert.equal(series.get('page_budget_pages all shift Down'), 0);
  // Monday.
  look(4 * 24);
  assert.equal(series.get('page_budget_left all week'), 10);
  assert.equal(series.get('page_budget_pages all week Down'), 0);
});

test('an incident that was paged last week and is told again this week is no page of this week', () => {
  const { series, page, look } = openWorld();
  page(1);
  look(2);
  page(4 * 24, { key: 'k1' });
  look(4 * 24 + 1);
  assert.equal(series.get('page_budget_left all week'), 10);
  assert.equal(series.get('pages_total all Down false'), 1);
});
