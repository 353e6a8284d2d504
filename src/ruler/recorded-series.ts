import { labelsKey, type Labels } from '../model/labels.ts';

/** One sample that a rule yields for the head. */
export interface RecordedSample {
  /** `__name__` included. */
  readonly labels: Labels;
  /** ms since the epoch. */
  readonly time: number;
  /** Without meaning when `stale`. */
  readonly value: number;
  /** The series was there at the evaluation before and is gone: write a stale marker. */
  readonly stale: boolean;
}

/** Takes what rules record; what it took must be readable at once, because later rules of the round read it. */
export type Recorder = (samples: readonly RecordedSample[]) => void;

/** The series one rule recorded last, so that those it no longer yields get a stale marker. */
export class RecordedSeries {
  #last: ReadonlyMap<string, Labels> = new Map();

  /** Goes on where another left off: the same rule before a reload. */
  inherit(from: RecordedSeries): void {
    this.#last = from.#last;
  }

  /** The samples to record: those given, and stale markers for series that were there before and are not now. */
  replace(samples: readonly { labels: Labels; value: number }[], time: number): RecordedSample[] {
    const next = new Map(samples.map(({ labels }) => [labelsKey(labels), labels]));
    const gone = [...this.#last].filter(([key]) => !next.has(key));
    this.#last = next;
    return [
      ...samples.map(({ labels, value }) => ({ labels, value, time, stale: false })),
      ...gone.map(([, labels]) => ({ labels, value: Number.NaN, time, stale: true })),
    ];
  }
}
