import type { GroupState } from './group-state.ts';
import type { Recorder } from './recorded-series.ts';

/**
 * What rules recorded, over a reload: rules that stay go on with their series, and after a restart with those of the
 * alerts that were taken up; the series of rules that are no more end.
 */
export function handOverSeries(
  previous: readonly GroupState[],
  next: readonly GroupState[],
  recorder: Recorder,
  now: number,
): void {
  const before = new Map(previous.flatMap(({ rules }) => rules).map((rule) => [rule.identity, rule]));
  for (const { identity, recorded, alerting } of next.flatMap(({ rules }) => rules)) {
    const old = before.get(identity);
    before.delete(identity);
    if (old !== undefined) recorded.inherit(old.recorded);
    else if (alerting !== undefined) recorded.replace(alerting.series(), now);
  }
  for (const { recorded } of before.values()) {
    const ended = recorded.replace([], now);
    if (ended.length > 0) recorder(ended);
  }
}
