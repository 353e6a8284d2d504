import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { createMemoryIncidentLog } from '../../alerts/log/sqlite-incident-log.ts';
import { createSilences } from '../../alerts/mute/create-silences.ts';
import { NO_LOG } from '../../alerts/testing/no-log.ts';
import { configSchema } from '../../config/schema.ts';
import type { Alert } from '../../model/alert.ts';
import { Failure } from '../../model/failure.ts';
import type { HealStatus } from '../../model/plan.ts';
import { NO_METRICS, type SelfMetrics } from '../../model/self-metrics.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { MemorySeries } from '../../promql/memory-series.ts';
import { parseSeriesNotation } from '../../promql/series-notation.ts';
import { reachability } from '../access.ts';
import type { AlertmanagerSources } from '../alertmanager/sources.ts';
import type { OnCallSources } from '../pages/sources.ts';
import type { WebSources } from '../sources.ts';
import { createWebApp } from '../web-app.ts';
import { listen } from '../web-server.ts';

/** A Saturday morning, ms since the epoch. */
export const NOW = Date.UTC(2026, 10, 21, 6, 30);
export const TOKEN = 'the-token-of-this-test';

/** Series whose samples stand a minute apart; the last is at `NOW`. */
export function seriesUntilNow(...lines: string[]): MemorySeries {
  const reader = new MemorySeries();
  for (const line of lines) {
    const { labels, values } = parseSeriesNotation(line);
    reader.load(labels, values, 60_000, NOW - (values.length - 1) * 60_000);
  }
  return reader;
}

/** A quiet fleet of one, with what a test changes. */
export function webSources(changes: Partial<WebSources> = {}): WebSources {
  return {
    clock: new VirtualClock(NOW),
    reader: new MemorySeries(),
    tenants: () => [{ tenant: 'acme', info: {} }],
    alerts: () => [],
    ruleGroups: () => [],
    datasets: [],
    healStatus: () => undefined,
    heals: () => [],
    lastEvaluation: () => NOW - 3000,
    evaluationMs: 15_000,
    notReady: () => [],
    ownMetrics: () => Promise.resolve(''),
    fleetMetrics: () => '',
    delivery: {
      ledger: () => [],
      segments: () => Promise.resolve([]),
      deadLetters: () => Promise.resolve([]),
      replay: () => Promise.resolve(0),
    },
    report: {
      read: (week) => {
        throw new Failure('invalid', `no report of ${week ?? 'the last week'}`);
      },
      html: () => Promise.resolve(''),
      send: () => Promise.resolve([]),
    },
    alertmanager: alertmanagerSources(),
    onCall: onCallSources(),
    reload: () => Promise.resolve(),
    version: '1.2.3',
    ...changes,
  };
}

/** Nothing fires and nobody is told, with what a test changes. */
export function alertmanagerSources(changes: Partial<AlertmanagerSources> = {}): AlertmanagerSources {
  const clock = new VirtualClock(NOW);
  const database = new DatabaseSync(':memory:');
  return {
    dispatcher: { alerts: () => [], groups: () => [], mutesChanged() {} },
    silences: createSilences({ database, clock, random: Math.random, log: NO_LOG, metrics: NO_METRICS }),
    received: { post: () => ({ problems: [] }) },
    actions: { acknowledge: () => Promise.resolve('') },
    audit() {},
    config: () => configSchema.parse({}),
    externalUrl: () => 'http://127.0.0.1:9464',
    startedAt: NOW - 3_600_000,
    ...changes,
  };
}

/** Nobody is told of anything, with what a test changes. */
export function onCallSources(
  dispatcher: Partial<OnCallSources['dispatcher']> = {},
  changes: Partial<OnCallSources> = {},
): OnCallSources {
  return {
    dispatcher: { incidents: () => [], alerts: () => [], firingIn: () => [], lanes: () => [], ...dispatcher },
    log: createMemoryIncidentLog(),
    redact: (text) => text,
    ...changes,
  };
}

/** Serves on a socket until the test ends; resolves with the URL. */
export async function serveWeb(
  t: TestContext,
  changes: Partial<WebSources> = {},
  metrics: SelfMetrics = NO_METRICS,
): Promise<string> {
  const listenOn = '127.0.0.1:0';
  const app = createWebApp(webSources(changes), {
    token: TOKEN,
    metrics,
    ...reachability({ listen: listenOn }),
  });
  const server = await listen(app, listenOn);
  t.after(() => server.close());
  return server.url;
}

/** A firing page of acme, with what a test changes. */
export function firingAlert(changes: Partial<Alert> = {}): Alert {
  return {
    key: 'k1',
    group: 'g',
    labels: { alertname: 'QueueStuck', tenant: 'acme', severity: 'page' },
    annotations: { summary: 'acme: queue stuck', action: 'Restart a node.' },
    state: 'firing',
    value: 1,
    activeAt: NOW - 720_000,
    ...changes,
  };
}

/** A heal of the alert `k1`, with what a test changes. */
export function healStatus(changes: Partial<HealStatus> = {}): HealStatus {
  return {
    alertKey: 'k1',
    remedy: 'octopus-task-cancel',
    tenant: 'acme',
    state: 'working',
    detail: 'cancelling ServerTasks-1',
    startedAt: NOW - 5000,
    ...changes,
  };
}
