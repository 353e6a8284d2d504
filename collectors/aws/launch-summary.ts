import { DAY_MS, type Launch } from './launch-ledger.ts';

/** The last 24 h of an account and region. */
export interface LaunchSummary {
  /** Launches and starts of T2 instances in standard mode. */
  readonly launches: number;
  /** Those that took a slot. */
  readonly used: number;
  /** Those that got no launch credits. */
  readonly without: number;
  /** When there will be one more free slot than now, ms; undefined while none is taken. */
  readonly nextSlotAt: number | undefined;
}

/** @param now ms */
export function summarizeLaunches(launches: readonly Launch[], limit: number, now: number): LaunchSummary {
  const standard = launches.filter(({ at, unlimited }) => at > now - DAY_MS && unlimited !== true);
  const credited = standard.filter((launch) => launch.credited);
  // where more were taken than the limit allows, those over it must end first
  const next = credited[Math.max(0, credited.length - limit)];
  return {
    launches: standard.length,
    used: credited.length,
    without: standard.length - credited.length,
    nextSlotAt: next === undefined ? undefined : next.at + DAY_MS,
  };
}
