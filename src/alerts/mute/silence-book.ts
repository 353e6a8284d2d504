import type { Alert } from '../../model/alert.ts';
import { Failure, messageOf } from '../../model/failure.ts';
import type { Mute } from '../../model/on-call.ts';
import type { Clock, Log, Random } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import type { Silence, SilenceEnd, SilenceRequest, SilenceState } from '../../model/silence.ts';
import { randomUuid } from './random-uuid.ts';
import { SilenceEntry } from './silence-entry.ts';
import type { SilenceJournal } from './silence-journal.ts';
import { SilenceMatches } from './silence-matches.ts';
import { canUpdate, checkSilence, silenceState } from './silence-rules.ts';
import { ENDS_WITH_ALERT, SILENCE_RETENTION_MS, type Silences } from './silences.ts';

const MOST_SILENCES = 10_000;

interface SilenceBookOptions {
  readonly journal: SilenceJournal;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/** Silences in memory and in the journal; a change that cannot be written down is no change. */
export class SilenceBook implements Silences {
  readonly #options: SilenceBookOptions;
  readonly #entries = new Map<string, SilenceEntry>();
  readonly #matches = new SilenceMatches();

  constructor(options: SilenceBookOptions) {
    this.#options = options;
    for (const entry of options.journal.load(options.log)) this.#add(entry);
  }

  put(request: SilenceRequest): Silence {
    const now = this.#now();
    checkSilence(request, now);
    const entry = request.id === undefined ? undefined : this.#entryOf(request.id);
    if (entry !== undefined && canUpdate(entry.silence, request, now))
      return this.#change(entry, toSilence(request, entry.silence.id, now));
    return this.#succeed(entry, request, now);
  }

  expire(id: string): Silence {
    const entry = this.#entryOf(id);
    if (this.stateOf(entry.silence) === 'expired')
      throw new Failure('invalid', `silence ${id} has ended already: there is nothing to expire`);
    return this.#change(entry, ended(entry.silence, this.#now()));
  }

  find(id: string): Silence | undefined {
    return this.#entries.get(id)?.silence;
  }

  all(): readonly Silence[] {
    return Array.from(this.#entries.values(), ({ silence }) => silence).toSorted(
      (a, b) => b.updatedAt - a.updatedAt || b.startsAt - a.startsAt || (a.id < b.id ? -1 : 1),
    );
  }

  nextChange(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { silence } of this.#entries.values())
      for (const at of [silence.startsAt, silence.endsAt]) if (at > now) next = Math.min(next, at);
    return next;
  }

