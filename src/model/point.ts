import type { Dataset } from './dataset.ts';

/** A field's value; `undefined` is never zero, it is an absent field. */
export type PointValue = number | string | boolean;

/** One observation of a dataset. */
export interface Point {
  readonly dataset: Dataset;
  /** ms since the epoch: the event's own time, or when a state was read. */
  readonly time: number;
  /** Whose it is, where one read yields points of several tenants; the target's by default. */
  readonly tenant?: string;
  /** Without `tenant`. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Metrics of a gauge dataset (numbers only), fields of an event. */
  readonly values: Readonly<Record<string, PointValue | undefined>>;
  /** An event's identity where the same fact can be seen twice: see `eventId`. */
  readonly id?: string;
}
