import type { Alert } from '../../model/alert.ts';
import type { Mute } from '../../model/on-call.ts';
import type { Silence, SilenceEnd, SilenceRequest, SilenceState } from '../../model/silence.ts';

/** The silences of the agent, in the journal: they outlive the process. */
export interface Silences {
  /**
   * Adds a silence, or replaces the one with the request's id: as in Alertmanager, one whose matchers or past start
   * change is expired and gets a successor with an id of its own.
   * @throws Failure `invalid` (no matcher, only matchers of empty text, an end before now or the start), `not_found`
   */
  put(request: SilenceRequest): Silence;
  /** Ends a silence now. @throws Failure `not_found`, or `invalid` when it has ended already */
  expire(id: string): Silence;
  find(id: string): Silence | undefined;
  /** Newest first; those that ended are kept for five days. */
  all(): readonly Silence[];
  stateOf(silence: Silence): SilenceState;
  /** The silences that mute an alert now. Those that end with their alerts remember it. */
  mutesOf(alert: Alert): readonly Mute[];
  /**
   * Called with the alerts that fire, after each change: ends silences whose alerts are all over. Returns those that ended
   * since the last call, by time or by hand, while an alert that they muted still fires; each is returned once, after a
   * restart too.
   */
  settle(firing: Iterable<Alert>): readonly SilenceEnd[];
  /** Drops what ended long ago. */
  expireOld(): void;
}
