import type { CollectContext, PollCollector, Target } from '../collect/contract.ts';
import { signUpGateDataset } from '../collect/sign-up-gate-dataset.ts';
import { toFailure, type Failure } from '../model/failure.ts';
import type { Point } from '../model/point.ts';
import type { Http } from '../model/ports.ts';
import type { SeriesReader } from '../model/series.ts';
import { decide, gateOf, isOpen, toState, type Gate, type GateChange, type GateLimits } from './gate.ts';
import { roomSeen } from './room-seen.ts';
import { tellReceiver, type GateReceiver } from './tell-receiver.ts';

const INTERVAL_MS = 15_000;
/** From the first failure on, doubled with each: 15 s, 30 s, … 5 min. */
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 300_000;

export interface SignUpGateDeps {
  readonly http: Http;
  /** Where the collector `capacity` left what it found. */
  readonly series: SeriesReader;
  /** Undefined where nobody wants a gate. */
  readonly settings: () => (GateLimits & GateReceiver) | undefined;
}

/**
 * Pauses sign-ups when few tenants are left, resumes them when there are many again. A change is made in one poll and told
 * from the next on, when it is durable: so after a crash at any point it is told again under the same key, and never
 * forgotten. One request a poll at most.
 */
export function createSignUpGate({ http, series, settings }: SignUpGateDeps): PollCollector {
  async function* poll(_: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const limits = settings();
    if (limits === undefined) return;
    const now = context.clock.now();
    const before = gateOf(context.state);
    const told = await tell(before, limits, context);
    const after = decide(told, roomSeen(series, now), limits, now);
    if (after.change !== told.change && after.change !== undefined) logChange(after.change, context);
    context.state = toState(after);
    yield [pointOf(after, now)];
  }

  /** Tells what was decided before, if it is time. Our own end is no failure of the receiver. */
  async function tell(gate: Gate, receiver: GateReceiver, context: CollectContext): Promise<Gate> {
    const { change, isHeard, failures, nextAttemptAt } = gate;
    const now = context.clock.now();
    if (change === undefined || isHeard || isInPause(nextAttemptAt, now)) return gate;
    try {
      await tellReceiver(http, receiver, change, now, context.signal);
      count('ok', context);
      return { ...gate, isHeard: true };
    } catch (error) {
      const failure = toFailure(error);
      if (context.signal.aborted) throw failure;
      count(failure.reason, context);
      context.log.warn(
        { reason: failure.reason, error: failure.message },
        'nobody heard of the sign-up gate',
      );
      return { ...gate, failures: failures + 1, nextAttemptAt: now + pauseAfter(failures, failure) };
    }
  }

  return {
    name: 'capacity/sign-up-gate',
    reads: 'fleet',
    datasets: [signUpGateDataset],
    intervalMs: INTERVAL_MS,
    deadlineMs: INTERVAL_MS,
    acts: true,
    poll,
  };
}

/** Never longer than the longest: the clock may have been set back. */
function isInPause(until: number, now: number): boolean {
  return now < until && until - now <= LONGEST_PAUSE_MS;
}

function pauseAfter(failures: number, { retryable }: Failure): number {
  return retryable
    ? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10))
    : LONGEST_PAUSE_MS;
}

function count(outcome: string, { metrics }: CollectContext): void {
  metrics.increment('octowatch_sign_up_gate_requests_total', { outcome });
}

function logChange({ open, reason, quota, tenantsLeft }: GateChange, { log }: CollectContext): void {
  const fields = { reason, quota, tenantsLeft };
  if (open) log.info(fields, 'sign-ups are to be resumed');
  else log.warn(fields, 'sign-ups are to be paused');
}

function pointOf(gate: Gate, time: number): Point {
  const { change, isHeard } = gate;
  const isClosed = !isOpen(gate);
  return {
    dataset: signUpGateDataset,
    time,
    dimensions: isClosed && change !== undefined ? { reason: change.reason, quota: change.quota } : {},
    values: {
      capacity_sign_up_gate_open: Number(!isClosed),
      capacity_sign_up_gate_unheard: Number(!isHeard),
      capacity_sign_up_gate_changed_timestamp_seconds: change === undefined ? undefined : change.at / 1000,
    },
  };
}
