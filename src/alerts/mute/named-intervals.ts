import { parseTimeInterval, type TimeInterval, type TimeIntervalOptions } from './time-interval.ts';

interface Named {
  readonly name: string;
  readonly time_intervals: readonly TimeIntervalOptions[];
}

/** The intervals of a configuration by name, those under the older key too. @throws EntryFailure */
export function namedIntervals(config: {
  readonly time_intervals: readonly Named[];
  readonly mute_time_intervals: readonly Named[];
}): Map<string, readonly TimeInterval[]> {
  return new Map(
    [...config.mute_time_intervals, ...config.time_intervals].map(({ name, time_intervals: intervals }) => [
      name,
      intervals.map(parseTimeInterval),
    ]),
  );
}
