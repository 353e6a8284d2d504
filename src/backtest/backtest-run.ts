import type { PageEntry } from '../alerts/log/incident-log.ts';
import type { PastReader, SeriesRequest } from '../model/history.ts';
import type { Incident } from '../model/incident.ts';
import { METRIC_NAME, withoutLabels, type Labels } from '../model/labels.ts';
import { createMatcher } from '../model/matcher.ts';
import type { SeriesReader, TimeRange } from '../model/series.ts';
import type { StepRange } from '../promql/steps/evaluate-steps.ts';
import { ruleInputs } from '../ruler/rule-inputs.ts';
import type { Rule, RuleGroup } from '../ruler/rule.ts';
import type { SavedAlert } from '../ruler/saved-alert.ts';
import type { BacktestAlert, BacktestOptions, BacktestPage, BacktestResult } from './backtest.ts';
import { INFO, WARM_UP_MS } from './history-selectors.ts';
import { simulateOnCall, type SimulatedOnCall, type Told } from './on-call/simulated-on-call.ts';
import { replayRules, type Replay, type ReplayedBlock } from './replay/replay-rules.ts';
import { shortRanges } from './replay/short-ranges.ts';
import type { HistorySurvey } from './survey-history.ts';
import { unjudgedMetrics, unjudgedRange, type Unjudged } from './unjudged.ts';

export interface BacktestRunOptions extends Omit<BacktestOptions, 'history' | 'onProgress'> {
  readonly survey: HistorySurvey;
  readonly blockMs: number;
}

/** One set of rules on its way through history. */
export class BacktestRun {
  readonly #options: BacktestRunOptions;
  readonly #rules: readonly Rule[];
  readonly #short: readonly Unjudged[];
  readonly #replay: Replay;
  readonly #onCall: SimulatedOnCall;
  readonly #alerts = new Map<string, BacktestAlert>();
  readonly #warnings = new Set<string>();
  /** Metrics that rules read in the end, of which no sample was met so far. */
  readonly #missing: Set<string>;
  /** What was told, by key and time. */
  readonly #about = new Map<string, Incident>();
  #fleet: ReadonlyMap<string, Labels> = new Map();
  #tenants = 0;

  constructor(options: BacktestRunOptions) {
    const { groups, stepMs, start, survey, onCall } = options;
    this.#options = options;
    this.#rules = groups.flatMap(({ rules }) => rules);
    this.#missing = new Set(this.#rules.flatMap(ruleInputs(this.#rules)));
    const written = new Set(this.#rules.flatMap(({ kind, name }) => (kind === 'record' ? [name] : [])));
    const resolutionOf = (name: string): number =>
      written.has(name) ? stepMs : (survey.get(name)?.resolutionMs ?? 0);
    this.#short = shortRanges(groups, resolutionOf).map(unjudgedRange);
    this.#replay = replayRules({
      ...options,
      groups: withoutRules(groups, new Set(this.#short.map(({ rule }) => rule))),
      start: start - Math.ceil(WARM_UP_MS / stepMs) * stepMs,
      alsoRead: [INFO],
      externalUrl: onCall.externalUrl,
    });
    const onTold = ({ at, incident }: Told): void => {
      if (incident.status === 'firing') this.#about.set(`${incident.key}@${at}`, incident);
    };
    this.#onCall = simulateOnCall(onCall, start - WARM_UP_MS, () => this.#fleet, onTold);
  }

  /** The blocks, in order. */
  ranges(): Iterable<StepRange> {
    return this.#replay.ranges();
  }

  /** What a block reads of history. */
  requests(range: StepRange): readonly SeriesRequest[] {
    return this.#replay.requests(range);
  }

  /** Takes the next block. @param past holds what it requests */
  async take(range: StepRange, past: PastReader): Promise<void> {
    const block = await this.#replay.run(range, past);
    const span = { start: range.start, end: range.start + range.count * range.step };
    for (const warning of block.warnings) this.#warnings.add(warning);
    for (const name of this.#missing) if (hasSamples(past, name, span)) this.#missing.delete(name);
    this.#fleet = fleetAt(block.series, span);
    this.#tenants = Math.max(this.#tenants, this.#fleet.size);
    await this.#tell(block, span.end);
  }

  async #tell({ events }: ReplayedBlock, until: number): Promise<void> {
    const { clock } = this.#onCall;
    for (const { at, rule, alerts } of events) {
      this.#options.signal.throwIfAborted();
      if (at > clock.now()) await clock.advance(at - clock.now());
      this.#note(alerts, at);
      this.#onCall.update(rule, alerts.map(this.#withExternal));
    }
    await clock.advance(Math.max(0, Math.min(until, this.#options.end + 1) - clock.now()));
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

  /** What became of it all. */
  async finish(): Promise<BacktestResult> {
    const { groups, start, end, stepMs, survey } = this.#options;
    const { log } = this.#onCall;
    await this.#onCall.stop();
    const alerts = [...this.#alerts.values()].filter(({ firedAt }) => firedAt >= start);
    const { leftOut, failed, evaluations } = this.#replay;
    return {
      groups,
      start,
      end,
      stepMs,
      evaluations,
      leftOut,
      failed,
      alerts,
      tenants: this.#tenants,
      series: survey.values().reduce((sum, { series }) => sum + series, 0),
      pages: log
        .pages(start, end + 1)
        .map((page) => withSubject(page, this.#about.get(`${page.key}@${page.at}`))),
      incidents: log.incidents(0, end + 1),
      unjudged: this.#unjudged(alerts),
      warnings: [...this.#warnings],
    };
  }

  #unjudged(alerts: readonly BacktestAlert[]): Unjudged[] {
    const fired = new Set(alerts.map(({ rule }) => rule));
    const short = new Set(this.#short.map(({ rule }) => rule));
    const others = unjudgedMetrics(
      this.#rules,
      (metric) => !this.#missing.has(metric),
      ({ name }) => fired.has(name),
    );
    return [...this.#short, ...others.filter(({ rule }) => !short.has(rule))];
  }
}

function withSubject(page: PageEntry, told: Incident | undefined): BacktestPage {
  const labels = told?.alerts.map((alert) => alert.labels) ?? [];
  const tenants = labels.flatMap(({ tenant }) => (tenant === undefined ? [] : [tenant]));
  const shared = told?.details.shared.map(({ value }) => value) ?? [];
  return {
    ...page,
    tenants: [...new Set(tenants)],
    traits: [...new Set([...shared, ...labels.flatMap((each) => Object.values(each))])],
  };
}

/** The tenants that a block knows of, with the newest of what was told of each. */
function fleetAt(series: SeriesReader, range: TimeRange): Map<string, Labels> {
  const fleet = new Map<string, Labels>();
  for (const { labels } of series.select([createMatcher(METRIC_NAME, '=', INFO)], range))
    fleet.set(labels['tenant'] ?? '', withoutLabels(labels, METRIC_NAME, 'tenant'));
  return fleet;
}

function hasSamples(series: SeriesReader, name: string, range: TimeRange): boolean {
  for (const _ of series.select([createMatcher(METRIC_NAME, '=', name)], range)) return true;
  return false;
}

function withoutRules(groups: readonly RuleGroup[], gone: ReadonlySet<Rule>): RuleGroup[] {
  return groups.map((group) => ({ ...group, rules: group.rules.filter((rule) => !gone.has(rule)) }));
}
