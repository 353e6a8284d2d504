import type { Mute } from '../../model/on-call.ts';
import { NamedInterval } from './named-interval.ts';
import { sayTime } from './say-time.ts';
import type { TimeInterval } from './time-interval.ts';

/** The names that a route mutes by. */
export interface RouteTimes {
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
}

/** The `time_intervals` of a configuration, by name. */
export class TimeIntervals {
  readonly #named: ReadonlyMap<string, NamedInterval>;

  constructor(intervals: ReadonlyMap<string, readonly TimeInterval[]>) {
    this.#named = new Map(Array.from(intervals, ([name, each]) => [name, new NamedInterval(name, each)]));
  }

  /**
   * Why a route is muted at `now`, ms: one of its mute intervals holds, or none of its active ones. A name that is not
   * there mutes nothing.
   */
  mutesOf(route: RouteTimes, now: number): readonly Mute[] {
    if (route.muteTimeIntervals.length === 0 && route.activeTimeIntervals.length === 0) return [];
    return [...this.#within(route.muteTimeIntervals, now), ...this.#outside(route.activeTimeIntervals, now)];
  }

  #within(names: readonly string[], now: number): Mute[] {
    return this.#found(names)
      .filter((interval) => interval.at(now).contains)
      .map((interval) => {
        const { changesAt } = interval.at(now);
        return timeMute(interval.name, `within ${interval.name}`, changesAt, now, interval.zone);
      });
  }

  #outside(names: readonly string[], now: number): Mute[] {
    const active = this.#found(names);
    const [first] = active;
    if (first === undefined || active.length < names.length || active.some((each) => each.at(now).contains))
      return [];
    const begins = active.flatMap((interval) => {
      const { changesAt } = interval.at(now);
      return changesAt === undefined ? [] : [{ changesAt, zone: interval.zone }];
    });
    const next = begins.toSorted((a, b) => a.changesAt - b.changesAt)[0];
    const all = names.join(', ');
    return [timeMute(all, `outside ${all}`, next?.changesAt, now, next?.zone ?? first.zone)];
  }

  #found(names: readonly string[]): NamedInterval[] {
    return names.flatMap((name) => this.#named.get(name) ?? []);
  }
}

/** `outside office-hours until Mon 08:00 Europe/Berlin` */
function timeMute(id: string, where: string, until: number | undefined, now: number, zone: string): Mute {
  if (until === undefined) return { kind: 'time_interval', id, reason: where };
  return { kind: 'time_interval', id, reason: `${where} until ${sayTime(until, now, zone)}`, until };
}
