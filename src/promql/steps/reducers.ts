import { RunningMean } from '../kernels/running-mean.ts';
import { FloatScratch } from '../nodes/scratch.ts';
import type { AggregateOperator } from '../operators.ts';
import type { StepRow } from './step-row.ts';

/** Aggregations of which each member is looked at once, in order. */
export type ReducingOperator = Extract<
  AggregateOperator,
  'sum' | 'avg' | 'min' | 'max' | 'count' | 'group' | 'stddev' | 'stdvar'
>;

/** Makes one row of many, step by step as the instant aggregation does, to the bit. */
export interface Reducer {
  begin(count: number): void;
  add(row: StepRow): void;
  /** Writes the result over one of the rows. @param rows all that were added */
  finish(target: StepRow, rows: readonly StepRow[]): void;
  /** The same of a single row. */
  alone(row: StepRow): void;
}

export function reducerOf(operator: ReducingOperator): Reducer {
  switch (operator) {
    case 'sum':
      return new Sums(false);
    case 'avg':
      return new Sums(true);
    case 'min':
      return new Extremes(-1);
    case 'max':
      return new Extremes(1);
    case 'count':
      return new Counts(false);
    case 'group':
      return new Counts(true);
    case 'stddev':
      return new Variances(true);
    case 'stdvar':
      return new Variances(false);
  }
}

export function isReducing(operator: AggregateOperator): operator is ReducingOperator {
  return /^(?:sum|avg|min|max|count|group|stddev|stdvar)$/.test(operator);
}

/** How many members have a value at each step. */
class Sizes {
  counts: Float64Array = new Float64Array(0);
  readonly #scratch = new FloatScratch();

  begin(count: number): void {
    this.counts = this.#scratch.zeros(count);
  }

  add({ present }: StepRow): void {
    const { counts } = this;
    for (let step = 0; step < present.length; step++)
      counts[step] = (counts[step] ?? 0) + (present[step] ?? 0);
  }
}

/** `sum` and `avg`, with the rounding errors carried along (TwoSum). */
class Sums implements Reducer {
  readonly #isMean: boolean;
  readonly #sizes = new Sizes();
  readonly #sumScratch = new FloatScratch();
  readonly #errorScratch = new FloatScratch();
  #sums: Float64Array = new Float64Array(0);
  #errors: Float64Array = new Float64Array(0);

  constructor(isMean: boolean) {
    this.#isMean = isMean;
  }

  begin(count: number): void {
    this.#sums = this.#sumScratch.zeros(count);
    this.#errors = this.#errorScratch.zeros(count);
    this.#sizes.begin(count);
  }

  add(row: StepRow): void {
    addUp(row, this.#sums, this.#errors);
    this.#sizes.add(row);
  }

  finish(target: StepRow, rows: readonly StepRow[]): void {
    const { counts } = this.#sizes;
    for (let step = 0; step < target.values.length; step++) {
      const size = counts[step] ?? 0;
      const sum = this.#sums[step] ?? 0;
      const error = this.#errors[step] ?? 0;
      if (!Number.isFinite(sum)) target.values[step] = this.#isMean ? meanAt(rows, step) : sum;
      else target.values[step] = this.#isMean ? sum / size + error / size : sum + error;
      target.present[step] = size > 0 ? 1 : 0;
    }
  }

  alone({ values }: StepRow): void {
    // A sum begins with 0, which makes one of -0.
    for (let step = 0; step < values.length; step++) values[step] = 0 + (values[step] ?? 0);
  }
}

function addUp({ values, present }: StepRow, sums: Float64Array, errors: Float64Array): void {
  for (let step = 0; step < values.length; step++) {
    if (present[step] !== 1) continue;
    const x = values[step] ?? 0;
    const sum = sums[step] ?? 0;
    const next = sum + x;
    const shadow = next - sum;
    errors[step] = (errors[step] ?? 0) + (sum - (next - shadow) + (x - shadow));
    sums[step] = next;
  }
}

/** Where the sum passes the largest number. */
function meanAt(rows: readonly StepRow[], step: number): number {
  const mean = new RunningMean();
  for (const { values, present } of rows) if (present[step] === 1) mean.add(values[step] ?? 0);
  return mean.value;
}

/** `max` (sign 1) and `min` (-1); NaN only where there is nothing else. */
class Extremes implements Reducer {
  readonly #sign: 1 | -1;
  #target: StepRow | undefined;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  begin(): void {
    this.#target = undefined;
  }

  /** The first row becomes the result. */
  add(row: StepRow): void {
    if (this.#target === undefined) this.#target = row;
    else takeExtreme(row, this.#target, this.#sign);
  }

  finish(): void {}

  alone(): void {}
}

function takeExtreme({ values, present }: StepRow, target: StepRow, sign: 1 | -1): void {
  const { values: results, present: found } = target;
  for (let step = 0; step < values.length; step++) {
    if (present[step] !== 1) continue;
    const x = values[step] ?? 0;
    const known = results[step] ?? 0;
    if (found[step] !== 1 || x * sign > known * sign || known !== known) results[step] = x;
    found[step] = 1;
  }
}

/** `count`, and `group`: 1 for each. */
class Counts implements Reducer {
  readonly #isGroup: boolean;
  readonly #sizes = new Sizes();

  constructor(isGroup: boolean) {
    this.#isGroup = isGroup;
  }

  begin(count: number): void {
    this.#sizes.begin(count);
  }

  add(row: StepRow): void {
    this.#sizes.add(row);
  }

  finish({ values, present }: StepRow): void {
    const { counts } = this.#sizes;
    for (let step = 0; step < values.length; step++) {
      const size = counts[step] ?? 0;
      present[step] = size > 0 ? 1 : 0;
      values[step] = this.#isGroup ? 1 : size;
    }
  }

  alone({ values }: StepRow): void {
    values.fill(1);
  }
}

/** `stdvar` and `stddev`, of the population (Welford). */
class Variances implements Reducer {
  readonly #isDeviation: boolean;
  readonly #scratch = [new FloatScratch(), new FloatScratch(), new FloatScratch()] as const;
  #means: Float64Array = new Float64Array(0);
  #squares: Float64Array = new Float64Array(0);
  #counts: Float64Array = new Float64Array(0);

  constructor(isDeviation: boolean) {
    this.#isDeviation = isDeviation;
  }

  begin(count: number): void {
    this.#means = this.#scratch[0].zeros(count);
    this.#squares = this.#scratch[1].zeros(count);
    this.#counts = this.#scratch[2].zeros(count);
  }

  add({ values, present }: StepRow): void {
    const [means, squares, counts] = [this.#means, this.#squares, this.#counts];
    for (let step = 0; step < values.length; step++) {
      if (present[step] !== 1) continue;
      const size = (counts[step] ?? 0) + 1;
      const x = values[step] ?? 0;
      const delta = x - (means[step] ?? 0);
      const mean = (means[step] ?? 0) + delta / size;
      squares[step] = (squares[step] ?? 0) + delta * (x - mean);
      means[step] = mean;
      counts[step] = size;
    }
  }

  finish({ values, present }: StepRow): void {
    for (let step = 0; step < values.length; step++) {
      const size = this.#counts[step] ?? 0;
      const variance = (this.#squares[step] ?? 0) / size;
      present[step] = size > 0 ? 1 : 0;
      values[step] = this.#isDeviation ? Math.sqrt(variance) : variance;
    }
  }

  alone(row: StepRow): void {
    this.begin(row.values.length);
    this.add(row);
    this.finish(row);
  }
}
