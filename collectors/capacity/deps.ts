import type { SeriesReader } from '../../src/model/series.ts';
import type { CapacitySettings } from './settings.ts';

/** What the polls are made with. */
export interface CapacityDeps {
  /** The quotas that other collectors read. */
  readonly series: SeriesReader;
  readonly settings: () => { readonly capacity: CapacitySettings };
}
