import type { PageEntry } from '../alerts/log/incident-log.ts';
import type { HistoryReader } from '../model/history.ts';
import { METRIC_NAME, withoutLabels, type Labels } from '../model/labels.ts';
import { createMatcher } from '../model/matcher.ts';
import type { SeriesReader } from '../model/series.ts';
import type { RuleGroup } from '../ruler/rule.ts';
import type { SavedAlert } from '../ruler/saved-alert.ts';
import { simulateOnCall, type OnCallSetup, type SimulatedOnCall } from './on-call/simulated-on-call.ts';
import { replayRules, type ReplayedBlock, type ReplayProblem } from './replay/replay-rules.ts';
import { shortRanges, type ShortRange } from './replay/short-ranges.ts';

/** What tells the fleet's traits. */
const INFO = 'octopus_instance_info';
/** How long before the first page that counts rules are evaluated, ms: what fires at the start was firing before. */
const WARM_UP_MS = 3_600_000;

export interface BacktestOptions {
  readonly groups: readonly RuleGroup[];
  readonly onCall: OnCallSetup;
  readonly history: HistoryReader;
  /** What is looked at, ms since the epoch. */
  readonly start: number;
  readonly end: number;
  /** Of the history, and between evaluations, ms. */
  readonly stepMs: number;
  readonly externalLabels: Labels;
  readonly signal: AbortSignal;
  /** Hears how far it has come, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** A page that would have gone out. */
export interface BacktestPage extends PageEntry {
  /** When its incident ended, ms; absent when it was open at the end. */
  readonly endedAt?: number;
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
  readonly start: number;
  readonly end: number;
  readonly stepMs: number;
  /** What was new to receivers, whether it wakes or not, oldest first. */
  readonly pages: readonly BacktestPage[];
  /** In the order in which they fired. */
  readonly alerts: readonly BacktestAlert[];
  /** Rules of which no page says anything: their ranges hold too few samples of this history. */
  readonly shortRanges: readonly ShortRange[];
  readonly leftOut: readonly ReplayProblem[];
  readonly failed: readonly ReplayProblem[];
  readonly warnings: readonly string[];
  /** How many evaluations of rules it stands for. */
  readonly evaluations: number;
}

/** Takes rules through history and their alerts through routes, inhibition, silences and storms, in virtual time. */
export async function runBacktest(options: BacktestOptions): Promise<BacktestResult> {
  const { groups, start, end, stepMs, signal } = options;
  const run = new BacktestRun(options);
  const short = shortRanges(groups, stepMs);
  const replay = replayRules({
    ...options,
    groups: withoutRules(groups, short),
    start: start - Math.ceil(WARM_UP_MS / stepMs) * stepMs,
    alsoRead: [INFO],
    externalUrl: options.onCall.externalUrl,
  });
  for await (const block of replay.blocks()) {
    signal.throwIfAborted();
    await run.take(block);
    const done = block.range.start + block.range.count * stepMs - start;
    options.onProgress?.(Math.min(1, Math.max(0, done / (end - start + stepMs))));
  }
  const { pages, alerts, warnings } = await run.finish();
  const { leftOut, failed, evaluations } = replay;
  return { start, end, stepMs, pages, alerts, shortRanges: short, leftOut, failed, warnings, evaluations };
}

/** One backtest on its way. */
class BacktestRun {
  readonly #options: BacktestOptions;
  readonly #onCall: SimulatedOnCall;
  readonly #alerts = new Map<string, BacktestAlert>();
  readonly #warnings = new Set<string>();
  #fleet: ReadonlyMap<string, Labels> = new Map();

  constructor(options: BacktestOptions) {
    this.#options = options;
    const nobody = (): void => undefined;
    this.#onCall = simulateOnCall(options.onCall, options.start - WARM_UP_MS, () => this.#fleet, nobody);
  }

  async take({ range, events, series, warnings }: ReplayedBlock): Promise<void> {
    for (const warning of warnings) this.#warnings.add(warning);
    const end = range.start + range.count * range.step;
    this.#fleet = fleetAt(series, { start: range.start, end });
    const { clock } = this.#onCall;
    for (const { at, rule, alerts } of events) {
      if (at > clock.now()) await clock.advance(at - clock.now());
      this.#note(alerts, at);
      this.#onCall.update(rule, alerts.map(this.#withExternal));
    }
    await clock.advance(Math.max(0, Math.min(end, this.#options.end + 1) - clock.now()));
  }

  readonly #withExternal = (alert: SavedAlert): SavedAlert => ({
    ...alert,
    labels: { ...this.#options.externalLabels, ...alert.labels },
  });

  #note(alerts: readonly SavedAlert[], at: number): void {
    for (const { key, rule, labels, firedAt, resolvedAt } of alerts) {
      if (firedAt === undefined) continue;
      if (firedAt === at) this.#alerts.set(`${key}@${firedAt}`, { rule, labels, firedAt });
      const known = this.#alerts.get(`${key}@${firedAt}`);
      if (resolvedAt === at && known !== undefined)
        this.#alerts.set(`${key}@${firedAt}`, { ...known, resolvedAt });
    }
  }

  async finish(): Promise<Pick<BacktestResult, 'pages' | 'alerts' | 'warnings'>> {
    const { start, end } = this.#options;
    const { log } = this.#onCall;
    await this.#onCall.stop();
    const incidents = Map.groupBy(log.incidents(0, end), ({ key }) => key);
    const pages = log.pages(start, end + 1).map((page): BacktestPage => {
      const episode = incidents.get(page.key)?.findLast(({ startedAt }) => startedAt <= page.at);
      return episode?.endedAt === undefined ? page : { ...page, endedAt: episode.endedAt };
    });
    const alerts = [...this.#alerts.values()].filter(({ firedAt }) => firedAt >= start);
    return { pages, alerts, warnings: [...this.#warnings] };
  }
}

/** The tenants that a block knows of, with the newest of what was told of each. */
function fleetAt(series: SeriesReader, range: { start: number; end: number }): Map<string, Labels> {
  const fleet = new Map<string, Labels>();
  for (const { labels } of series.select([createMatcher(METRIC_NAME, '=', INFO)], range))
    fleet.set(labels['tenant'] ?? '', withoutLabels(labels, METRIC_NAME, 'tenant'));
  return fleet;
}

function withoutRules(groups: readonly RuleGroup[], left: readonly ShortRange[]): RuleGroup[] {
  const gone = new Set(left.map(({ rule }) => rule));
  return groups.map((group) => ({ ...group, rules: group.rules.filter((rule) => !gone.has(rule)) }));
}
