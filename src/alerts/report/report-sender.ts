import { redactedFailure, type Failure } from '../../model/failure.ts';
import type { Message, Messenger } from '../../model/messenger.ts';
import type { Clock, Log } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import { withDeadline } from '../../model/with-deadline.ts';
import { openCronTimes, type CronTimes } from './cron-times.ts';
import type { ReportDeliveries } from './report-deliveries.ts';
import { weekBefore, weekOf } from './week.ts';

const ATTEMPT_MS = 30_000;
const LOOK_MS = 60_000;
/** A start so late after the report was due sends it all the same, and so long a failed one is tried again. */
const LATE_MS = 2 * 86_400_000;
const LONGEST_PAUSE_MS = 3_600_000;
const KEEP_MS = 400 * 86_400_000;

/** One place to which the report goes. */
export interface ReportTarget {
  readonly receiver: string;
  /** Tells it from the others of the receiver, over restarts: `slack/0`. */
  readonly name: string;
  readonly messenger: Messenger;
}

export interface ReportSchedule {
  readonly cron: string;
  readonly timeZone: string;
}

export interface ReportSenderOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly deliveries: ReportDeliveries;
  readonly schedule: () => ReportSchedule;
  readonly targets: () => readonly ReportTarget[];
  /** The report of a week that is over. */
  readonly message: (week: string) => Promise<Message>;
  /** A text without secrets: what targets answer. */
  readonly redact: (text: string) => string;
  readonly signal: AbortSignal;
}

/** How it went at one target. */
export interface ReportDelivery {
  readonly receiver: string;
  readonly kind: string;
  readonly outcome: 'sent' | 'sent before' | 'failed';
  /** Of a failure: why. */
  readonly error?: string;
}

/** When a target that failed is asked again, ms. */
interface Patience {
  readonly failures: number;
  readonly nextAt: number;
}

/** Sends each week's report once to each target: when it is due, late after a restart, and again until it is taken. */
export class ReportSender {
  readonly #options: ReportSenderOptions;
  readonly #patience = new Map<string, Patience>();
  #times: { of: string; times: CronTimes } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ReportSenderOptions) {
    this.#options = options;
  }

  /** Until the signal. */
  async run(until: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!until.aborted) {
      await this.#inTurn(() => this.#sendDue());
      await clock.sleep(LOOK_MS, until).catch(() => undefined);
    }
  }

  /** Sends the report of a week now to whoever has not got it. */
  send(week: string): Promise<ReportDelivery[]> {
    const { targets, message } = this.#options;
    return this.#inTurn(async () => this.#deliver(week, targets(), await message(week)));
  }

  /** The configuration is another: what was refused for good may be taken now. */
  reload(): void {
    this.#patience.clear();
  }

  /** One sending after the other, or two would send the same. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #sendDue(): Promise<void> {
    const { clock, deliveries, targets, schedule, message } = this.#options;
    const wanted = targets();
    if (wanted.length === 0) return;
    const now = clock.now();
    const times = await this.#cronTimes(schedule());
    const due = times.last(Math.max(deliveries.since(now), now - LATE_MS), now);
    if (due === undefined) return;
    const { timeZone } = schedule();
    const week = weekBefore(weekOf(due, timeZone), timeZone).id;
    const pending = wanted.filter(
      (target) =>
        !deliveries.has(week, keyOf(target)) &&
        (this.#patience.get(`${week} ${keyOf(target)}`)?.nextAt ?? now) <= now,
    );
    if (pending.length > 0) await this.#deliver(week, pending, await message(week));
    deliveries.expire(now - KEEP_MS);
  }

  #deliver(week: string, targets: readonly ReportTarget[], message: Message): Promise<ReportDelivery[]> {
    return Promise.all(targets.map((target) => this.#deliverTo(week, target, message)));
  }

  async #deliverTo(week: string, target: ReportTarget, message: Message): Promise<ReportDelivery> {
    const { clock, deliveries, metrics, redact, signal } = this.#options;
    const { receiver, messenger } = target;
    const { kind } = messenger;
    const key = keyOf(target);
    if (deliveries.has(week, key)) return { receiver, kind, outcome: 'sent before' };
    try {
      await withDeadline(clock, ATTEMPT_MS, signal, (until) => messenger.send(message, until));
      deliveries.save(week, key, clock.now());
      this.#patience.delete(`${week} ${key}`);
      metrics.increment('octowatch_reports_total', { receiver, kind, outcome: 'ok' });
      return { receiver, kind, outcome: 'sent' };
    } catch (error) {
      const failure = redactedFailure(error, redact);
      this.#failed(week, target, failure);
      return { receiver, kind, outcome: 'failed', error: failure.message };
    }
  }

  #failed(week: string, target: ReportTarget, failure: Failure): void {
    const { clock, log, metrics } = this.#options;
    const { receiver, messenger } = target;
    const { reason, message: error, retryable } = failure;
    const key = `${week} ${keyOf(target)}`;
    const failures = (this.#patience.get(key)?.failures ?? 0) + 1;
    const pause = Math.min(LONGEST_PAUSE_MS, LOOK_MS * 2 ** Math.min(failures - 1, 10));
    this.#patience.set(key, { failures, nextAt: retryable ? clock.now() + pause : Infinity });
    metrics.increment('octowatch_reports_total', { receiver, kind: messenger.kind, outcome: reason });
    log.warn({ receiver, kind: messenger.kind, week, reason, error, retryable }, 'the report was not sent');
  }

  async #cronTimes({ cron, timeZone }: ReportSchedule): Promise<CronTimes> {
    const of = `${cron} ${timeZone}`;
    if (this.#times?.of !== of) this.#times = { of, times: await openCronTimes(cron, timeZone) };
    return this.#times.times;
  }
}

function keyOf({ receiver, name }: ReportTarget): string {
  return `${receiver}/${name}`;
}
