import type { IncidentEntry, PageEntry } from '../alerts/log/incident-log.ts';
import type { HistoryReader } from '../model/history.ts';
import type { Labels } from '../model/labels.ts';
import type { RuleGroup } from '../ruler/rule.ts';
import { BacktestRun } from './backtest-run.ts';
import { blockLength } from './block-length.ts';
import type { OnCallSetup } from './on-call/simulated-on-call.ts';
import type { ReplayProblem } from './replay/replay-rules.ts';
import { surveyHistory } from './survey-history.ts';
import type { Unjudged } from './unjudged.ts';

export interface BacktestOptions {
  readonly groups: readonly RuleGroup[];
  readonly onCall: OnCallSetup;
  readonly history: HistoryReader;
  /** What is looked at, ms since the epoch. */
  readonly start: number;
  readonly end: number;
  /** Between evaluations, ms. */
  readonly stepMs: number;
  readonly externalLabels: Labels;
  readonly signal: AbortSignal;
  /** Hears how far it has come, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** A page, and whom it is about. */
export interface BacktestPage extends PageEntry {
  /** All tenants of its alerts. */
  readonly tenants: readonly string[];
  /** Values of labels of its alerts, and what its victims share. */
  readonly traits: readonly string[];
}

/** An alert that fired. */
export interface BacktestAlert {
  readonly rule: string;
  readonly labels: Labels;
  readonly firedAt: number;
  /** Absent when it fired at the end. */
  readonly resolvedAt?: number;
}

/** What rules and routes would have done over a span of history. */
export interface BacktestResult {
  readonly groups: readonly RuleGroup[];
  readonly start: number;
  readonly end: number;
  readonly stepMs: number;
  /** The most tenants that history knew of in a block, and series that rules read. */
  readonly tenants: number;
  readonly series: number;
  /** What was new to receivers, whether it wakes or not, oldest first. */
  readonly pages: readonly BacktestPage[];
  /** The episodes of all incidents, oldest first. */
  readonly incidents: readonly IncidentEntry[];
  /** In the order in which they fired. */
  readonly alerts: readonly BacktestAlert[];
  /** Rules of which no page says anything. */
  readonly unjudged: readonly Unjudged[];
  readonly leftOut: readonly ReplayProblem[];
  readonly failed: readonly ReplayProblem[];
  readonly warnings: readonly string[];
  /** How many evaluations of rules it stands for. */
  readonly evaluations: number;
}

/** Takes rules through history and their alerts through routes, inhibition, silences and storms, in virtual time. */
export async function runBacktest(options: BacktestOptions): Promise<BacktestResult> {
  const [result] = await runBacktests(options, [options.groups]);
  if (result === undefined) throw new TypeError('no rules were run');
  return result;
}

/**
 * The same for several sets of rules, over the same samples, which are read once.
 * @throws Failure `budget` when they read more than fits into memory
 */
export async function runBacktests(
  options: Omit<BacktestOptions, 'groups'>,
  sets: readonly (readonly RuleGroup[])[],
): Promise<BacktestResult[]> {
  const { history, start, end, stepMs, signal } = options;
  const survey = await surveyHistory(history, sets.flat(), { start, end }, signal);
  const blockMs = blockLength(sets.flat(), survey);
  const runs = sets.map((groups) => new BacktestRun({ ...options, groups, survey, blockMs }));
  for (const range of runs[0]?.ranges() ?? []) {
    const past = await history.fetch(
      runs.flatMap((run) => run.requests(range)),
      signal,
    );
    for (const run of runs) await run.take(range, past);
    const done = range.start + range.count * stepMs - start;
    options.onProgress?.(Math.min(1, Math.max(0, done / (end - start + stepMs))));
  }
  const results: BacktestResult[] = [];
  for (const run of runs) results.push(await run.finish());
  return results;
}
