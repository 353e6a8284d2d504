import type { IncidentEntry } from '../log/incident-log.ts';
import type { Week } from './week.ts';

/**
 * How often incidents of a rule came back within so many ms of their end, in a span such as a week, by rule; where several receivers
 * were told of the same, at the one that saw most of it.
 * @param incidents oldest first
 */
export function flapsByRule(
  incidents: readonly IncidentEntry[],
  span: Pick<Week, 'from' | 'to'>,
  within: number,
): ReadonlyMap<string, number> {
  const flaps = new Map<string, number>();
  for (const told of Map.groupBy(incidents, ({ receiver }) => receiver).values()) {
    for (const [rule, count] of flapsOfReceiver(told, span, within))
      flaps.set(rule, Math.max(flaps.get(rule) ?? 0, count));
  }
  return flaps;
}

function flapsOfReceiver(
  incidents: readonly IncidentEntry[],
  { from, to }: Pick<Week, 'from' | 'to'>,
  within: number,
): Map<string, number> {
  const flaps = new Map<string, number>();
  for (const episodes of Map.groupBy(incidents, ({ key }) => key).values()) {
    for (const [index, { startedAt, alertname }] of episodes.entries()) {
      const endedAt = episodes[index - 1]?.endedAt ?? -Infinity;
      if (startedAt < from || startedAt >= to || startedAt - endedAt > within) continue;
      flaps.set(alertname, (flaps.get(alertname) ?? 0) + 1);
    }
  }
  return flaps;
}
