import type { Incident } from '../model/incident.ts';
import type { JsonValue } from '../model/json.ts';
import type { Acknowledgement } from '../model/on-call.ts';

/** What the journal knows of one incident at one notifier of a receiver. */
export interface LaneRecord {
  /** Incident key and notifier. */
  readonly lane: string;
  readonly receiver: string;
  /** What the notifier accepted last, or may have accepted; undefined before that. */
  readonly accepted?: Incident;
  /** ms; undefined while it is in doubt what the receiver knows. */
  readonly acceptedAt?: number;
  readonly receipt?: JsonValue;
  /** What was being sent, with its outcome not known: after a crash it is sent again under the same sequence. */
  readonly intent?: Incident;
  /**
   * The number of the last notification that was begun, the source of `Incident.sequence`. Begins at the time in ms, so
   * that a receiver never meets an old one again, even after the journal was lost.
   */
  readonly begun: number;
  /** When the first of the attempts failed that have failed in a row, ms. */
  readonly failingSince?: number;
}

/** The durable record of what was sent: an intent is on disk before its send, a receipt after it. */
export interface NotificationJournal {
  /** Every incident that a receiver may believe to be open. */
  open(): LaneRecord[];
  find(lane: string): LaneRecord | undefined;
  /** @throws when the disk refuses */
  save(record: LaneRecord): void;
  /** Forgets incidents that were resolved before `time`, and those that never reached anybody. */
  expire(time: number): void;
  /** Who has taken which incident, by its key. */
  acknowledgements(): ReadonlyMap<string, Acknowledgement>;
  /** Undefined: nobody any more. @throws when the disk refuses */
  saveAcknowledgement(incident: string, acknowledgement: Acknowledgement | undefined): void;
  /** What state machines remember: kind, name, state. */
  states(): readonly (readonly [kind: string, name: string, state: string])[];
  /** Undefined: nothing any more. @throws when the disk refuses */
  saveState(kind: string, name: string, state: string | undefined): void;
}

/** Whether a receiver may believe the incident to be open. */
export function mayBeOpen({ intent, accepted }: LaneRecord): boolean {
  return intent !== undefined || (accepted !== undefined && accepted.status !== 'resolved');
}
