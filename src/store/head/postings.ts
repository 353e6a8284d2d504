import { METRIC_NAME, type Labels } from '../../model/labels.ts';
import { IdList } from './id-list.ts';
import { BLOCK, NUMBER, RECORD, type SeriesColumns } from './series-columns.ts';

/** The series with one label value, in the order of their birth; some of them are gone. */
class Posting extends IdList {
  gone = 0;
}

type ByValue = Map<string, Posting | number>;

/**
 * Lists of the series of each label value; a metric's name is a label. A series that is gone stays in a list until
 * half of the list is, and its id is free when the last list has dropped it.
 */
export class Postings {
  readonly #columns: SeriesColumns;
  readonly #release: (id: number) => void;
  /** A value with one series has its id alone: most values of most labels. */
  readonly #byName = new Map<string, ByValue>();

  constructor(columns: SeriesColumns, release: (id: number) => void) {
    this.#columns = columns;
    this.#release = release;
  }

  add(id: number, labels: Labels): void {
    for (const name of namesOf(labels)) {
      const value = labels[name] ?? '';
      let values = this.#byName.get(name);
      if (values === undefined) this.#byName.set(name, (values = new Map()));
      const posting = values.get(value);
      if (posting === undefined) values.set(value, id);
      else if (typeof posting === 'number') values.set(value, listOf(posting, id));
      else posting.push(id);
    }
  }

  /** Call after the series' record says that it is gone. */
  remove(id: number, labels: Labels): void {
    const { records } = this.#columns;
    const names = namesOf(labels);
    records[id * RECORD + NUMBER] = names.length;
    for (const name of names) {
      const values = this.#byName.get(name);
      if (values === undefined) continue;
      this.#removeFrom(values, labels[name] ?? '');
      if (values.size === 0) this.#byName.delete(name);
    }
  }

  /** The values of a label. */
  values(name: string): Iterable<string> {
    return this.#byName.get(name)?.keys() ?? [];
  }

  /** The series of a label value, some of which may be gone: their records say so. */
  list(name: string, value: string): IdList {
    const posting = this.#byName.get(name)?.get(value);
    if (posting === undefined) return NONE;
    return typeof posting === 'number' ? listOf(posting) : posting;
  }

  #removeFrom(values: ByValue, value: string): void {
    const posting = values.get(value);
    if (posting === undefined) return;
    if (typeof posting === 'number') {
      values.delete(value);
      this.#drop(posting);
      return;
    }
    posting.gone++;
    if (posting.gone * 2 < posting.length) return;
    posting.filter((each) => this.#isThere(each) || this.#drop(each));
    posting.gone = 0;
    if (posting.length === 0) values.delete(value);
  }

  #isThere(id: number): boolean {
    return this.#columns.records[id * RECORD + BLOCK] !== -1;
  }

  /** A list holds the series no more; false. */
  #drop(id: number): boolean {
    const { records } = this.#columns;
    const at = id * RECORD + NUMBER;
    const holders = (records[at] ?? 0) - 1;
    records[at] = holders;
    if (holders === 0) this.#release(id);
    return false;
  }
}

/** The labels' names; a metric's name is always one of them, if only to say that there is none. */
function namesOf(labels: Labels): readonly string[] {
  const names = Object.keys(labels);
  return labels[METRIC_NAME] === undefined ? [...names, METRIC_NAME] : names;
}

function listOf(...ids: readonly number[]): Posting {
  const list = new Posting();
  for (const id of ids) list.push(id);
  return list;
}

const NONE = new IdList();
