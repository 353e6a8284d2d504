import { parseDuration } from '../model/duration.ts';
import { Failure } from '../model/failure.ts';

/** What is looked at, ms since the epoch, and how far apart evaluations are. */
export interface BacktestSpan {
  readonly start: number;
  readonly end: number;
  readonly stepMs: number;
}

/**
 * The span that options name; both ends are multiples of the step.
 * @param now ms
 * @throws Failure `invalid`
 */
export function backtestSpan(
  { since, until, step }: { readonly since: string; readonly until?: string; readonly step: string },
  now = Date.now(),
): BacktestSpan {
  const stepMs = parseDuration(step);
  if (stepMs < 1000) throw new Failure('invalid', `--step ${step}: at least 1s`);
  const spanMs = parseDuration(since);
  if (spanMs < stepMs) throw new Failure('invalid', `--since ${since}: no shorter than the step of ${step}`);
  const end = Math.floor((until === undefined ? now : timeOf(until)) / stepMs) * stepMs;
  return { start: end - Math.floor(spanMs / stepMs) * stepMs, end, stepMs };
}

function timeOf(text: string): number {
  const time = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(time))
    throw new Failure('invalid', `--until ${text}: not a time (write 2026-11-07T12:00:00Z, or seconds)`);
  return time;
}
