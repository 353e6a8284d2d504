import type { Clock } from '../model/ports.ts';

const SECOND = 1000;

/** Calls `work` again and again, a second after it ended (a promise: after that), until the signal. */
export function everySecond(clock: Clock, signal: AbortSignal, work: () => unknown): Promise<void> {
  return every(SECOND, clock, signal, work);
}

/** The same, so many ms after it ended. */
export async function every(
  ms: number,
  clock: Clock,
  signal: AbortSignal,
  work: () => unknown,
): Promise<void> {
  while (await slept(clock, ms, signal)) await work();
}

/** Calls `work` as soon as `condition` holds, looking a few times a second; never after the signal. */
export async function once(
  clock: Clock,
  signal: AbortSignal,
  condition: () => boolean,
  work: () => void,
): Promise<void> {
  while (!condition()) if (!(await slept(clock, SECOND / 4, signal))) return;
  work();
}

/** Whether the time passed; false when the signal came first. */
export function slept(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );
}
