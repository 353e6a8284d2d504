import type { Labels } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import { BORN, RECORD, type SeriesColumns } from './series-columns.ts';
import { testOf, type LabelTest, type SeriesIndex } from './series-index.ts';

/** The dead are many when so many times of them are more than all. */
const MANY = 5;

/** Which series satisfy matchers, by position; shared by all selections with the same matchers. */
export class SelectedSeries {
  epoch = 0;
  length = 0;
  ids = new Int32Array(16);
  /** By position, which birth it was: another in the series' record says that this one is gone. */
  born = new Int32Array(16);
  readonly labels: Labels[] = [];
  readonly #index: SeriesIndex;
  readonly #columns: SeriesColumns;
  readonly #matchers: readonly Matcher[];
  readonly #test: LabelTest;
  #births = 0;
  #deaths: number;

  constructor(index: SeriesIndex, columns: SeriesColumns, matchers: readonly Matcher[]) {
    this.#index = index;
    this.#columns = columns;
    this.#matchers = matchers;
    this.#test = testOf(matchers);
    // A label value may be in less series than a metric's name is.
    for (const id of index.select(matchers)) this.#push(id);
    this.#births = index.births;
    this.#deaths = index.deaths;
  }

  /** Takes up births, and forgets the dead where they are many: looking at one costs as much as at one that lives. */
  refresh(): void {
    const { births, deaths } = this.#index;
    if ((deaths - this.#deaths) * MANY > this.length) this.#forget();
    if (births === this.#births) return;
    for (const id of this.#index.selectYounger(this.#matchers, this.#test, this.#births)) this.#push(id);
    this.#births = births;
  }

  #push(id: number): void {
    if (this.length === this.ids.length) this.#resize(this.length + (this.length >> 1));
    this.ids[this.length] = id;
    this.born[this.length] = this.#columns.records[id * RECORD + BORN] ?? 0;
    this.labels.push(this.#columns.labels[id] ?? {});
    this.length++;
  }

  #forget(): void {
    this.#deaths = this.#index.deaths;
    let live = 0;
    for (let i = 0; i < this.length; i++) if (this.#isLive(i)) live++;
    if ((this.length - live) * MANY < this.length) return;
    let kept = 0;
    for (let i = 0; i < this.length; i++) {
      if (!this.#isLive(i)) continue;
      this.ids[kept] = this.ids[i] ?? 0;
      this.born[kept] = this.born[i] ?? 0;
      this.labels[kept++] = this.labels[i] ?? {};
    }
    this.length = kept;
    this.labels.length = kept;
    if (kept * 4 < this.ids.length) this.#resize(Math.max(16, kept * 2));
    this.epoch++;
  }

  #isLive(position: number): boolean {
    return this.#columns.records[(this.ids[position] ?? 0) * RECORD + BORN] === this.born[position];
  }

  #resize(capacity: number): void {
    const ids = new Int32Array(capacity);
    ids.set(this.ids.subarray(0, this.length));
    this.ids = ids;
    const born = new Int32Array(capacity);
    born.set(this.born.subarray(0, this.length));
    this.born = born;
  }
}
