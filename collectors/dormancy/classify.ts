/** Settings of the collector `dormancy`; durations in ms. */
export interface DormancySettings {
  readonly ask_every: number;
  readonly quiet_after: number;
  readonly dormant_after: number;
  readonly dead_after: number;
}

export type ActivityClass = 'active' | 'quiet' | 'dormant' | 'dead';

/**
 * The class of an instance that nobody has used for so long. Only a trial that has ended is dead: a customer who pays may
 * come back after a year.
 * @param trialEnds `trial_ends` of the instance's `info`: a date
 */
export function classOf(
  dormantMs: number,
  trialEnds: string | undefined,
  settings: DormancySettings,
  now: number,
): ActivityClass {
  const hasEnded = trialEnds !== undefined && Date.parse(trialEnds) <= now;
  if (dormantMs >= settings.dead_after && hasEnded) return 'dead';
  if (dormantMs >= settings.dormant_after) return 'dormant';
  return dormantMs >= settings.quiet_after ? 'quiet' : 'active';
}