  stateOf(silence: Silence): SilenceState {
    return silenceState(silence, this.#now());
  }

  mutesOf(alert: Alert): readonly Mute[] {
    const active = this.#activeOf(alert);
    if (active.length === 0) return [];
    if (alert.state === 'firing') for (const { muted } of active) muted.add(alert.key);
    const now = this.#now();
    return active.map((entry) => entry.muteAt(now));
  }

  settle(firing: Iterable<Alert>): readonly SilenceEnd[] {
    const unsettled = [...this.#entries.values()].filter(({ isSettled }) => !isSettled);
    if (unsettled.length === 0) return [];
    const alerts = new Map(Array.from(firing, (alert) => [alert.key, alert]));
    for (const alert of alerts.values()) for (const { muted } of this.#activeOf(alert)) muted.add(alert.key);
    const ends: SilenceEnd[] = [];
    const changed = unsettled.filter((entry) => {
      const end = this.#settle(entry, alerts);
      if (end !== undefined) ends.push(end);
      return entry.isSettled || entry.muted.symmetricDifference(entry.saved).size > 0;
    });
    this.#save(changed);
    return ends;
  }

  expireOld(): void {
    const isOld = ({ silence }: SilenceEntry): boolean =>
      silence.endsAt + SILENCE_RETENTION_MS <= this.#now();
    const old = [...this.#entries.values()].filter(isOld);
    if (old.length === 0) return;
    for (const { silence } of old) this.#entries.delete(silence.id);
    this.#matches.remove(isOld);
    this.#save(
      [],
      old.map(({ silence }) => silence.id),
    );
  }

  /** Drops alerts that are over, and looks whether the silence is: then what it says to those that still fire. */
  #settle(entry: SilenceEntry, alerts: ReadonlyMap<string, Alert>): SilenceEnd | undefined {
    const { silence, muted } = entry;
    const hadAny = muted.size > 0;
    for (const key of muted) if (!alerts.has(key)) muted.delete(key);
    if (this.stateOf(silence) === 'expired') {
      const told = [...muted].some((key) => this.#isTold(alerts.get(key)));
      muted.clear();
      entry.isSettled = true;
      return told ? { silence, endedAt: silence.endsAt } : undefined;
    }
    if (silence.endsWithAlert && hadAny && muted.size === 0) {
      entry.silence = ended(silence, this.#now());
      entry.isSettled = true;
    }
    return undefined;
  }

  #isTold(alert: Alert | undefined): boolean {
    return alert !== undefined && this.#activeOf(alert).length === 0;
  }

  #activeOf(alert: Alert): readonly SilenceEntry[] {
    const matching = this.#matches.of(alert);
    if (matching.length === 0) return matching;
    return matching.filter(({ silence }) => this.stateOf(silence) === 'active');
  }

  #succeed(previous: SilenceEntry | undefined, request: SilenceRequest, now: number): Silence {
    if (this.#entries.size >= MOST_SILENCES)
      throw new Failure(
        'budget',
        `there are ${MOST_SILENCES} silences already: use one with a regular expression`,
      );
    const startsAt = Math.max(request.startsAt, now);
    const silence = toSilence({ ...request, startsAt }, randomUuid(this.#options.random), now);
    const entry = new SilenceEntry(silence);
    const isOver = previous === undefined || silenceState(previous.silence, now) === 'expired';
    const before = previous?.silence;
    if (!isOver) previous.silence = ended(previous.silence, now);
    try {
      this.#options.journal.save(isOver ? [entry] : [previous, entry]);
    } catch (error) {
      if (previous !== undefined && before !== undefined) previous.silence = before;
      throw error;
    }
    this.#add(entry);
    return silence;
  }

  #change(entry: SilenceEntry, silence: Silence): Silence {
    const before = entry.silence;
    entry.silence = silence;
    try {
      this.#options.journal.save([entry]);
    } catch (error) {
      entry.silence = before;
      throw error;
    }
    return silence;
  }

  /** What follows from alerts is kept in memory when the disk refuses: paging goes on. */
  #save(entries: readonly SilenceEntry[], dropped: readonly string[] = []): void {
    try {
      this.#options.journal.save(entries, dropped);
    } catch (error) {
      this.#options.metrics.increment('octowatch_journal_failures_total', { journal: 'silences' });
      this.#options.log.error({ error: messageOf(error) }, 'silences not written down');
    }
  }

  #add(entry: SilenceEntry): void {
    this.#entries.set(entry.silence.id, entry);
    this.#matches.add(entry);
  }

  #entryOf(id: string): SilenceEntry {
    const entry = this.#entries.get(id);
    if (entry === undefined)
      throw new Failure(
        'not_found',
        `there is no silence ${id}: list them, or leave the id out to add a new one`,
      );
    return entry;
  }

  #now(): number {
    return this.#options.clock.now();
  }
}

function toSilence(request: SilenceRequest, id: string, now: number): Silence {
  const { matchers, startsAt, endsAt, createdBy, comment } = request;
  const { [ENDS_WITH_ALERT]: said, ...annotations } = request.annotations ?? {};
  const endsWithAlert = request.endsWithAlert ?? said === 'true';
  return {
    id,
    matchers,
    startsAt,
    endsAt,
    updatedAt: now,
    createdBy,
    comment,
    annotations: endsWithAlert ? { ...annotations, [ENDS_WITH_ALERT]: 'true' } : annotations,
    endsWithAlert,
  };
}

/** One that has not begun never does. */
function ended(silence: Silence, now: number): Silence {
  return { ...silence, startsAt: Math.min(silence.startsAt, now), endsAt: now, updatedAt: now };
}
