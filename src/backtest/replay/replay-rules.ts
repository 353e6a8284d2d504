import { Failure } from '../../model/failure.ts';
import type { HistoryReader, PastReader, SeriesRequest } from '../../model/history.ts';
import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import { createMatcher } from '../../model/matcher.ts';
import type { SeriesReader } from '../../model/series.ts';
import { seriesRequests } from '../../promql/series-requests.ts';
import { StepFailure, type StepRange } from '../../promql/steps/evaluate-steps.ts';
import { ALERT_SERIES } from '../../ruler/rule-inputs.ts';
import type { Rule, RuleGroup } from '../../ruler/rule.ts';
import { windowsOf } from '../../ruler/windows.ts';
import { orderRules } from './order-rules.ts';
import { ReplaySeries } from './replay-series.ts';
import { createUnits, type ReplayUnit } from './replay-unit.ts';
import type { PlacedEvent } from './rule-at-work.ts';
import { templateMetrics } from './template-metrics.ts';

export interface ReplayOptions {
  readonly groups: readonly RuleGroup[];
  /** The first and the last step, ms since the epoch. */
  readonly start: number;
  readonly end: number;
  /** ms between evaluations, of all groups. */
  readonly stepMs: number;
  /** How much is in memory at a time, ms. Default a day. */
  readonly blockMs?: number;
  /** Metrics that are read besides, for whoever looks at a block's `series`. */
  readonly alsoRead?: readonly string[];
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  readonly signal: AbortSignal;
}

/** A block of history, replayed. */
export interface ReplayedBlock {
  readonly range: StepRange;
  /** In order of time, and within a step of the rules' evaluation. */
  readonly events: readonly PlacedEvent[];
  /** What the rules of the block read and wrote; until the next block. */
  readonly series: SeriesReader;
  /** What history lacks, a sentence each. */
  readonly warnings: readonly string[];
}

/** A rule that could not be evaluated in a block, or in none. */
export interface ReplayProblem {
  readonly rule: Rule;
  readonly detail: string;
  /** The first step that it fails at, ms, where it is known. */
  readonly at?: number;
}

/** Rules over history, block by block. */
export interface Replay {
  /** Rules that no block evaluates, and why. */
  readonly leftOut: readonly ReplayProblem[];
  /** Rules that failed in a block so far: each once, with its first failure. */
  readonly failed: readonly ReplayProblem[];
  /** How many evaluations of rules the blocks so far stand for. */
  readonly evaluations: number;
  /** The blocks of steps, in order. */
  ranges(): Iterable<StepRange>;
  /** What a block reads of history. */
  requests(range: StepRange): readonly SeriesRequest[];
  /** Evaluates the next block. @param past holds what it requests */
  run(range: StepRange, past: PastReader): Promise<ReplayedBlock>;
}

const DAY = 86_400_000;

/** Prepares rules for a replay: the same alerts as if the ruler had evaluated them at every step. */
export function replayRules(options: ReplayOptions): Replay {
  return new RuleReplay(options);
}

class RuleReplay implements Replay {
  readonly leftOut: readonly ReplayProblem[];
  readonly failed: ReplayProblem[] = [];
  evaluations = 0;
  readonly #options: ReplayOptions;
  readonly #units: readonly ReplayUnit[];
  readonly #series: ReplaySeries;
  readonly #templateMetrics: readonly string[];

  constructor(options: ReplayOptions) {
    const { groups, stepMs } = options;
    const rules = groups.flatMap((group) => group.rules);
    const { units, mixed } = orderRules(rules, stepMs);
    const written = new Set([
      ...ALERT_SERIES,
      ...rules.flatMap(({ kind, name }) => (kind === 'record' ? [name] : [])),
    ]);
    this.leftOut = mixed.map((rule) => ({
      rule,
      detail: 'one selector reads the results of rules before and after it: name them apart',
    }));
    this.#options = options;
    this.#series = new ReplaySeries((name) => written.has(name));
    this.#units = createUnits(units, { ...options, reader: this.#series });
    this.#templateMetrics = templateMetrics(rules).filter((name) => !written.has(name));
  }

  *ranges(): Iterable<StepRange> {
    const { start, end, stepMs, blockMs = DAY } = this.#options;
    // Blocks end where files of history do.
    for (let from = start; from <= end;) {
      const next = (Math.floor(from / blockMs) + 1) * blockMs;
      const count = Math.max(1, Math.ceil((Math.min(next, end + 1) - from) / stepMs));
      yield { start: from, step: stepMs, count };
      from += count * stepMs;
    }
  }

  requests({ start, step, count }: StepRange): SeriesRequest[] {
    const times = { start, end: start + (count - 1) * step };
    const own = this.#units.flatMap(({ rules }) => rules).flatMap(({ expr }) => seriesRequests(expr, times));
    const others = [...this.#templateMetrics, ...(this.#options.alsoRead ?? [])];
    const besides = others.map((name) => ({
      matchers: [createMatcher(METRIC_NAME, '=', name)],
      range: { start: start - windowsOf([]).defaultMs, end: times.end },
    }));
    return [...own, ...besides];
  }

  async run(range: StepRange, past: PastReader): Promise<ReplayedBlock> {
    this.#series.past = past;
    const events: PlacedEvent[] = [];
    for (const unit of this.#units) {
      await letOthersWork(this.#options.signal);
      this.#runUnit(unit, range, events);
      this.evaluations += unit.rules.length * range.count;
    }
    const { groups } = this.#options;
    const windows = windowsOf(groups);
    const next = range.start + range.count * range.step;
    this.#series.forgetBefore(next, (name) => windows.byMetric.get(name) ?? windows.defaultMs);
    events.sort((a, b) => a.at - b.at || a.place - b.place);
    return { range, events, series: this.#series, warnings: past.warnings ?? [] };
  }

  #runUnit(unit: ReplayUnit, range: StepRange, events: PlacedEvent[]): void {
    const onFailure = (failure: Failure): void => this.#fail(unit, failure);
    try {
      for (const event of unit.run(range, onFailure)) events.push(event);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      onFailure(error);
    }
  }

  #fail({ rules }: ReplayUnit, failure: Failure): void {
    const at = failure instanceof StepFailure ? { at: failure.time } : {};
    for (const { rule } of rules) {
      if (this.failed.some((each) => each.rule === rule)) continue;
      this.failed.push({ rule, detail: failure.message, ...at });
    }
  }
}

/** Takes rules through history block after block. */
export async function* replayHistory(
  replay: Replay,
  history: HistoryReader,
  signal: AbortSignal,
): AsyncGenerator<ReplayedBlock> {
  for (const range of replay.ranges())
    yield await replay.run(range, await history.fetch(replay.requests(range), signal));
}

/** A month is long: who wants it to end is heard between two rules. @throws the signal's reason */
async function letOthersWork(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  signal.throwIfAborted();
}
