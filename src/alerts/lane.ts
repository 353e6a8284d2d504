import { toFailure, type Failure } from '../model/failure.ts';
import type { Incident, Notifier } from '../model/incident.ts';
import type { Clock, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import type { LaneRecord, NotificationJournal } from './notification-journal.ts';

const ATTEMPT_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** A notifier of a receiver, as routing needs to know it. */
export interface ReceiverNotifier {
  /** `pagerduty`, `slack`, …; with the position in its receiver it names the lane. */
  readonly kind: string;
  readonly notifier: Notifier;
  /** Whether it can wake somebody: then it is told of pages only. */
  readonly wakes: boolean;
  readonly sendResolved: boolean;
}

export interface LaneOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly journal: NotificationJournal;
  readonly signal: AbortSignal;
}

/**
 * One incident at one notifier: notifications in order, one at a time, each on disk before it is sent and retried
 * until it is accepted or overtaken by a newer one.
 */
export class Lane {
  readonly #target: ReceiverNotifier;
  readonly #options: LaneOptions;
  #record: LaneRecord;
  #wanted: Incident | undefined;
  #running: Promise<void> | undefined;
  #error: Failure | undefined;

  constructor(record: LaneRecord, target: ReceiverNotifier, options: LaneOptions) {
    this.#record = record;
    this.#target = target;
    this.#options = options;
    // A crash left its outcome unknown: the same notification under the same sequence, before anything newer.
    if (record.intent !== undefined) this.want(record.intent);
  }

  get record(): LaneRecord {
    return this.#record;
  }

  /** The failure of the last attempt, until one succeeds. */
  get error(): Failure | undefined {
    return this.#error;
  }

  /** What the receiver knows, or will know when what is under way arrives. */
  get latest(): Incident | undefined {
    return this.#wanted ?? this.#record.intent ?? this.#record.accepted;
  }

  /** Sends `incident` as soon as the one before it is through; a newer one replaces one that waits. */
  want(incident: Incident): void {
    this.#wanted = incident;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    for (let attempt = 0; this.#wanted !== undefined; attempt++) {
      const incident = this.#begin(this.#wanted);
      try {
        await this.#attempt(incident);
        attempt = -1;
      } catch (error) {
        const failure = toFailure(error);
        if (this.#options.signal.aborted) return;
        this.#fail(incident, failure);
        if (!failure.retryable && this.#wanted === undefined) return;
        if (failure.retryable) this.#wanted ??= incident;
        if (await this.#pauseEnded(attempt, failure)) return;
      }
    }
  }

  /** Writes the intent; a notification that never left gives its sequence to the one that replaces it. */
  #begin(wanted: Incident): Incident {
    this.#wanted = undefined;
    const { intent, accepted, receipt } = this.#record;
    const repeated = intent !== undefined && intent.sequence === wanted.sequence;
    const begun = repeated ? this.#record.begun : this.#record.begun + 1;
    const incident: Incident = {
      ...wanted,
      sequence: repeated ? wanted.sequence : `${wanted.key}-${begun}`,
      ...(receipt === undefined ? {} : { receipt }),
    };
    this.#save({ ...this.#record, begun, intent: incident, ...(accepted === undefined ? {} : { accepted }) });
    return incident;
  }

  async #attempt(incident: Incident): Promise<void> {
    const { signal, clock, metrics } = this.#options;
    const receipt = await this.#target.notifier.notify(
      incident,
      AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]),
    );
    const { intent: _, ...rest } = this.#record;
    this.#save({
      ...rest,
      accepted: incident,
      acceptedAt: clock.now(),
      ...(receipt.ref === undefined ? {} : { receipt: receipt.ref }),
    });
    this.#error = undefined;
    metrics.increment('octowatch_notifications_total', { ...this.#labels(), outcome: 'ok' });
  }

  #fail(incident: Incident, failure: Failure): void {
    const { log, metrics } = this.#options;
    this.#error = failure;
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
    if (failure.retryable) return;
    // Refused for good: it did not arrive, so it is not repeated, and the next change tries again.
    const { intent: _, ...rest } = this.#record;
    this.#save(rest);
  }

  async #pauseEnded(attempt: number, failure: Failure): Promise<boolean> {
    const { clock, random, signal } = this.#options;
    const backoff = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10));
    const pause = Math.max(failure.retryAfterMs ?? 0, backoff * (0.5 + random() / 2));
    await clock.sleep(pause, signal).catch(() => undefined);
    return signal.aborted;
  }

  #save(record: LaneRecord): void {
    this.#record = record;
    this.#options.journal.save(record);
  }

  #labels(): Record<string, string> {
    return { receiver: this.#record.receiver, kind: this.#target.kind };
  }
}
