import { runBacktests, type BacktestResult } from '../backtest/backtest.ts';
import { diffBacktests, type BacktestDiff, type MatchedReport } from '../backtest/diff/backtest-diff.ts';
import type { IncidentRecord } from '../backtest/incidents/incident-records.ts';
import { matchIncidents } from '../backtest/incidents/match-incidents.ts';
import { backtestJson } from '../backtest/report/backtest-json.ts';
import { backtestReport, type BacktestSettings } from '../backtest/report/backtest-report.ts';
import { renderDiff } from '../backtest/report/render-diff.ts';
import { renderIncidents } from '../backtest/report/render-incidents.ts';
import { joined, renderBacktest } from '../backtest/report/render-text.ts';
import type { Config } from '../config/schema.ts';
import { Failure } from '../model/failure.ts';
import type { RuleGroup } from '../ruler/rule.ts';
import { readBacktestRules, readIncidents } from './backtest-files.ts';
import { backtestSource, type BacktestSource } from './backtest-source.ts';
import { backtestSpan } from './backtest-span.ts';
import { readConfigIfThere } from './config-file.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';
import { onCallSetup } from './on-call-setup.ts';
import { createProgress } from './progress.ts';

export interface BacktestVerbOptions {
  readonly since: string;
  readonly until?: string;
  readonly step: string;
  readonly config?: string;
  /** Patterns of rule files to compare with. */
  readonly diff?: readonly string[];
  readonly fetch?: boolean;
  /** A folder of chunk files, or the URL of a Prometheus. */
  readonly source?: string;
  readonly incidents?: string;
  readonly rule?: string;
  readonly output: 'table' | 'json';
}

/**
 * `octowatch backtest`: what rules would have paged for over past weeks, by the configuration's own routes.
 * @throws Failure
 */
export async function backtest(
  host: CliHost,
  patterns: readonly string[],
  options: BacktestVerbOptions,
): Promise<ExitCode> {
  try {
    return await run(host, patterns, options);
  } catch (error) {
    if (!host.signal.aborted) throw error;
    host.printError('stopped before the end');
    return EXIT.failure;
  }
}

async function run(
  host: CliHost,
  patterns: readonly string[],
  options: BacktestVerbOptions,
): Promise<ExitCode> {
  const config = readConfigIfThere(host, options.config);
  const groups = readBacktestRules(host, patterns.length > 0 ? patterns : config.rules.files, options.rule);
  const old = options.diff && readBacktestRules(host, options.diff, options.rule, true);
  const incidents = options.incidents === undefined ? undefined : readIncidents(host, options.incidents);
  const sets = old === undefined ? [groups] : [groups, old];
  const source = await backtestSource(host, config, {
    ...options,
    ...backtestSpan(options),
    groups: sets.flat(),
  });
  const [result, before] = await replay(host, config, source, sets);
  if (result === undefined) throw new Failure('invalid', 'there are no rules');
  print(host, options, compare(config, result, before, incidents));
  return EXIT.ok;
}

async function replay(
  host: CliHost,
  config: Config,
  { history, start, end, stepMs }: BacktestSource,
  sets: readonly (readonly RuleGroup[])[],
): Promise<BacktestResult[]> {
  const progress = createProgress(
    'evaluating',
    (line) => host.printError(line),
    () => performance.now(),
  );
  return runBacktests(
    {
      history,
      start,
      end,
      stepMs,
      onCall: onCallSetup(host, config),
      externalLabels: config.external_labels,
      signal: host.signal,
      onProgress: (share) => progress(share),
    },
    sets,
  );
}

interface Compared {
  readonly after: MatchedReport;
  readonly diff?: BacktestDiff;
}

function compare(
  config: Config,
  result: BacktestResult,
  before: BacktestResult | undefined,
  incidents: readonly IncidentRecord[] | undefined,
): Compared {
  const settings = settingsOf(config);
  const matched = (each: BacktestResult): MatchedReport => {
    const report = backtestReport(each, settings);
    if (incidents === undefined) return { report };
    const looked = incidents.filter(({ from }) => from >= each.start && from <= each.end);
    return { report, match: matchIncidents(looked, report.pages) };
  };
  const after = matched(result);
  return before === undefined ? { after } : { after, diff: diffBacktests(matched(before), after) };
}

function print(host: CliHost, { output }: BacktestVerbOptions, { after, diff }: Compared): void {
  const { report, match } = after;
  if (output === 'json') {
    host.print(JSON.stringify(backtestJson(report, match, diff), undefined, 2));
    return;
  }
  const lines = joined([
    renderBacktest(report),
    match === undefined ? [] : renderIncidents(match, report.timeZone),
    diff === undefined ? [] : renderDiff(diff, report.timeZone),
  ]);
  for (const line of lines) host.print(line);
}

function settingsOf({
  on_call: { budget, office_hours: officeHours, flapping },
  report,
}: Config): BacktestSettings {
  return { officeHours, budget, timeZone: report.time_zone, flapsWithin: flapping.within };
}
