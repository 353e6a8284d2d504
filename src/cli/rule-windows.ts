import { formatDuration } from '../model/duration.ts';
import type { RuleGroup } from '../ruler/rule.ts';
import { windowMemory, type WindowMemory } from '../ruler/window-memory.ts';
import { windowsOf } from '../ruler/windows.ts';
import { formatTable } from './table.ts';

const MOST_SHOWN = 10;
const MB = 1e6;

/**
 * How long the head keeps samples for the rules, and what that costs, for a terminal.
 * @param intervalOf ms between the samples of a metric; undefined for one that the configuration has nothing of
 */
export function describeWindows(
  groups: readonly RuleGroup[],
  intervalOf: (metric: string) => number | undefined,
): string[] {
  const { defaultMs, byMetric } = windowsOf(groups);
  const read = new Map([...byMetric].filter(([metric]) => intervalOf(metric) !== undefined));
  const windows = windowMemory({ defaultMs, byMetric: read }, (metric) => intervalOf(metric) ?? 0);
  const longer = windows.filter(({ windowMs }) => windowMs > defaultMs);
  const bytes = windows.reduce((sum, { bytesPerThousand }) => sum + bytesPerThousand, 0);
  const head = `windows: samples are kept ${formatDuration(defaultMs)}, longer of ${counted(longer.length)}; 1,000 series of each of ${counted(windows.length)} take ${megabytes(bytes)}`;
  if (longer.length === 0) return [head];
  const shown = longer.slice(0, MOST_SHOWN);
  const rest = longer.length - shown.length;
  return [head, ...formatTable(COLUMNS, shown.map(row)), ...(rest === 0 ? [] : [`… and ${rest} more`])];
}

function counted(metrics: number): string {
  return metrics === 1 ? '1 metric' : `${metrics} metrics`;
}

const COLUMNS = ['METRIC', 'KEPT', 'EVERY', 'SAMPLES', '1,000 SERIES'];

function row({ metric, windowMs, intervalMs, slots, bytesPerThousand }: WindowMemory): string[] {
  const times = [windowMs, intervalMs].map(formatDuration);
  return [metric, ...times, String(slots), megabytes(bytesPerThousand)];
}

function megabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}
