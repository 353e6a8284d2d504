import { labelValue, METRIC_NAME, type Labels } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { IdList } from './id-list.ts';
import { LabelPool } from './label-pool.ts';
import { LabelTable } from './label-table.ts';
import { Postings } from './postings.ts';
import { BLOCK, BORN, HASH, RECORD, type SeriesColumns } from './series-columns.ts';

/** Says of labels whether they satisfy matchers. */
export type LabelTest = (labels: Labels) => boolean;

/** Finds series by their labels. */
export class SeriesIndex {
  readonly #columns: SeriesColumns;
  readonly #pool = new LabelPool();
  readonly #table: LabelTable;
  readonly #postings: Postings;
  /** How many series were ever born, and how many of them are gone. */
  births = 0;
  deaths = 0;

  constructor(columns: SeriesColumns) {
    this.#columns = columns;
    this.#table = new LabelTable(columns);
    this.#postings = new Postings(columns, (id) => columns.release(id));
  }

  get size(): number {
    return this.#table.size;
  }

  /** The series with exactly these labels, -1 without one. */
  find(labels: Labels): number {
    const hash = this.#pool.hash(labels);
    return hash === undefined ? -1 : this.#table.find(labels, hash);
  }

  /** Takes up a series, which is the youngest, and gives it its labels. */
  add(id: number, labels: Labels): void {
    const shared = this.#pool.acquire(labels);
    const { records } = this.#columns;
    this.#columns.labels[id] = shared;
    records[id * RECORD + HASH] = this.#pool.hash(shared) ?? 0;
    records[id * RECORD + BORN] = ++this.births;
    this.#table.add(id);
    this.#postings.add(id, shared);
  }

  remove(id: number): void {
    const { records } = this.#columns;
    const labels = this.#columns.labels[id] ?? {};
    this.deaths++;
    this.#table.remove(id);
    this.#columns.labels[id] = undefined;
    records[id * RECORD + BLOCK] = -1;
    records[id * RECORD + BORN] = 0;
    this.#postings.remove(id, labels);
    this.#pool.release(labels);
  }

  /** The metric names there are. */
  names(): Iterable<string> {
    return this.#postings.values(METRIC_NAME);
  }

  /** All series of a metric name. */
  *named(name: string): Iterable<number> {
    for (const id of this.#postings.list(METRIC_NAME, name)) if (this.isThere(id)) yield id;
  }

  /** The series that satisfy all matchers. The head may change between one and the next. */
  *select(matchers: readonly Matcher[]): Iterable<number> {
    const test = testOf(matchers);
    for (const list of this.#candidates(matchers)) {
      for (const id of list.ids.slice(0, list.length))
        if (this.isThere(id) && test(this.#columns.labels[id] ?? {})) yield id;
    }
  }

  /** The series born after `born` that satisfy all matchers, by metric name in the order of birth. */
  *selectYounger(matchers: readonly Matcher[], test: LabelTest, born: number): Iterable<number> {
    const { records, labels } = this.#columns;
    for (const name of this.#namesOf(matchers)) {
      const { ids, length } = this.#postings.list(METRIC_NAME, name);
      let from = length;
      while (from > 0 && !isOlder(records, ids[from - 1] ?? 0, born)) from--;
      for (let i = from; i < length; i++) {
        const id = ids[i] ?? 0;
        if (this.isThere(id) && test(labels[id] ?? {})) yield id;
      }
    }
  }

  isThere(id: number): boolean {
    return this.#columns.records[id * RECORD + BLOCK] !== -1;
  }

  /** Lists that together hold all series which satisfy `matchers`: one label value's, or those of all names. */
  *#candidates(matchers: readonly Matcher[]): Iterable<IdList> {
    let best: IdList | undefined;
    for (const { name, operator, value } of matchers) {
      if (operator !== '=' || value === '') continue;
      const list = this.#postings.list(name, value);
      if (best === undefined || list.length < best.length) best = list;
    }
    if (best !== undefined) yield best;
    else for (const name of this.#namesOf(matchers)) yield this.#postings.list(METRIC_NAME, name);
  }

  /** The metric names that satisfy the matchers of names. */
  *#namesOf(matchers: readonly Matcher[]): Iterable<string> {
    const named = matchers.filter(({ name }) => name === METRIC_NAME);
    const exact = named.find(({ operator }) => operator === '=');
    for (const name of exact === undefined ? this.names() : [exact.value])
      if (named.every((matcher) => matcher.matches(name))) yield name;
  }
}

/** The matchers as a test of labels; a regular expression is asked once for each value. */
export function testOf(matchers: readonly Matcher[]): LabelTest {
  const tests = matchers.map(remembering);
  return (labels) => tests.every((test) => test(labels));
}

// Ids that are gone say nothing of their birth.
function isOlder(records: Int32Array, id: number, born: number): boolean {
  const at = records[id * RECORD + BORN] ?? 0;
  return at !== 0 && at <= born;
}

function remembering(matcher: Matcher): LabelTest {
  const { name } = matcher;
  if (matcher.operator === '=' || matcher.operator === '!=')
    return (labels) => matcher.matches(labelValue(labels, name));
  const known = new Map<string, boolean>();
  return (labels) => {
    const value = labelValue(labels, name);
    let answer = known.get(value);
    if (answer === undefined) {
      // Values come and go.
      if (known.size > MAX_REMEMBERED) known.clear();
      known.set(value, (answer = matcher.matches(value)));
    }
    return answer;
  };
}

const MAX_REMEMBERED = 10_000;
