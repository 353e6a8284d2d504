import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { NO_METRICS } from '../../../../src/model/self-metrics.ts';
import { evaluateInstant } from '../../../../src/promql/evaluate.ts';
import { parseExpression } from '../../../../src/promql/parser.ts';
import { printExpression as print } from '../../../../src/promql/print.ts';
import { parseRuleFile } from '../../../../src/ruler/parse-rule-file.ts';
import { createRuler, type Ruler } from '../../../../src/ruler/ruler.ts';
import { createSqliteAlertState } from '../../../../src/ruler/sqlite-alert-state.ts';
import { windowsOf } from '../../../../src/ruler/windows.ts';
import { HEAD_KEEPS_MS } from '../../../../src/store/chunks/chunks.ts';
import { createHead, type Head } from '../../../../src/store/head/head.ts';
import { systemDisk } from '../../../../src/system/system-disk.ts';
import { silentLog } from '../../../fakes/silent-log.ts';
import { BenchClock } from './bench-clock.ts';
import { benchDataset } from './feed.ts';

export const RULES = join(import.meta.dirname, 'rules.yml');
const START = 1_790_000_000_000;

/** Head and rules as the agent has them, without collectors, receivers and web. */
export interface BenchAgent extends AsyncDisposable {
  readonly clock: BenchClock;
  readonly head: Head;
  readonly ruler: Ruler;
  /** Evaluates all groups once, now. */
  round(): void;
  /** Evaluates the expression of every rule as a query that nothing is kept of: parsed, selected, grouped anew. */
  queries(): void;
  /** How many alerts are in which state: `name:state`. */
  alerts(): Record<string, number>;
}

export async function openBenchAgent(): Promise<BenchAgent> {
  const directory = mkdtempSync(join(tmpdir(), 'octowatch-rules-'));
  mkdirSync(join(directory, 'head'));
  const clock = new BenchClock(START);
  const { groups, problems } = parseRuleFile(readFileSync(RULES, 'utf8'), RULES);
  if (problems.length > 0) throw new Error(problems.map(String).join('\n'));
  const windows = windowsOf(groups);
  const texts = groups.flatMap(({ rules }) => rules.map(({ expr }) => print(expr)));
  const head = await createHead({
    clock,
    disk: systemDisk,
    directory: join(directory, 'head'),
    windowMs: Math.max(windows.defaultMs, ...windows.byMetric.values()),
    keepAtLeastMs: HEAD_KEEPS_MS,
    datasets: [benchDataset],
    log: silentLog,
    metrics: NO_METRICS,
  });
  head.setWindows(windows);
  const database = new DatabaseSync(join(directory, 'state.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  const ruler = createRuler({
    reader: head,
    writers: (name) => head.writer(name),
    clock,
    sink: { update: () => undefined },
    evidence: { missingSince: () => undefined, missing: () => [], wasRead: () => true },
    store: createSqliteAlertState(database),
    externalLabels: {},
    redact: (text) => text,
    defaultIntervalMs: 5000,
    log: silentLog,
    metrics: NO_METRICS,
    beforeEvaluation: (now) => head.refresh(now),
  });
  ruler.load(groups);
  return {
    clock,
    head,
    ruler,
    round: () => {
      for (const { name } of groups) ruler.evaluateGroup(name, clock.now());
    },
    queries: () => {
      for (const text of texts) evaluateInstant(parseExpression(text), { reader: head, time: clock.now() });
    },
    alerts: () => countAlerts(ruler),
    async [Symbol.asyncDispose]() {
      await head.close();
      database.close();
      rmSync(directory, { recursive: true });
    },
  };
}

function countAlerts(ruler: Ruler): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { labels, state } of ruler.alerts()) {
    if (state === 'resolved') continue;
    const key = `${labels['alertname']}:${state}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b)));
}
