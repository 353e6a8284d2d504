import type { Labels } from '../model/labels.ts';

/** One value of a recorded series. */
export interface RecordedSample {
  /** `__name__` included. */
  readonly labels: Labels;
  readonly value: number;
}

/** Where rules write what they record; what was written must be readable at once, because later rules read it. */
export interface Recorder {
  /**
   * Takes all that a rule yields at `time` (ms), also when that is nothing. `source` names the rule, the same at every
   * evaluation: a series it had before and has no more is to get a stale marker.
   */
  record(source: string, samples: readonly RecordedSample[], time: number): void;
  /** The rule is no more: its series are to end. */
  removeSource(source: string): void;
}
