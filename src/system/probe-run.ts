import { Failure, messageOf } from '../model/failure.ts';
import type { ProbeExchange, ProbeFault, ProbePhase } from '../model/ports.ts';
import { faultReasonOf, telling } from './probe-fault.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A probe under way: its clock, its deadline, and what it saw so far. */
export interface ProbeRun extends Disposable {
  /** Aborted at the deadline, or with the caller's signal. */
  readonly signal: AbortSignal;
  readonly seen: Mutable<ProbeExchange>;
  /** Runs a phase and takes its time when it ends; rejects when the run is stopped, whatever the work does. */
  phase<T>(name: ProbePhase, work: () => Promise<T>): Promise<T>;
  /** Ends the probe for a reason that is no error of the network. */
  refuse(fault: ProbeFault): never;
}

/** @param signal the caller's */
export function beginProbe(timeoutMs: number, signal: AbortSignal): ProbeRun {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(LATE), timeoutMs);
  const abort = (): void => stop.abort(STOPPED);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const phases: Partial<Record<ProbePhase, number>> = {};
  const seen: Mutable<ProbeExchange> = { phases };
  return {
    signal: stop.signal,
    seen,
    async phase(name, work) {
      const started = performance.now();
      try {
        const result = await untilAborted(work, stop.signal);
        phases[name] = secondsSince(started);
        return result;
      } catch (error) {
        throw error instanceof Ended ? error : new Ended(faultOf(error, name, stop.signal));
      }
    },
    refuse(fault) {
      throw new Ended(fault);
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      stop.abort(STOPPED);
    },
  };
}

/** What a probe saw when it ended, by its own or early. @throws Failure `aborted` with the caller's signal */
export async function seenBy(
  run: ProbeRun,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<ProbeExchange> {
  try {
    await work();
  } catch (error) {
    if (signal.aborted) throw new Failure('aborted', 'stopped probing', { cause: error });
    if (!(error instanceof Ended)) throw error;
    run.seen.fault = error.fault;
  }
  return run.seen;
}

/** @param started ms of `performance.now`; whole microseconds are as exact as it is */
export function secondsSince(started: number): number {
  return Math.round((performance.now() - started) * 1000) / 1e6;
}

const LATE = new Error('no answer in time');
const STOPPED = new Error('stopped probing');

/** Carries the fault from the phase where it happened to the end. */
class Ended extends Error {
  readonly fault: ProbeFault;

  constructor(fault: ProbeFault) {
    super(fault.message);
    this.fault = fault;
  }
}

async function untilAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, work()]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function faultOf(thrown: unknown, phase: ProbePhase, { aborted }: AbortSignal): ProbeFault {
  if (aborted) return { phase, reason: 'timeout', message: LATE.message };
  const error = telling(thrown);
  return { phase, reason: faultReasonOf(error, phase), message: messageOf(error) };
}
