import type { Windows } from './windows.ts';

/** One sample of one series; the times are shared by all series of a poll. */
const SLOT_BYTES = 8;

/** What the window of a metric costs. */
export interface WindowMemory {
  readonly metric: string;
  readonly windowMs: number;
  /** ms between its samples. */
  readonly intervalMs: number;
  /** Samples of each series. */
  readonly slots: number;
  /** Bytes of 1,000 series of it. */
  readonly bytesPerThousand: number;
}

/** What the windows of rules cost, by metric: longest first. `intervalOf`: ms between the samples of a metric. */
export function windowMemory({ byMetric }: Windows, intervalOf: (metric: string) => number): WindowMemory[] {
  const memory = Array.from(byMetric, ([metric, windowMs]) => ({
    metric,
    ...memoryOf(windowMs, intervalOf(metric)),
  }));
  return memory.toSorted((a, b) => b.windowMs - a.windowMs || (a.metric < b.metric ? -1 : 1));
}

function memoryOf(windowMs: number, intervalMs: number): Omit<WindowMemory, 'metric'> {
  const slots = Math.ceil(windowMs / intervalMs) + 1;
  return { windowMs, intervalMs, slots, bytesPerThousand: slots * SLOT_BYTES * 1000 };
}
