import { humanDuration } from '../model/duration.ts';
import type { Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { addNote, type Group } from './group.ts';
import { isOpen } from './incident-of.ts';
import { kindName } from './kind-name.ts';
import type { Lane } from './lane.ts';
import type { Lanes } from './lanes.ts';

/** Who is told instead of a receiver that cannot be reached. */
export interface FallbackSettings {
  readonly receiver: string;
  /** How long a receiver may fail before, ms; one that refuses for good is not waited for. */
  readonly afterMs: number;
}

export interface FallbackOptions {
  readonly lanes: Lanes;
  readonly settings: () => FallbackSettings | undefined;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/** Brings incidents that do not reach their receiver to another one. */
export class Fallback {
  readonly #options: FallbackOptions;

  constructor(options: FallbackOptions) {
    this.#options = options;
  }

  /** When a group is to be told elsewhere, ms; infinity when it is already, and while all of its lanes get through. */
  dueAt(group: Group, now: number): number {
    if (group.lanes.some(({ isFallback }) => isFallback)) return Number.POSITIVE_INFINITY;
    return Math.min(...group.lanes.map((lane) => this.#laneDueAt(lane, now)), Number.POSITIVE_INFINITY);
  }

  #laneDueAt(lane: Lane, now: number): number {
    const settings = this.#options.settings();
    const { failingSince, record, refused, target } = lane;
    const isOwn = settings === undefined || record.receiver === settings.receiver;
    if (isOwn || failingSince === undefined || target.isHeartbeat === true || !hasUntold(lane))
      return Number.POSITIVE_INFINITY;
    return refused === undefined ? failingSince + settings.afterMs : now;
  }

  /** Has those who were told instead know that the receiver was reached; returns whether there are any. */
  recovered(group: Group, lane: Lane, now: number): boolean {
    if (lane.isFallback || !group.lanes.some((other) => other.isFallback && isOpen(other.latest)))
      return false;
    if (group.notes.some(({ audience }) => audience === 'fallback')) return false;
    const at = new Date(now).toISOString().slice(11, 16);
    addNote(group, `${kindName(lane.target.kind)} was told at ${at}`, 'fallback');
    return true;
  }

  /** Opens the lanes of the fallback receiver for a group that one of its own does not tell of. */
  open(group: Group, now: number): void {
    const settings = this.#options.settings();
    if (settings === undefined || this.dueAt(group, now) > now) return;
    const first = group.lanes.find((lane) => this.#laneDueAt(lane, now) <= now);
    if (first === undefined) return;
    const lanes = this.#options.lanes.fallback(group.key, settings.receiver);
    if (lanes.length === 0) return;
    addNote(group, noteOf(first, settings, now));
    group.lanes.push(...lanes);
    const { receiver } = first.record;
    const labels = { receiver, kind: first.target.kind };
    this.#options.metrics.increment('octowatch_notification_fallbacks_total', labels);
    this.#options.log.error(
      { ...labels, incident: group.key, fallback: settings.receiver, error: first.error?.message },
      'a receiver cannot be reached: its incident is told to the fallback receiver',
    );
  }
}

/** Whether a lane's receiver knows nothing of an incident that it should know of. */
export function hasUntold({ record, refused, latest }: Lane): boolean {
  const knows = isOpen(record.accepted) && record.acceptedAt !== undefined;
  return !knows && isOpen(latest ?? refused);
}

/** `PagerDuty unreachable for 5m: sent to chat` */
function noteOf(lane: Lane, { receiver }: FallbackSettings, now: number): string {
  const name = kindName(lane.target.kind);
  const { failingSince = now, refused, error } = lane;
  const trouble =
    refused === undefined
      ? `unreachable for ${humanDuration(now - failingSince)}`
      : `refuses it (${error?.message ?? 'no reason given'})`;
  return `${name} ${trouble}: sent to ${receiver}`;
}
