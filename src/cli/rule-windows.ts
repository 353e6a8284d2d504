import { formatDuration } from '../model/duration.ts';
import type { RuleGroup } from '../ruler/rule.ts';
import { windowMemory, type WindowMemory } from '../ruler/window-memory.ts';
import { windowsOf } from '../ruler/windows.ts';
import { formatTable } from './table.ts';

const MOST_SHOWN = 10;
const MB = 1e6;

/** How long the head keeps samples for the rules, and what that costs at a sample every `intervalMs`, for a terminal. */
export function describeWindows(groups: readonly RuleGroup[], intervalMs: number): string[] {
  const windows = windowMemory(windowsOf(groups), intervalMs);
  const others = windows.findLast(({ metric }) => metric === undefined);
  const named = windows.filter(({ metric }) => metric !== undefined);
  const longer = named.filter(({ windowMs }) => windowMs > (others?.windowMs ?? 0));
  const bytes = named.reduce((sum, { bytesPerThousand }) => sum + bytesPerThousand, 0);
  const every = `at a sample every ${formatDuration(intervalMs)}`;
  const head = `windows: samples are kept ${formatDuration(others?.windowMs ?? 0)}, longer of ${counted(longer.length)}; 1,000 series of each of ${counted(named.length)} take ${megabytes(bytes)} ${every}`;
  if (longer.length === 0) return [head];
  const shown = longer.slice(0, MOST_SHOWN);
  const rest = longer.length - shown.length;
  return [head, ...formatTable(COLUMNS, shown.map(row)), ...(rest === 0 ? [] : [`… and ${rest} more`])];
}

function counted(metrics: number): string {
  return metrics === 1 ? '1 metric' : `${metrics} metrics`;
}

const COLUMNS = ['METRIC', 'KEPT', 'SAMPLES', '1,000 SERIES'];

function row({ metric = '', windowMs, slots, bytesPerThousand }: WindowMemory): string[] {
  return [metric, formatDuration(windowMs), String(slots), megabytes(bytesPerThousand)];
}

function megabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}
