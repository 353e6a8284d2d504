import { Failure, messageOf, redactedFailure, type FailureReason } from '../model/failure.ts';
import type { Incident, Notifier } from '../model/incident.ts';
import type { Clock, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { withDeadline } from '../model/with-deadline.ts';
import { isOpen } from './incident-of.ts';
import type { LaneRecord, NotificationJournal } from './notification-journal.ts';

/** Begins the names of lanes of a fallback receiver; the receiver and the notifier follow. */
export const FALLBACK = 'fallback/';

const ATTEMPT_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/** A receiver that asks for more is asked again all the same: a page must not wait for an hour. */
const LONGEST_ASKED_MS = 300_000;

/** What may have arrived all the same. */
const UNKNOWN_OUTCOME: ReadonlySet<FailureReason> = new Set([
  'timeout',
  'network',
  'aborted',
  'server_error',
  'malformed',
]);

/** A notifier of a receiver, as routing needs to know it. */
export interface ReceiverNotifier {
  /** `pagerduty`, `slack`, …; with its number among those of its kind it names the lane. */
  readonly kind: string;
  readonly notifier: Notifier;
  /** Whether it can wake somebody: then it is told of pages only. */
  readonly wakes: boolean;
  /** Whether it is told of the end of an incident. */
  readonly sendResolved: boolean;
  /** It tells a dead-man's switch that all works: nothing is told that was not just evaluated and written down. */
  readonly isHeartbeat?: true;
  /** It passes alerts on to somebody who groups them himself: nothing is folded for it. */
  readonly isForwarder?: true;
}

export interface LaneOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly journal: NotificationJournal;
  readonly signal: AbortSignal;
  /** A text without secrets: what receivers are told, and what they answer. */
  readonly redact: (text: string) => string;
  /** How long the end of an incident is tried to be told, ms; what still fires is tried for as long as it does. */
  readonly retryForMs: () => number;
}

/** Who hears of how a lane fares. */
export interface LaneEvents {
  /** A receiver took a notification; `before` is what it knew until then. */
  accepted(lane: Lane, incident: Incident, before: Incident | undefined): void;
  failed(lane: Lane): void;
}

