import { createMuter } from '../alerts/mute/create-muter.ts';
import { parseInhibitRule } from '../alerts/mute/inhibit-rule.ts';
import { createInhibitor } from '../alerts/mute/inhibitor.ts';
import type { Muter } from '../alerts/mute/muter.ts';
import { namedIntervals } from '../alerts/mute/named-intervals.ts';
import type { Silences } from '../alerts/mute/silences.ts';
import { TimeIntervals } from '../alerts/mute/time-intervals.ts';
import type { Config } from '../config/schema.ts';

type MutingConfig = Pick<Config, 'inhibit_rules' | 'time_intervals' | 'mute_time_intervals'>;

/** What mutes by a configuration. @throws Failure `invalid` for a rule or an interval that means nothing */
export function mutingOf(config: MutingConfig, silences: Pick<Silences, 'mutesOf'>): Muter {
  return createMuter({
    silences,
    inhibitor: createInhibitor(config.inhibit_rules.map(parseInhibitRule)),
    timeIntervals: new TimeIntervals(namedIntervals(config)),
  });
}
