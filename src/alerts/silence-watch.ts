import type { Alert } from '../model/alert.ts';
import { matchesAll } from '../model/matcher.ts';
import type { SilenceEnd } from '../model/silence.ts';
import { toMatcher } from './mute/silence-matchers.ts';
import type { Silences } from './mute/silences.ts';

/** Looks after silences: when the next one begins or ends, and which of them ended too early. */
export class SilenceWatch {
  readonly #silences: Silences;

  constructor(silences: Silences) {
    this.#silences = silences;
  }

  /** When a silence begins or ends by time, ms. */
  next(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { startsAt, endsAt } of this.#silences.all())
      for (const at of [startsAt, endsAt]) if (at > now) next = Math.min(next, at);
    return next;
  }

  /** Those that ended while an alert that they muted still fires. */
  ended(firing: Iterable<Alert>): readonly SilenceEnd[] {
    return this.#silences.settle(firing);
  }
}

/** The alerts that a silence was for. */
export function* silencedBy({ silence }: SilenceEnd, firing: Iterable<Alert>): Generator<Alert> {
  const matchers = silence.matchers.map(toMatcher);
  for (const alert of firing) if (matchesAll(matchers, alert.labels)) yield alert;
}

/** `the silence of jo (upgrade) ended at 05:00, still firing`, in UTC. */
export function silenceNote({ silence, endedAt }: SilenceEnd): string {
  const { createdBy, comment } = silence;
  const reason = comment === '' ? '' : ` (${comment})`;
  return `the silence of ${createdBy}${reason} ended at ${new Date(endedAt).toISOString().slice(11, 16)}, still firing`;
}
