import type { Alert } from '../../model/alert.ts';
import type { Mute } from '../../model/on-call.ts';
import type { Silence, SilenceEnd, SilenceRequest, SilenceState } from '../../model/silence.ts';

/**
 * The annotation by which clients that know nothing of `endsWithAlert` (amtool's `--annotation`, karma) say it and keep
 * it: of a silence that ends with its alerts it is `true`.
 */
export const ENDS_WITH_ALERT = 'ends_with_alert';

/** How long a silence that has ended is kept: Alertmanager's `--data.retention`, 120 h. */
export const SILENCE_RETENTION_MS = 5 * 86_400_000;

/** The silences of the agent, in the journal: they outlive the process. */
export interface Silences {
  /**
   * Adds a silence, or replaces the one with the request's id: as in Alertmanager, one whose matchers or past start
   * change is expired and gets a successor with an id of its own. Ends with its alerts when the request says so, or by
   * its annotation `ends_with_alert: "true"`, which is added and taken away accordingly.
   * @throws Failure `invalid` (no matcher, only matchers of empty text, an end before now or the start), `not_found`,
   *   `too_large`, `budget` (10,000 silences are kept), `disk`
   */
  put(request: SilenceRequest): Silence;
  /** Ends a silence now. @throws Failure `not_found`, or `invalid` when it has ended already, `disk` */
  expire(id: string): Silence;
  find(id: string): Silence | undefined;
  /** Newest first; those that ended are kept for five days. */
  all(): readonly Silence[];
  /** When the next silence begins or ends by time, ms; Infinity when none does. */
  nextChange(now: number): number;
  stateOf(silence: Silence): SilenceState;
  /** The silences that mute an alert now. Those that end with their alerts remember it. */
  mutesOf(alert: Alert): readonly Mute[];
  /**
   * Called with the alerts that fire, after each change (but after a start not before all rules were evaluated: an alert
   * that is not among them is over): ends silences whose alerts are all over. Returns those that ended since the last
   * call, by time or by hand, while an alert that they muted still fires and is silenced by no other; each is returned
   * once, after a restart too.
   */
  settle(firing: Iterable<Alert>): readonly SilenceEnd[];
  /** Drops what ended long ago. */
  expireOld(): void;
}
