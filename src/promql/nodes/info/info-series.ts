import { Failure } from '../../../model/failure.ts';
import { METRIC_NAME, type Labels } from '../../../model/labels.ts';
import { matchesAll, type Matcher } from '../../../model/matcher.ts';
import { formatLabelSet } from '../../label-sets.ts';
import { FrameCursor, type PlanFrame } from '../frames.ts';
import { IntColumn } from '../int-column.ts';
import { LabelIds } from '../labels/label-ids.ts';
import { onlyNamed } from '../labels/label-part.ts';
import type { Instant } from '../node.ts';

/** The labels by which series and info series belong together; Prometheus has no others. */
const IDENTIFYING = ['instance', 'job'] as const;

/** For a series that is an info series itself. */
const IGNORED = -1;

/** Which info series belong to which series: by target, and of each info metric the newest. */
export class InfoSeries {
  /** How many info metrics there are. */
  get metrics(): number {
    return this.#names.size;
  }

  readonly #base: PlanFrame;
  readonly #info: PlanFrame;
  readonly #nameMatchers: readonly Matcher[];
  readonly #cursors = [new FrameCursor(), new FrameCursor()] as const;
  readonly #targets = new LabelIds(onlyNamed(IDENTIFYING));
  readonly #names = new LabelIds(onlyNamed([METRIC_NAME]));
  /** The target of each series, and of each info series; and the metric of the latter. */
  readonly #baseTarget = new IntColumn();
  readonly #infoTarget = new IntColumn();
  readonly #infoMetric = new IntColumn();
  #values = new Map<string, Set<string>>();
  /** By metric and target the info series that is newest. */
  #newest: Int32Array[] = [];

  constructor(base: PlanFrame, info: PlanFrame, nameMatchers: readonly Matcher[]) {
    this.#base = base;
    this.#info = info;
    this.#nameMatchers = nameMatchers;
  }

  /** Takes up the series that are new. @param forget called first when an epoch has changed */
  update(forget: () => void): void {
    let isStale = false;
    const note = (): void => {
      isStale = true;
    };
    const from = [
      this.#cursors[0].advance(this.#base, note),
      this.#cursors[1].advance(this.#info, note),
    ] as const;
    if (isStale) {
      this.#forget();
      forget();
    }
    for (let i = isStale ? 0 : from[0]; i < this.#base.length; i++) this.#addBase(this.#base.labels(i));
    for (let i = isStale ? 0 : from[1]; i < this.#info.length; i++) this.#addInfo(this.#info.labels(i));
  }

  /** Finds the newest info series of each target. @param times when their samples were taken, in seconds */
  refresh(times: Instant): void {
    this.#newest = Array.from({ length: this.metrics }, () => new Int32Array(this.#targets.size).fill(-1));
    for (let position = 0; position < times.frame.length; position++) {
      if (times.present[position] === 1 && this.#isWanted(times.frame.labels(position)))
        this.#offer(position, times);
    }
  }

  /** Whether a series is an info series itself and stays as it is. */
  isIgnored(base: number): boolean {
    return this.#baseTarget.values[base] === IGNORED;
  }

  /** The info series of a metric for a series, -1 where there is none. */
  partnerOf(base: number, metric: number): number {
    return this.#newest[metric]?.[this.#baseTarget.values[base] ?? 0] ?? -1;
  }

  #offer(position: number, times: Instant): void {
    const newest = this.#newest[this.#infoMetric.values[position] ?? 0] ?? new Int32Array(0);
    const target = this.#infoTarget.values[position] ?? 0;
    const known = newest[target] ?? -1;
    const [time, knownTime] = [times.values[position] ?? 0, times.values[known] ?? 0];
    if (known >= 0 && knownTime === time) throw duplicateInfo(times.frame, known, position, time);
    if (known < 0 || time > knownTime) newest[target] = position;
  }

  /** Info series of targets that nobody asks about are left out, as Prometheus does not select them. */
  #isWanted(labels: Labels): boolean {
    return (
      this.#values.size > 0 && [...this.#values].every(([name, values]) => values.has(labels[name] ?? ''))
    );
  }

  #addBase(labels: Labels): void {
    if (matchesAll(this.#nameMatchers, { [METRIC_NAME]: labels[METRIC_NAME] ?? '' })) {
      this.#baseTarget.push(IGNORED);
      return;
    }
    this.#baseTarget.push(this.#targets.of(labels));
    for (const name of IDENTIFYING) {
      const value = labels[name] ?? '';
      if (value !== '') this.#values.set(name, (this.#values.get(name) ?? new Set()).add(value));
    }
  }

  #addInfo(labels: Labels): void {
    this.#infoTarget.push(this.#targets.of(labels));
    this.#infoMetric.push(this.#names.of(labels));
  }

  #forget(): void {
    this.#targets.clear();
    this.#names.clear();
    for (const column of [this.#baseTarget, this.#infoTarget, this.#infoMetric]) column.clear();
    this.#values = new Map();
  }
}

function duplicateInfo(frame: PlanFrame, known: number, other: number, seconds: number): Failure {
  const time = Math.round(seconds * 1000);
  const [one, two] = [known, other].map((position) => `${formatLabelSet(frame.labels(position))} @ ${time}`);
  return new Failure('invalid', `found duplicate series for info metric: existing ${one}, new ${two}`);
}