/**
 * One incident at one notifier: notifications in order, one at a time, each on disk before it is sent and retried
 * until it is accepted or overtaken by a newer one.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #events: LaneEvents;
  #target: ReceiverNotifier;
  #record: LaneRecord;
  #wanted: Incident | undefined;
  #isBusy = false;
  #isWritten = true;
  #askedAt = 0;
  /** Whether something may have arrived since the last notification that certainly did. */
  #isInDoubt: boolean;
  #running: Promise<void> = Promise.resolve();
  #error: Failure | undefined;
  #refused: Incident | undefined;
  #hurry = new AbortController();

  constructor(record: LaneRecord, target: ReceiverNotifier, options: LaneOptions, events: LaneEvents) {
    this.#record = record;
    this.#target = target;
    this.#options = options;
    this.#events = events;
    this.#isInDoubt = record.intent !== undefined;
  }

  get record(): LaneRecord {
    return this.#record;
  }

  get target(): ReceiverNotifier {
    return this.#target;
  }

  /** Whether something is under way, or was when the process before ended. */
  get isBusy(): boolean {
    return this.#isBusy || this.#record.intent !== undefined;
  }

  /** The failure of the last attempt, until one succeeds. */
  get error(): Failure | undefined {
    return this.#error;
  }

  /** The incident's key. */
  get key(): string {
    return this.#record.lane.slice(0, this.#record.lane.indexOf('/'));
  }

  /** Whether it stands in for a receiver that cannot be reached. */
  get isFallback(): boolean {
    return this.#record.lane.startsWith(FALLBACK, this.key.length + 1);
  }

  /** When it was last asked to tell something, ms. */
  get askedAt(): number {
    return this.#askedAt;
  }

  /** Since when nothing gets through, ms; undefined when the last notification did. */
  get failingSince(): number | undefined {
    return this.#record.failingSince;
  }

  /** What the receiver refuses to know: as it is, it is not tried again. */
  get refused(): Incident | undefined {
    return this.#refused;
  }

  /** What the receiver knows, or will know when what is under way arrives. */
  get latest(): Incident | undefined {
    return this.#wanted ?? this.#record.intent ?? this.#record.accepted;
  }

  /** Sends `incident` as soon as the one before it is through; a newer one replaces one that waits. */
  want(incident: Incident): void {
    this.#wanted = incident;
    this.#askedAt = this.#options.clock.now();
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#running = this.#run();
  }

  /** A crash left an outcome unknown: the same notification under the same sequence, before anything newer. */
  resume(): void {
    if (this.#record.intent !== undefined && !this.#isBusy) this.want(this.#record.intent);
  }

  /** Sends by another notifier from now on; one that waits to be tried again goes out at once. */
  retarget(target: ReceiverNotifier): void {
    this.#target = target;
    this.#hurry.abort();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#isBusy) await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#options;
    for (let failures = 0; this.#wanted !== undefined && !signal.aborted;) {
      const incident = this.#begin(this.#wanted);
      try {
        await this.#deliver(incident);
        failures = 0;
      } catch (error) {
        // At shutdown the intent stays in the journal, and the next start sends it again.
        if (signal.aborted) break;
        const failure = redactedFailure(error, this.#options.redact);
        this.#fail(incident, failure);
        if (this.#wanted !== undefined) await this.#pause(failures++, failure);
      }
    }
    this.#isBusy = false;
  }

  /** Writes the intent. What is sent again keeps its sequence, what is news gets a new one. */
  #begin(wanted: Incident): Incident {
    this.#wanted = undefined;
    this.#refused = undefined;
    const { intent, receipt } = this.#record;
    const isRepeated = intent !== undefined && intent.sequence === wanted.sequence;
    const begun = isRepeated ? this.#record.begun : this.#record.begun + 1;
    const incident: Incident = {
      ...wanted,
      sequence: isRepeated ? wanted.sequence : `${wanted.key}-${begun}`,
      ...(receipt === undefined ? {} : { receipt }),
    };
    this.#isWritten = this.#save({ ...this.#record, begun, intent: incident });
    return incident;
  }

  async #deliver(incident: Incident): Promise<void> {
    const { signal, clock, metrics } = this.#options;
    const { notifier, sendResolved, isHeartbeat } = this.#target;
    if (isHeartbeat === true && !this.#isWritten)
      throw new Failure('disk', 'no heartbeat: the journal cannot be written', { retryable: false });
    // Also an end that nobody is told of is written down: what fires afterwards is a new incident.
    if (incident.status === 'resolved' && !sendResolved) return this.#accept(incident);
    const receipt = await withDeadline(clock, ATTEMPT_MS, signal, (until) =>
      notifier.notify(incident, until),
    );
    this.#accept(incident, receipt.ref);
    metrics.increment('octowatch_notifications_total', { ...this.#labels(), outcome: 'ok' });
  }

  #accept(incident: Incident, receipt = this.#record.receipt): void {
    const { intent: _, failingSince: __, accepted: before, ...rest } = this.#record;
    this.#error = undefined;
    this.#isInDoubt = false;
    this.#save({
      ...rest,
      accepted: incident,
      acceptedAt: this.#options.clock.now(),
      ...(receipt === undefined ? {} : { receipt }),
    });
    this.#events.accepted(this, incident, before);
  }

  #fail(incident: Incident, failure: Failure): void {
    const { log, metrics, clock } = this.#options;
    this.#error = failure;
    this.#record = { ...this.#record, failingSince: this.#record.failingSince ?? clock.now() };
    this.#isInDoubt ||= UNKNOWN_OUTCOME.has(failure.reason);
    metrics.increment('octowatch_notifications_total', { ...this.#labels(), outcome: failure.reason });
    log.warn(
      {
        ...this.#labels(),
        incident: incident.key,
        status: incident.status,
        reason: failure.reason,
        error: failure.message,
        retryable: failure.retryable,
      },
      'notification failed',
    );
    if (this.#isLost(incident)) this.#giveUp(incident);
    else if (failure.retryable) this.#wanted ??= incident;
    else this.#refuse(incident);
    this.#events.failed(this);
  }

  /** What fires is told for as long as it does; an end is of use only for so long. */
  #isLost({ status }: Incident): boolean {
    const { clock, retryForMs } = this.#options;
    return status === 'resolved' && clock.now() - (this.failingSince ?? clock.now()) >= retryForMs();
  }

  #giveUp(incident: Incident): void {
    const { log, metrics } = this.#options;
    const { intent: _, ...rest } = this.#record;
    metrics.increment('octowatch_notifications_lost_total', this.#labels());
    log.error(
      { ...this.#labels(), incident: incident.key, summary: incident.summary, error: this.#error?.message },
      'the end of an incident was not told in all the time it was tried: close it at the receiver by hand',
    );
    this.#save({ ...rest, accepted: incident });
  }

  /** Refused for good: not repeated as it is, but what should be known is told again at the group's next look. */
  #refuse(incident: Incident): void {
    this.#refused = incident;
    const { intent: _, ...rest } = this.#record;
    if (!this.#isInDoubt) return void this.#save(rest);
    // An attempt before may have arrived: open until a resolve is accepted, and told anew until something is.
    const { acceptedAt: __, ...doubtful } = rest;
    const maybeOpen: Incident = incident.status === 'resolved' ? { ...incident, status: 'firing' } : incident;
    const accepted = incident.status === 'resolved' && isOpen(rest.accepted) ? rest.accepted : maybeOpen;
    this.#save({ ...doubtful, accepted });
  }

  async #pause(failures: number, { retryAfterMs = 0 }: Failure): Promise<void> {
    const { clock, random, signal } = this.#options;
    const backoff = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
    const pause = Math.max(Math.min(retryAfterMs, LONGEST_ASKED_MS), backoff * (0.5 + random() / 2));
    this.#hurry = new AbortController();
    await clock.sleep(Math.ceil(pause), AbortSignal.any([signal, this.#hurry.signal])).catch(() => undefined);
  }

  /** Returns whether it is on disk. */
  #save(record: LaneRecord): boolean {
    const { journal, log, metrics } = this.#options;
    this.#record = record;
    try {
      journal.save(record);
      return true;
    } catch (error) {
      // A disk that is full must not keep a page from going out; after a crash it may go out twice.
      metrics.increment('octowatch_journal_failures_total', { journal: 'notifications' });
      log.error({ ...this.#labels(), error: messageOf(error) }, 'notification not written down');
      return false;
    }
  }

  #labels(): Record<string, string> {
    return { receiver: this.#record.receiver, kind: this.#target.kind };
  }
}
