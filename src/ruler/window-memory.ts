import type { Windows } from './windows.ts';

/** One sample of one series; the times are shared by all series of a poll. */
const SLOT_BYTES = 8;

/** What the window of a metric costs. */
export interface WindowMemory {
  /** Absent: of all metrics that no rule names. */
  readonly metric?: string;
  readonly windowMs: number;
  /** Samples of each series. */
  readonly slots: number;
  /** Bytes of 1,000 series of it. */
  readonly bytesPerThousand: number;
}

/** What the windows of rules cost at a poll interval (ms): longest first, what no rule names at the end. */
export function windowMemory({ defaultMs, byMetric }: Windows, intervalMs: number): WindowMemory[] {
  const named = Array.from(byMetric, ([metric, windowMs]) => ({ metric, ...memoryOf(windowMs, intervalMs) }));
  return [
    ...named.toSorted((a, b) => b.windowMs - a.windowMs || (a.metric < b.metric ? -1 : 1)),
    memoryOf(defaultMs, intervalMs),
  ];
}

function memoryOf(windowMs: number, intervalMs: number): Omit<WindowMemory, 'metric'> {
  const slots = Math.ceil(windowMs / intervalMs) + 1;
  return { windowMs, slots, bytesPerThousand: slots * SLOT_BYTES * 1000 };
}
