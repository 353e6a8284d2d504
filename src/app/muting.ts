import { createMuter } from '../alerts/mute/create-muter.ts';
import { parseInhibitRule } from '../alerts/mute/inhibit-rule.ts';
import { createInhibitor } from '../alerts/mute/inhibitor.ts';
import type { Muter } from '../alerts/mute/muter.ts';
import type { Silences } from '../alerts/mute/silences.ts';
import { parseTimeInterval } from '../alerts/mute/time-interval.ts';
import { TimeIntervals } from '../alerts/mute/time-intervals.ts';
import type { Config } from '../config/schema.ts';

type MutingConfig = Pick<Config, 'inhibit_rules' | 'time_intervals' | 'mute_time_intervals'>;

/** What mutes by a configuration. @throws Failure `invalid` for a rule or an interval that means nothing */
export function mutingOf(config: MutingConfig, silences: Pick<Silences, 'mutesOf'>): Muter {
  // Alertmanager's older key has the same meaning.
  const named = [...config.time_intervals, ...config.mute_time_intervals];
  return createMuter({
    silences,
    inhibitor: createInhibitor(config.inhibit_rules.map(parseInhibitRule)),
    timeIntervals: new TimeIntervals(
      new Map(named.map(({ name, time_intervals: specs }) => [name, specs.map(parseTimeInterval)])),
    ),
  });
}
