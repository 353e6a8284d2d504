import { z } from 'zod';
import { Changes, savedState, type KeptStates } from './kept-states.ts';
import { fittingLine, shortened, spokenDuration, thousands } from './words.ts';

/** When an incident that comes and goes stays open; the meaning of each is in the reference of the configuration. */
export interface FlappingSettings {
  readonly enabled: boolean;
  /** So many ends within `withinMs` are flapping. */
  readonly changes: number;
  readonly withinMs: number;
  readonly settleMs: number;
}

/** An incident flaps: it stays open, whether anything of it fires at the moment or not. */
export interface Flaps {
  /** When that was found, ms: what is told once. */
  readonly since: number;
  /** Ends within the time that counts. */
  readonly times: number;
  /** `flaps: 6 times in 1 h` */
  readonly note: string;
  /** When it is over if nothing fires until then, ms; undefined while something fires. */
  readonly endsAt?: number;
}

/** Knows which incidents flap; its states are kept by incident key. */
export interface Flapping extends KeptStates {
  /**
   * Takes note whether anything of an incident fires now. Undefined: it does not flap, so it ends when nothing fires.
   * To be asked at each change, at `endsAt`, and not before the rules have been evaluated once after a start.
   */
  look(key: string, isFiring: boolean, now: number): Flaps | undefined;
  /** Forgets incidents that last ended longer ago than counts. */
  forget(now: number): void;
}

/** More ends of one incident are not counted. */
const MOST_ENDS = 1000;

const savedFlapping = z.strictObject({
  /** ms, oldest first. */
  ends: z.array(z.number()),
  isFiring: z.boolean(),
  /** Since when it flaps, ms. */
  since: z.number().optional(),
});

type State = z.infer<typeof savedFlapping>;

/**
 * An incident flaps from its `changes`th end within `withinMs` on. It stops when it was quiet for `settleMs`, and, while
 * it fires, when it has not ended within `withinMs`: then it is an outage as any other.
 */
export function createFlapping(settings: FlappingSettings): Flapping {
  const states = new Map<string, State>();
  const changes = new Changes();

  function look(key: string, isFiring: boolean, now: number): Flaps | undefined {
    if (!settings.enabled) return undefined;
    const state = nextState(states.get(key), isFiring, now, settings);
    keep(key, state);
    return state === undefined ? undefined : flapsOf(state, settings);
  }

  function keep(key: string, state: State | undefined): void {
    if (state === undefined) states.delete(key);
    else states.set(key, state);
    changes.note(key, state === undefined ? undefined : JSON.stringify(state));
  }

  function forget(now: number): void {
    for (const [key, state] of states) if (!state.isFiring) keep(key, nextState(state, false, now, settings));
  }

  function restore(key: string, saved: string): void {
    states.set(key, savedState(savedFlapping, `the flapping of ${key}`, saved));
    changes.restored(key, saved);
  }

  return { look, forget, restore, changes: () => changes.take() };
}

/** What is remembered after a look; undefined when there is nothing. */
function nextState(
  before: State | undefined,
  isFiring: boolean,
  now: number,
  settings: FlappingSettings,
): State | undefined {
  // An end that seems to come comes from a clock that was set back.
  const known = (before?.ends ?? []).map((end) => Math.min(end, now));
  const hasEnded = before?.isFiring === true && !isFiring;
  const quietSince = hasEnded ? now : (known.at(-1) ?? now);
  const ends = (hasEnded ? [...known, now] : known)
    .filter((end) => end > now - settings.withinMs)
    .slice(-MOST_ENDS);
  const isQuiet = !isFiring && now - quietSince >= settings.settleMs && !hasEnded;
  const begins = hasEnded && ends.length >= settings.changes ? now : undefined;
  const since = isQuiet || (ends.length === 0 && isFiring) ? undefined : (before?.since ?? begins);
  if (!isFiring && ends.length === 0 && since === undefined) return undefined;
  // The last end is kept for as long as the incident stays open on its account.
  const kept = ends.length === 0 && since !== undefined ? [quietSince] : ends;
  return { ends: kept, isFiring, ...(since === undefined ? {} : { since }) };
}

function flapsOf({ ends, isFiring, since }: State, settings: FlappingSettings): Flaps | undefined {
  if (since === undefined) return undefined;
  const times = ends.length;
  const last = ends.at(-1) ?? since;
  return {
    since,
    times,
    note: `flaps: ${thousands(times)} times in ${spokenDuration(settings.withinMs)}`,
    ...(isFiring ? {} : { endsAt: last + settings.settleMs }),
  };
}

/** A page line with a note behind it; the line gives way where both do not fit. */
export function lineWithNote(line: string, note: string): string {
  return fittingLine(wordings(line, note));
}

function* wordings(line: string, note: string): Generator<string> {
  yield `${line}, ${note}`;
  for (let max = 116 - Array.from(note).length; max > 8; max--) yield `${shortened(line, max)}, ${note}`;
  yield note;
}
