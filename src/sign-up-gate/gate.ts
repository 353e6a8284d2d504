import { membersOf, type JsonValue } from '../model/json.ts';

/** When sign-ups are paused and resumed; durations in ms. */
export interface GateLimits {
  readonly pause_below: number;
  readonly resume_above: number;
  /** Undefined: what is not known pauses nothing. */
  readonly unknown_after?: number | undefined;
}

/** What is known of the room for tenants. */
export interface RoomSeen {
  /** Undefined where it is not known. */
  readonly tenantsLeft: number | undefined;
  /** Whether no quota behind it is unknown: else there may be less room. */
  readonly isComplete: boolean;
  /** The binding quota; empty where it is not known. */
  readonly quota: string;
}

export type ClosedFor = 'tenants_left' | 'unknown';

/** A change of the gate, as it is told to the receiver: the same each time it is sent. */
export interface GateChange {
  readonly open: boolean;
  readonly reason: ClosedFor;
  readonly quota: string;
  /** Null where it was not known. */
  readonly tenantsLeft: number | null;
  /** ms since the epoch. */
  readonly at: number;
}

/** What is remembered of the gate. Without a change it is open: the gate resumes only what it paused. */
export interface Gate {
  readonly change: GateChange | undefined;
  readonly isHeard: boolean;
  /** Attempts to tell of the change that failed. */
  readonly failures: number;
  /** Not before this time, ms. */
  readonly nextAttemptAt: number;
  /** Since when the room is not fully known, ms. */
  readonly unknownSince: number | undefined;
}

export const OPEN_GATE: Gate = {
  change: undefined,
  isHeard: true,
  failures: 0,
  nextAttemptAt: 0,
  unknownSince: undefined,
};

/**
 * The gate after what was seen at `now`. It closes below `pause_below`, also where some of it is unknown, as that can only
 * be less; it opens above `resume_above`, and only when everything is known. In between it stays as it is.
 */
export function decide(gate: Gate, seen: RoomSeen, limits: GateLimits, now: number): Gate {
  const isKnown = seen.tenantsLeft !== undefined && seen.isComplete;
  const unknownSince = isKnown ? undefined : (gate.unknownSince ?? now);
  const next = { ...gate, unknownSince };
  if (isOpen(gate)) {
    const reason = reasonToClose(seen, limits, unknownSince === undefined ? 0 : now - unknownSince);
    return reason === undefined ? next : changed(next, false, reason, seen, now);
  }
  const fits = isKnown && (seen.tenantsLeft ?? 0) > limits.resume_above;
  return fits ? changed(next, true, gate.change?.reason ?? 'tenants_left', seen, now) : next;
}

/** Whether sign-ups are open, as decided. */
export function isOpen({ change }: Gate): boolean {
  return change?.open ?? true;
}

function reasonToClose(
  { tenantsLeft }: RoomSeen,
  limits: GateLimits,
  unknownForMs: number,
): ClosedFor | undefined {
  if (tenantsLeft !== undefined && tenantsLeft < limits.pause_below) return 'tenants_left';
  const { unknown_after: patience } = limits;
  return patience !== undefined && unknownForMs >= patience ? 'unknown' : undefined;
}

function changed(gate: Gate, open: boolean, reason: ClosedFor, seen: RoomSeen, at: number): Gate {
  const { tenantsLeft = null, quota } = seen;
  const change = { open, reason, quota, tenantsLeft, at };
  return { ...gate, change, isHeard: false, failures: 0, nextAttemptAt: 0 };
}

/** The gate as JSON, for `gateOf`. */
export function toState({ change, unknownSince, ...rest }: Gate): JsonValue {
  return { ...rest, change: change === undefined ? null : { ...change }, unknownSince: unknownSince ?? null };
}

/** The gate that was remembered; open where nothing was, or nothing that can be read. */
export function gateOf(state: JsonValue): Gate {
  const { change, isHeard, failures, nextAttemptAt, unknownSince } = membersOf(state);
  return {
    change: changeOf(change),
    isHeard: isHeard !== false,
    failures: numberOf(failures) ?? 0,
    nextAttemptAt: numberOf(nextAttemptAt) ?? 0,
    unknownSince: numberOf(unknownSince),
  };
}

function changeOf(state: JsonValue | undefined): GateChange | undefined {
  const { open, reason, quota, tenantsLeft, at } = membersOf(state);
  if (typeof open !== 'boolean' || typeof at !== 'number') return undefined;
  return {
    open,
    at,
    reason: reason === 'unknown' ? 'unknown' : 'tenants_left',
    quota: typeof quota === 'string' ? quota : '',
    tenantsLeft: numberOf(tenantsLeft) ?? null,
  };
}

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
