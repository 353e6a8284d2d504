import { z } from 'zod';
import { eventId } from '../../model/event-id.ts';
import { oneLine } from '../../model/one-line.ts';
import { Changes, savedState, type KeptStates } from './kept-states.ts';
import { compare } from './traits.ts';
import { fittingLine, shortened, thousands } from './words.ts';

/** At most so many new incidents in `perMs` at one receiver. */
export interface RateLimitSettings {
  readonly enabled: boolean;
  readonly incidents: number;
  readonly perMs: number;
}

/** An open incident, as the limit sees it: a group that no storm tells, or a storm. */
export interface LimitedIncident {
  readonly key: string;
  readonly alertname: string;
  readonly firedAt: number;
  /** The receiver knows of it already. */
  readonly isTold: boolean;
  /** It counts, and is told all the same. */
  readonly isStorm?: boolean;
}

export interface LimitView {
  readonly now: number;
  readonly receiver: string;
  /** All that are open. */
  readonly incidents: readonly LimitedIncident[];
}

/** What was over the limit, told as one incident until the last of it ended. */
export interface LimitSummary {
  /** Stable over restarts: it gives the dedup key. */
  readonly id: string;
  /** ms */
  readonly startedAt: number;
  /** `14 more incidents at oncall: 9 OctopusQueueStuck, 5 OctopusDown`: at most 120 characters. */
  readonly line: string;
  /** Keys of the incidents that are told by it; all others of the view are told alone. */
  readonly members: readonly string[];
}

/** Keeps a flood of incidents from reaching a receiver one by one; its states are kept by receiver. */
export interface RateLimit extends KeptStates {
  /** The summary of a receiver; undefined when all its incidents are told alone. */
  look(view: LimitView): LimitSummary | undefined;
}

const savedLimit = z.strictObject({
  /** When the last incidents were told alone, ms, oldest first. */
  told: z.array(z.number()),
  /** Keys of open incidents that are told alone. */
  alone: z.array(z.string()),
  summary: z.strictObject({ id: z.string(), startedAt: z.number(), members: z.array(z.string()) }).optional(),
});

type State = z.infer<typeof savedLimit>;

const NOTHING: State = { told: [], alone: [] };

/**
 * A sliding window: an incident is told alone when fewer than `incidents` were told anew in the last `perMs`, and else
 * folded into the receiver's summary, where it stays until it ends: to be released later would be a page about what is known.
 * What is new when the window has room again is told alone, summary or not. Repeats, edits and ends are no new incidents.
 */
export function createRateLimit(settings: RateLimitSettings): RateLimit {
  const states = new Map<string, State>();
  const changes = new Changes();

  function look(view: LimitView): LimitSummary | undefined {
    if (!settings.enabled) return undefined;
    const { receiver } = view;
    const state = nextState(states.get(receiver) ?? NOTHING, view, settings);
    const isEmpty = state.told.length + state.alone.length === 0 && state.summary === undefined;
    if (isEmpty) states.delete(receiver);
    else states.set(receiver, state);
    changes.note(receiver, isEmpty ? undefined : JSON.stringify(state));
    return state.summary === undefined
      ? undefined
      : { ...state.summary, line: summaryLine(view, state.summary.members) };
  }

  function restore(receiver: string, saved: string): void {
    states.set(receiver, savedState(savedLimit, `the rate limit of ${receiver}`, saved));
    changes.restored(receiver, saved);
  }

  return { look, restore, changes: () => changes.take() };
}

function nextState(before: State, view: LimitView, settings: RateLimitSettings): State {
  const { now, receiver } = view;
  const folded = new Set(before.summary?.members);
  const known = new Set(before.alone);
  // What seems to have been told later comes from a clock that was set back: it counts as told now.
  const told = before.told.map((at) => Math.min(at, now)).filter((at) => at > now - settings.perMs);
  const alone: string[] = [];
  const members: LimitedIncident[] = [];
  for (const incident of view.incidents.toSorted(byAge)) {
    const { key, isTold, isStorm = false } = incident;
    if (folded.has(key) && !isStorm) members.push(incident);
    else if (known.has(key) || isTold) alone.push(key);
    else if (isStorm || told.length < settings.incidents) {
      alone.push(key);
      told.push(now);
    } else members.push(incident);
  }
  const summary = summaryOf(before.summary, receiver, members);
  return {
    told: told.slice(-settings.incidents),
    alone: alone.toSorted(compare),
    ...(summary === undefined ? {} : { summary }),
  };
}

/** Storms first: they say the most. */
function byAge(a: LimitedIncident, b: LimitedIncident): number {
  return (
    Number(b.isStorm ?? false) - Number(a.isStorm ?? false) || a.firedAt - b.firedAt || compare(a.key, b.key)
  );
}

function summaryOf(
  before: State['summary'],
  receiver: string,
  incidents: readonly LimitedIncident[],
): State['summary'] {
  const [first] = incidents;
  if (first === undefined) return undefined;
  const members = incidents.map(({ key }) => key).toSorted(compare);
  if (before !== undefined) return { ...before, members };
  const id = eventId('rate limit', receiver, first.key, String(first.firedAt));
  return { id, startedAt: first.firedAt, members };
}

function summaryLine({ receiver, incidents }: LimitView, members: readonly string[]): string {
  const folded = new Set(members);
  const counts = new Map<string, number>();
  for (const { key, alertname } of incidents)
    if (folded.has(key)) counts.set(alertname, (counts.get(alertname) ?? 0) + 1);
  const kinds = [...counts].toSorted(([a, x], [b, y]) => y - x || compare(a, b));
  const noun = members.length === 1 ? 'incident' : 'incidents';
  const head = `${thousands(members.length)} more ${noun} at ${shortened(oneLine(receiver), 24)}`;
  return fittingLine(summaryWordings(head, kinds));
}

function* summaryWordings(head: string, kinds: readonly (readonly [string, number])[]): Generator<string> {
  for (let named = Math.min(kinds.length, 6); named > 0; named--) {
    const parts = kinds.slice(0, named).map(([name, count]) => `${thousands(count)} ${oneLine(name)}`);
    const others = kinds.slice(named).reduce((sum, [, count]) => sum + count, 0);
    yield `${head}: ${[...parts, ...(others > 0 ? [`${thousands(others)} others`] : [])].join(', ')}`;
  }
  yield head;
}
