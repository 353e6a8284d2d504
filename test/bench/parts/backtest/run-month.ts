import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildRoute } from '../../../../src/alerts/route.ts';
import { runBacktest } from '../../../../src/backtest/backtest.ts';
import { onlyRule } from '../../../../src/backtest/only-rule.ts';
import { NO_METRICS } from '../../../../src/model/self-metrics.ts';
import { parseRuleFile } from '../../../../src/ruler/parse-rule-file.ts';
import { openChunkArchive } from '../../../../src/store/chunks/chunk-archive.ts';
import { systemDisk } from '../../../../src/system/system-disk.ts';
import { silentLog } from '../../../fakes/silent-log.ts';

const RULES = join(import.meta.dirname, '../../../../rules/*.yml');
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

export interface MonthFigures {
  readonly cpu_s: number;
  readonly wall_s: number;
  readonly days: number;
  readonly tenants: number;
  readonly series: number;
  readonly rule_evaluations: number;
  readonly pages: number;
}

/** Runs the rules that ship over the history in a directory. @param only this one, and what it reads */
export async function runMonth(
  directory: string,
  start: number,
  days: number,
  only?: string,
): Promise<MonthFigures> {
  const files = globSync(RULES).filter((file) => !file.endsWith('.test.yml'));
  const groups = files.toSorted().flatMap((file) => parseRuleFile(readFileSync(file, 'utf8'), file).groups);
  const began = performance.now();
  const history = await openChunkArchive({
    disk: systemDisk,
    directory,
    log: silentLog,
    metrics: NO_METRICS,
    maxSamples: 150_000_000,
  });
  const result = await runBacktest({
    groups: only === undefined ? groups : onlyRule(groups, only),
    history,
    start,
    end: start + days * DAY - MINUTE,
    stepMs: MINUTE,
    externalLabels: {},
    signal: new AbortController().signal,
    onCall: ONE_RECEIVER,
  });
  const { user, system } = process.cpuUsage();
  return {
    cpu_s: Math.round((user + system) / 1e5) / 10,
    wall_s: Math.round((performance.now() - began) / 100) / 10,
    days,
    tenants: result.tenants,
    series: result.series,
    rule_evaluations: result.evaluations,
    pages: result.pages.filter(({ wakes }) => wakes).length,
  };
}

const ONE_RECEIVER = {
  route: buildRoute({ receiver: 'oncall' }),
  receivers: new Map([
    [
      'oncall',
      [
        {
          kind: 'pagerduty',
          wakes: true,
          sendResolved: true,
          notifier: { showsHealing: false, notify: async () => ({}) },
        },
      ],
    ],
  ]),
  muterOf: () => ({ mutesOf: () => [], couldInhibit: () => false, take() {} }),
  teamLabel: 'team',
  externalUrl: 'http://127.0.0.1:9464',
  folds: {
    storm: { enabled: true, minTenants: 5, minLift: 2, minShare: 0.5, settleMs: 10 * MINUTE },
    flapping: { enabled: true, changes: 4, withinMs: 60 * MINUTE, settleMs: 15 * MINUTE },
    rateLimit: { enabled: true, incidents: 10, perMs: 10 * MINUTE },
  },
};
