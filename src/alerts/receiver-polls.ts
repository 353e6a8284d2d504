import { messageOf, toFailure } from '../model/failure.ts';
import type { Incident } from '../model/incident.ts';
import type { Acknowledgement } from '../model/on-call.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { withDeadline } from '../model/with-deadline.ts';
import { isOpen } from './incident-of.ts';
import type { Lane } from './lane.ts';

const TURN_MS = 60_000;
const CALL_MS = 10_000;
const AT_ONCE = 4;

export interface ReceiverPollsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** The lanes of open incidents. */
  readonly lanes: () => Iterable<Lane>;
  /** Somebody has taken an incident at its receiver. */
  readonly onAcknowledged: (incident: Incident, acknowledgement: Acknowledgement) => void;
}

/**
 * What receivers are asked and reminded of while incidents are open at them: who has acknowledged, and that they are open.
 * A turn that fails is counted, and the next one is its retry. Ends with the signal.
 */
export async function pollReceivers(options: ReceiverPollsOptions, signal: AbortSignal): Promise<void> {
  const { clock } = options;
  const remindedAt = new WeakMap<Lane, number>();
  while (!signal.aborted) {
    const lanes = [...options.lanes()].filter(({ record, isBusy }) => isOpen(record.accepted) && !isBusy);
    // Side by side: a receiver that does not answer who has taken an incident keeps none from being reminded.
    await Promise.all([attend(lanes, ask), attend(lanes, remind)]);
    await clock.sleep(TURN_MS, signal).catch(() => undefined);
  }

  async function attend(lanes: readonly Lane[], work: (lane: Lane) => Promise<void>): Promise<void> {
    const queue = lanes.values();
    async function next(): Promise<void> {
      for (const lane of queue) if (!signal.aborted) await work(lane);
    }
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  /** Who has taken it is asked until somebody has. */
  async function ask(lane: Lane): Promise<void> {
    const { record, target } = lane;
    const { accepted } = record;
    const { acknowledgedBy } = target.notifier;
    if (acknowledgedBy === undefined || accepted === undefined || accepted.acknowledged !== undefined) return;
    const by = await call(lane, 'acknowledgement', (until) => acknowledgedBy(accepted, until));
    if (by !== undefined) options.onAcknowledged(accepted, by);
  }

  async function remind(lane: Lane): Promise<void> {
    const { record, target } = lane;
    const { accepted } = record;
    const { keepAlive } = target.notifier;
    if (keepAlive === undefined || accepted === undefined) return;
    const now = clock.now();
    const last = remindedAt.get(lane) ?? record.acceptedAt ?? 0;
    // Half a turn early is better than half a turn late.
    if (now - last < keepAlive.everyMs - TURN_MS / 2) return;
    remindedAt.set(lane, now);
    await call(lane, 'keep-alive', (until) => keepAlive.send(accepted, until));
  }

  async function call<T>(
    { record, target }: Lane,
    part: string,
    work: (until: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await withDeadline(clock, CALL_MS, signal, work);
    } catch (error) {
      if (signal.aborted) return undefined;
      const labels = { kind: target.kind, reason: toFailure(error).reason };
      options.metrics.increment('octowatch_notification_part_failures_total', labels);
      options.log.warn(
        { receiver: record.receiver, ...labels, part, error: messageOf(error) },
        'a receiver could not be asked',
      );
      return undefined;
    }
  }
}
