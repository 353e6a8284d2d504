import type { Failure } from '../../model/failure.ts';
import type { PreparedSteps, StepMatrix, StepRange } from '../../promql/steps/evaluate-steps.ts';
import type { AlertingRule, RecordingRule } from '../../ruler/rule.ts';
import { AlertReplay, type AlertNewsAt, type AlertTerms } from './alert-replay.ts';
import { ColumnWriter } from './column-writer.ts';
import type { PlacedRule } from './order-rules.ts';
import { recordSteps } from './record-steps.ts';
import type { ReplaySeries } from './replay-series.ts';

/** What became of a rule's alerts at a step. */
export interface PlacedEvent extends AlertNewsAt {
  /** Tells rules apart: alerts of one are told together. */
  readonly rule: string;
  /** Of its rule among all. */
  readonly place: number;
}

/** A rule at work on a block. */
export interface RuleRun {
  readonly events: readonly PlacedEvent[];
  /** What it wrote, as a text that is equal for equal results; asked only of rules that read themselves. */
  readonly written: () => string;
}

export interface RunHooks {
  /** Called when all is read and nothing is written yet: takes back an earlier run of the same block. */
  readonly undo?: () => void;
  /** Hears of each step that fails, which has no values then; without it the first one is thrown. */
  readonly onFailure?: (failure: Failure) => void;
}

/** A rule at work, block after block. */
export interface RuleAtWork {
  /** @throws Failure */
  run(range: StepRange, hooks?: RunHooks): RuleRun;
  /** Remembers the state before a block; what it returns takes back a run of the block that begins at `start`. */
  mark(): (start: number) => void;
}

/** What both kinds are made of. */
export interface WorkParts {
  readonly placed: PlacedRule;
  /** Equal for the same rule in another replay. */
  readonly id: string;
  readonly query: PreparedSteps;
  readonly limit: number;
  /** The group's `query_offset`. */
  readonly offsetMs: number;
  /** Whether any rule reads what it writes. */
  readonly isRead: boolean;
}

/** The result at each step; its values are of `offsetMs` before. */
function resultOver<Result>(
  { query, offsetMs }: WorkParts,
  range: StepRange,
  onFailure: RunHooks['onFailure'],
  use: (matrix: StepMatrix) => Result,
): Result {
  const matrix = query.over({ ...range, start: range.start - offsetMs }, {}, onFailure);
  try {
    return use(matrix);
  } finally {
    matrix.release();
  }
}

/** A recording rule. */
export class RecordingWork implements RuleAtWork {
  readonly #rule: RecordingRule;
  readonly #parts: WorkParts;
  readonly #writer: ColumnWriter;

  constructor(rule: RecordingRule, parts: WorkParts, series: ReplaySeries) {
    this.#rule = rule;
    this.#parts = parts;
    this.#writer = new ColumnWriter(series);
  }

  run(range: StepRange, { undo, onFailure }: RunHooks = {}): RuleRun {
    if (!this.#parts.isRead) return { events: [], written: () => '' };
    resultOver(this.#parts, range, onFailure, (matrix) => {
      undo?.();
      const at = { ...range, start: range.start - this.#parts.offsetMs };
      recordSteps(this.#rule, matrix, at, this.#writer, this.#parts.limit);
    });
    return { events: [], written: () => this.#writer.text(range.start - this.#parts.offsetMs) };
  }

  mark(): (start: number) => void {
    const undo = this.#writer.mark();
    return (start) => undo(start - this.#parts.offsetMs);
  }
}

/** An alerting rule. */
export class AlertingWork implements RuleAtWork {
  readonly #parts: WorkParts;
  readonly #replay: AlertReplay;
  readonly #writer: ColumnWriter | undefined;

  constructor(
    rule: AlertingRule,
    parts: WorkParts,
    terms: Omit<AlertTerms, 'limit' | 'reader'> & { readonly reader: ReplaySeries },
    group: string,
  ) {
    this.#parts = parts;
    this.#replay = new AlertReplay(rule, group, parts.id, { ...terms, limit: parts.limit });
    this.#writer = parts.isRead ? new ColumnWriter(terms.reader) : undefined;
  }

  run(range: StepRange, { undo, onFailure }: RunHooks = {}): RuleRun {
    const { id: rule, placed } = this.#parts;
    const news = resultOver(this.#parts, range, onFailure, (matrix) => {
      undo?.();
      return this.#replay.run(matrix, range, this.#writer, onFailure);
    });
    return {
      events: news.map((each) => ({ ...each, rule, place: placed.place })),
      written: () =>
        news.map(({ at, alerts }) => `${at}${alerts.map(({ key, state }) => key + state).join()}`).join(),
    };
  }

  mark(): (start: number) => void {
    const alerts = this.#replay.snapshot();
    const undo = this.#writer?.mark();
    return (start) => {
      this.#replay.restore(alerts);
      undo?.(start);
    };
  }
}
