import type { Derivation, EventDataset } from '../../model/dataset.ts';
import { METRIC_NAME, type Labels } from '../../model/labels.ts';

const DEFAULT_LIMIT = 1000;
const OTHER = 'other';
const KEPT = new Set(['tenant', 'node']);

/** One derived series and its running total. */
export interface Counter {
  readonly labels: Labels;
  total: number;
  /** The total when it was last written as a sample. */
  written: number;
  /** Whether it moved since, or is new. */
  changed: boolean;
}

/** The counters of one derivation and label set: one of a counter; buckets, sum and count of a histogram. */
export interface Group {
  readonly counters: readonly Counter[];
  /** It stands for label sets beyond the series limit. */
  readonly folded: boolean;
}

/** What one tenant's events of a dataset add up to. */
export class Tally {
  readonly tenant: string;
  readonly counters: Counter[] = [];
  readonly #dataset: EventDataset;
  readonly #limit: number;
  readonly #groups = new Map<string, Group>();

  constructor(dataset: EventDataset, tenant: string) {
    this.tenant = tenant;
    this.#dataset = dataset;
    this.#limit = dataset.seriesLimit ?? DEFAULT_LIMIT;
  }

  /** The group of a derivation with these values of its `by`; beyond the series limit, the one of `other`. */
  group(name: string, values: readonly string[]): Group {
    const derivation = this.#dataset.derives[name];
    if (derivation === undefined) throw new Error(`dataset ${this.#dataset.name} derives no ${name}`);
    const known = this.#groups.get(keyOf(name, values));
    if (known !== undefined) return known;
    const size = (derivation.buckets?.length ?? -2) + 3;
    if (this.counters.length + size <= this.#limit) return this.#add(name, derivation, values, false);
    const folded = this.#foldedValues(derivation, values);
    const isFolded = folded.some((value, i) => value !== values[i]);
    return this.#groups.get(keyOf(name, folded)) ?? this.#add(name, derivation, folded, isFolded);
  }

  #foldedValues({ by }: Derivation, values: readonly string[]): readonly string[] {
    // Nodes are few; should they not be, they fold as well.
    const all = this.counters.length > this.#limit * 2;
    return by.map((label, i) => {
      if (label === 'tenant' || (KEPT.has(label) && !all)) return values[i] ?? '';
      return values[i] === '' ? '' : OTHER;
    });
  }

  #add(name: string, derivation: Derivation, values: readonly string[], folded: boolean): Group {
    const labels: Record<string, string> = {};
    for (const [i, label] of derivation.by.entries()) {
      if (values[i] !== undefined && values[i] !== '') labels[label] = values[i];
    }
    const counters = countersOf(name, derivation, labels);
    const group = { counters, folded };
    this.#groups.set(keyOf(name, values), group);
    this.counters.push(...counters);
    return group;
  }
}

/** How many numbers `BatchSums` keeps of a group: a counter's sum; a histogram's buckets, `+Inf`, sum and count. */
export function numbersOf({ type, buckets = [] }: Derivation): number {
  return type === 'counter' ? 1 : buckets.length + 3;
}

/** Adds to the counters of a group, in their order, `numbers` from `at` on. */
export function increase({ counters }: Group, numbers: Float64Array, at: number): void {
  for (const [i, moved] of counters.entries()) {
    const by = numbers[at + i] ?? 0;
    if (by === 0) continue;
    moved.total += by;
    moved.changed = true;
  }
}

/** Buckets in rising order, `+Inf`, sum, count: the order of `BatchSums`. */
function countersOf(name: string, { type, buckets = [] }: Derivation, by: Labels): Counter[] {
  if (type === 'counter') return [counter(name, by)];
  return [
    ...buckets.map((bound) => counter(`${name}_bucket`, { ...by, le: String(bound) })),
    counter(`${name}_bucket`, { ...by, le: '+Inf' }),
    counter(`${name}_sum`, by),
    counter(`${name}_count`, by),
  ];
}

function counter(name: string, labels: Labels): Counter {
  return { labels: { [METRIC_NAME]: name, ...labels }, total: 0, written: 0, changed: true };
}

function keyOf(name: string, values: readonly string[]): string {
  return `${name}\u0000${values.join('\u0000')}`;
}
