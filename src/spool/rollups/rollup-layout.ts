import { crc32 } from 'node:zlib';
import type { EventDataset, Rollup } from '../../model/dataset.ts';
import { bucketField } from '../../model/rollup.ts';

const DEFAULT_LIMIT = 1000;
/** Numbers a field has before its buckets: count, sum, min, max. */
const BEFORE_BUCKETS = 4;

/** A rollup declaration as contributions carry it: what was recorded under an older one is emitted as recorded. */
export interface RollupDeclaration extends Rollup {
  readonly dataset: string;
  /** Groups of one tenant in one window before the excess folds into `other`. */
  readonly seriesLimit: number;
}

/** Where a field's numbers are among those of a group: count, sum, min, max, and one counter per bucket. */
export interface FieldLayout {
  readonly name: string;
  readonly at: number;
  readonly bounds: readonly number[];
  /** The documents' names of the buckets. */
  readonly bucketNames: readonly string[];
}

/** How the numbers of a group lie in an array; the first is the count of its events. */
export interface RollupLayout {
  /** Equal for equal declarations: `web_request-10000-1f2e3d`. */
  readonly id: string;
  readonly declaration: RollupDeclaration;
  readonly fields: readonly FieldLayout[];
  /** How many numbers a group has. */
  readonly stride: number;
}

/** What a dataset keeps of its events; undefined when it declares no rollup. */
export function declarationOf(dataset: EventDataset): RollupDeclaration | undefined {
  if (dataset.rollup === undefined) return undefined;
  const { windowMs, by, of } = dataset.rollup;
  return { dataset: dataset.name, windowMs, by, of, seriesLimit: dataset.seriesLimit ?? DEFAULT_LIMIT };
}

/** The layout that a declaration gives. */
export function layoutOf(declaration: RollupDeclaration): RollupLayout {
  const fields: FieldLayout[] = [];
  let stride = 1;
  for (const [name, bounds] of Object.entries(declaration.of)) {
    fields.push({ name, at: stride, bounds, bucketNames: bounds.map((bound) => bucketField(name, bound)) });
    stride += BEFORE_BUCKETS + bounds.length;
  }
  const { dataset, windowMs } = declaration;
  const id = `${dataset}-${windowMs}-${crc32(JSON.stringify(declaration)).toString(36)}`;
  return { id, declaration, fields, stride };
}

/** Adds the numbers of a group, at `from` in `numbers`, to `total`. */
export function addNumbers(
  total: Float64Array,
  numbers: Float64Array,
  from: number,
  layout: RollupLayout,
): void {
  total[0] = at(total, 0) + at(numbers, from);
  for (const { at: field, bounds } of layout.fields) {
    const end = field + BEFORE_BUCKETS + bounds.length;
    const [min, max] = [field + 2, field + 3];
    for (let i = field; i < end; i++) {
      if (i !== min && i !== max) total[i] = at(total, i) + at(numbers, from + i);
    }
    total[min] = Math.min(at(total, min), at(numbers, from + min));
    total[max] = Math.max(at(total, max), at(numbers, from + max));
  }
}

/** The numbers of `groups` groups that have no events yet. */
export function noNumbers({ stride, fields }: RollupLayout, groups: number): Float64Array<ArrayBuffer> {
  const numbers = new Float64Array(groups * stride);
  for (let from = 0; from < numbers.length; from += stride) {
    for (const { at: field } of fields) {
      numbers[from + field + 2] = Infinity;
      numbers[from + field + 3] = -Infinity;
    }
  }
  return numbers;
}

function at(numbers: Float64Array, index: number): number {
  return numbers[index] ?? 0;
}
