import { createMuter } from './create-muter.ts';
import { parseInhibitRule, type InhibitRuleOptions } from './inhibit-rule.ts';
import { createInhibitor } from './inhibitor.ts';
import type { Muter } from './muter.ts';
import { namedIntervals } from './named-intervals.ts';
import type { Silences } from './silences.ts';
import { TimeIntervals } from './time-intervals.ts';

/** What a configuration says of muting. */
export type MutingOptions = Parameters<typeof namedIntervals>[0] & {
  readonly inhibit_rules: readonly InhibitRuleOptions[];
};

/** What mutes by a configuration. @throws Failure `invalid` for a rule or an interval that means nothing */
export function mutingOf(config: MutingOptions, silences: Pick<Silences, 'mutesOf'>): Muter {
  return createMuter({
    silences,
    inhibitor: createInhibitor(config.inhibit_rules.map((rule) => parseInhibitRule(rule))),
    timeIntervals: new TimeIntervals(namedIntervals(config)),
  });
}
