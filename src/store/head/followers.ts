import { labelsKey } from '../../model/labels.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { Selection } from '../../model/selection.ts';
import { HeadSelection } from './head-selection.ts';
import { SelectedSeries } from './selected-series.ts';
import type { SeriesIndex } from './series-index.ts';
import type { SeriesStore } from './series-store.ts';
import { BoundsCache } from './tick-bounds.ts';

/** Those who follow series. Equal matchers share what they select for as long as somebody holds it. */
export class Followers {
  readonly #index: SeriesIndex;
  readonly #store: SeriesStore;
  readonly #bounds: BoundsCache;
  readonly #selected = new Map<string, WeakRef<SelectedSeries>>();

  constructor(index: SeriesIndex, store: SeriesStore) {
    this.#index = index;
    this.#store = store;
    this.#bounds = new BoundsCache(store);
  }

  follow(matchers: readonly Matcher[]): Selection {
    const key = matchers
      .map(({ name, operator, value }) => labelsKey({ name, operator, value }))
      .toSorted()
      .join('\u0000');
    let series = this.#selected.get(key)?.deref();
    if (series === undefined) {
      series = new SelectedSeries(this.#index, this.#store.columns, matchers);
      this.#selected.set(key, new WeakRef(series));
    }
    return new HeadSelection(series, this.#store, this.#bounds);
  }

  /** Forgets what nobody follows any more. */
  sweep(): void {
    for (const [key, series] of this.#selected) if (series.deref() === undefined) this.#selected.delete(key);
  }
}
