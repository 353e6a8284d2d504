import type { Labels } from '../../../model/labels.ts';
import { FrameCursor, ListFrame, type PlanFrame } from '../frames.ts';
import { IntColumn } from '../int-column.ts';
import { LabelIds } from '../labels/label-ids.ts';
import { allBut } from '../labels/label-part.ts';

const REST = allBut(['le']);

/** One bucket of a histogram: a position of the operand. */
interface Bucket {
  readonly group: number;
  readonly position: number;
  readonly bound: number;
}

/**
 * The classic histograms among series: for each the positions of its buckets in order of their bounds. New histograms
 * come at the end; one that gets a bucket later moves there.
 */
export class HistogramLayout {
  /** What is left of the labels of each histogram. */
  readonly frame = new ListFrame();
  /** The buckets, one run for each histogram. */
  readonly positions = new IntColumn();
  bounds: number[] = [];
  /** Where each histogram's run begins, and its length. */
  readonly starts = new IntColumn();
  readonly lengths = new IntColumn();
  /** The length of the longest run. */
  longest = 0;
  readonly #source: PlanFrame;
  readonly #labelsOf: (labels: Labels) => Labels;
  readonly #dropsName: boolean;
  readonly #cursor = new FrameCursor();
  readonly #ids = new LabelIds(REST);

  /** @param labelsOf the labels of a histogram from those of a bucket without `le` */
  constructor(source: PlanFrame, labelsOf: (labels: Labels) => Labels, dropsName: boolean) {
    this.#source = source;
    this.#labelsOf = labelsOf;
    this.#dropsName = dropsName;
  }

  /** Takes up the buckets that are new. */
  update(): void {
    const from = this.#cursor.advance(this.#source, () => this.#forget());
    if (from === this.#source.length) return;
    const births: Bucket[] = [];
    for (let position = from; position < this.#source.length; position++) {
      const labels = this.#source.labels(position);
      const bound = parseBound(labels['le']);
      if (bound !== undefined) births.push({ group: this.#groupOf(labels), position, bound });
    }
    for (const [group, buckets] of Map.groupBy(births, (birth) => birth.group)) this.#place(group, buckets);
  }

  #groupOf(labels: Labels): number {
    const group = this.#ids.of(labels);
    if (group === this.frame.length) {
      this.frame.push(this.#labelsOf(REST.of(labels)), this.#dropsName);
      this.starts.push(0);
      this.lengths.push(0);
    }
    return group;
  }

  /** Writes a histogram at the end, with the buckets it had. */
  #place(group: number, births: readonly Bucket[]): void {
    const start = this.starts.values[group] ?? 0;
    const buckets = [...births];
    for (let index = start; index < start + (this.lengths.values[group] ?? 0); index++) {
      buckets.push({ group, position: this.positions.values[index] ?? 0, bound: this.bounds[index] ?? 0 });
    }
    buckets.sort((a, b) => (a.bound === b.bound ? a.position - b.position : a.bound - b.bound));
    this.starts.values[group] = this.positions.length;
    this.lengths.values[group] = buckets.length;
    this.longest = Math.max(this.longest, buckets.length);
    for (const { position, bound } of buckets) {
      this.positions.push(position);
      this.bounds.push(bound);
    }
  }

  #forget(): void {
    this.frame.clear();
    this.positions.clear();
    this.bounds = [];
    this.starts.clear();
    this.lengths.clear();
    this.longest = 0;
    this.#ids.clear();
  }
}

function parseBound(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const infinity = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinity !== null) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const bound = Number(text);
  return Number.isNaN(bound) ? undefined : bound;
}
