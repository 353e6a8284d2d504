import type { Labels } from '../../model/labels.ts';
import type { Edges, Selection, Window } from '../../model/selection.ts';
import { instantOf } from './instant.ts';
import { RangeReader } from './range-reader.ts';
import type { SelectedSeries } from './selected-series.ts';
import { BORN, RECORD } from './series-columns.ts';
import type { SeriesStore } from './series-store.ts';
import type { BoundsCache, TickBounds } from './tick-bounds.ts';

/** Series of the head that satisfy matchers, at the time and in the range of one who follows them. */
export class HeadSelection implements Selection {
  readonly #series: SelectedSeries;
  readonly #store: SeriesStore;
  readonly #cache: BoundsCache;
  readonly #reader: RangeReader;
  #start = 0;
  #end = 0;
  #bounds: TickBounds;

  constructor(series: SelectedSeries, store: SeriesStore, cache: BoundsCache) {
    this.#series = series;
    this.#store = store;
    this.#cache = cache;
    this.#reader = new RangeReader(store);
    this.#bounds = cache.of(0, 0);
  }

  get epoch(): number {
    return this.#series.epoch;
  }

  get length(): number {
    return this.#series.length;
  }

  labels(position: number): Labels {
    return this.#series.labels[position] ?? {};
  }

  refresh(): void {
    this.#series.refresh();
  }

  instant(
    time: number,
    lookbackMs: number,
    values: Float64Array,
    present: Uint8Array,
    timestamps?: Float64Array,
  ): void {
    const bounds = this.#cache.of(time - lookbackMs, time);
    instantOf(this.#store, bounds, this.#series, values, present, timestamps);
  }

  seek(start: number, end: number): void {
    this.#start = start;
    this.#end = end;
    this.#bounds = this.#cache.of(start, end);
  }

  window(position: number): Window | undefined {
    const id = this.#liveId(position);
    return id < 0 ? undefined : this.#reader.window(this.#range(), id);
  }

  edges(position: number): Edges | undefined {
    const id = this.#liveId(position);
    return id < 0 ? undefined : this.#reader.edges(this.#range(), id);
  }

  #liveId(position: number): number {
    const id = this.#series.ids[position] ?? 0;
    const born = this.#store.columns.records[id * RECORD + BORN];
    return position < this.#series.length && born === this.#series.born[position] ? id : -1;
  }

  /** The bounds of this selection's range; somebody else may have moved them on meanwhile. */
  #range(): TickBounds {
    const bounds = this.#bounds;
    if (bounds.start === this.#start && bounds.end === this.#end) return bounds;
    return (this.#bounds = this.#cache.of(this.#start, this.#end));
  }
}
