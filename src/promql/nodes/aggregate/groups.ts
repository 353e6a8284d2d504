import { METRIC_NAME, type Labels } from '../../../model/labels.ts';
import type { Aggregate } from '../../tree.ts';
import { FrameCursor, type PlanFrame } from '../frames.ts';
import { IntColumn } from '../int-column.ts';
import { LabelIds } from '../labels/label-ids.ts';
import { allBut, onlyNamed, type LabelPart } from '../labels/label-part.ts';
import { frameToRead } from '../labels/nameless.ts';
import { FlagScratch } from '../scratch.ts';

/** The groups of an aggregation, and to which of them each position of its operand belongs. */
export class Groups implements PlanFrame {
  epoch = 0;
  readonly #source: PlanFrame;
  readonly #part: LabelPart;
  readonly #cursor = new FrameCursor();
  readonly #ids: LabelIds;
  readonly #groupOf = new IntColumn();
  #labels: Labels[] = [];
  readonly #flags = new FlagScratch();
  #drops: Uint8Array = new Uint8Array(0);

  constructor(source: PlanFrame, { grouping, without }: Pick<Aggregate, 'grouping' | 'without'>) {
    this.#source = without ? source : frameToRead(source, grouping);
    this.#part = without ? allBut([...grouping, METRIC_NAME]) : onlyNamed(grouping);
    this.#ids = new LabelIds(this.#part);
  }

  get length(): number {
    return this.#labels.length;
  }

  labels(position: number): Labels {
    return this.#labels[position] ?? NO_LABELS;
  }

  dropsName(position: number): boolean {
    return this.#drops[position] === 1;
  }

  /** Groups the positions that are new. Returns the group of each position of the operand. */
  update(): Int32Array {
    const from = this.#cursor.advance(this.#source, () => this.#forget());
    const { length } = this.#source;
    for (let position = from; position < length; position++) {
      const labels = this.#source.labels(position);
      const group = this.#ids.of(labels);
      this.#labels[group] ??= this.#part.of(labels);
      this.#groupOf.push(group);
    }
    return this.#groupOf.values;
  }

  /** For delayed name removal: a group drops its name where one of its present members does. */
  noteDroppedNames(present: Uint8Array): void {
    const source = this.#source;
    const groupOf = this.#groupOf.values;
    this.#drops = this.#flags.cleared(this.length);
    for (let position = 0; position < source.length; position++) {
      if (present[position] === 1 && source.dropsName(position)) this.#drops[groupOf[position] ?? 0] = 1;
    }
  }

  #forget(): void {
    this.epoch++;
    this.#ids.clear();
    this.#groupOf.clear();
    this.#labels = [];
  }
}

const NO_LABELS: Labels = {};
