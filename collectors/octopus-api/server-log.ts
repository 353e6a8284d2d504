import { z } from 'zod';
import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import { defineDataset } from '../../src/model/dataset.ts';
import type { Point } from '../../src/model/point.ts';
import type { RecentLog } from '../../src/octopus/recent-logs.ts';
import type { ClientFor } from './client-for.ts';

const CATEGORIES = ['Warning', 'Error', 'Fatal', 'other'] as const;
/** How many entries a process keeps. */
const RING = 100;
/** Processes that are remembered: nodes answer in turn, and a restart begins anew. */
const MAX_PROCESSES = 20;

/** Warnings and errors that the server keeps in memory: a rate of errors without access to its files. */
export const serverLogDataset = defineDataset({
  name: 'server_log',
  kind: 'gauge',
  help: 'Warnings and errors of the server, from /api/serverstatus/logs.',
  dimensions: { category: { help: `Category: ${CATEGORIES.join(', ')}.` } },
  metrics: {
    octopus_server_log_messages_total: {
      type: 'counter',
      unit: 'none',
      help: 'Messages seen since the first poll, by category.',
    },
  },
});

/** What was logged faster than it was read. */
export const serverLogMissedDataset = defineDataset({
  name: 'server_log_missed',
  kind: 'gauge',
  help: 'Warnings and errors of the server that were gone before they were read.',
  dimensions: {},
  metrics: {
    octopus_server_log_messages_missed_total: {
      type: 'counter',
      unit: 'none',
      help: 'Messages that were gone before they were read: the server keeps 100.',
    },
  },
});

const entrySchema = z.object({ number: z.number(), at: z.number() });
const memorySchema = z.object({
  counts: z.record(z.string(), z.number()),
  missed: z.number(),
  /** What was logged before does not count, ms by the server's clock. */
  since: z.number(),
  /** The newest entry of each process that answered, that of the last answer first. */
  processes: z.array(entrySchema),
});
type Memory = z.output<typeof memorySchema>;

/** Counts the warnings and errors that the server logged since the first poll. */
export function createServerLogPoll(clientFor: ClientFor): PollCollector {
  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const { logs, refused } = await clientFor(tenant).recentLogs(context.signal);
    if (refused > 0) context.log.warn({ refused }, 'log entries without a number left out');
    const memory = count(memorySchema.safeParse(context.state).data, logs);
    context.state = memory;
    yield pointsOf(memory, context.clock.now());
  }

  const datasets = [serverLogDataset, serverLogMissedDataset];
  return { name: 'octopus-api/server-log', datasets, intervalMs: 60_000, poll };
}

/**
 * The counts after an answer. Nodes of a cluster answer in turn, each with numbers of its own: an answer is of the
 * process whose newest entry is in it.
 */
function count(before: Memory | undefined, logs: readonly RecentLog[]): Memory {
  const entries = logs.toSorted((a, b) => a.number - b.number);
  const newest = entries.at(-1);
  if (before === undefined) {
    const since = Math.max(0, ...logs.map(timeOf));
    return { counts: {}, missed: 0, since, processes: newest === undefined ? [] : [entryOf(newest)] };
  }
  if (newest === undefined) return before;
  const { last, fresh, missed } = newEntries(before, entries);
  const counts = { ...before.counts };
  for (const { category } of fresh) counts[labelOf(category)] = (counts[labelOf(category)] ?? 0) + 1;
  const others = before.processes.filter((entry) => entry !== last);
  const processes = [entryOf(newest), ...others].slice(0, MAX_PROCESSES);
  return { ...before, counts, missed: before.missed + missed, processes };
}

interface NewEntries {
  /** The newest entry that the process had; undefined for one that had not answered yet. */
  readonly last: z.output<typeof entrySchema> | undefined;
  readonly fresh: readonly RecentLog[];
  readonly missed: number;
}

/** @param entries by number, at least one */
function newEntries({ processes, since }: Memory, entries: readonly RecentLog[]): NewEntries {
  const known = processes.find(({ number, at }) =>
    entries.some((entry) => entry.number === number && timeOf(entry) === at),
  );
  if (known !== undefined)
    return { last: known, fresh: entries.filter(({ number }) => number > known.number), missed: 0 };
  const [oldest] = entries;
  // Only a full ring can have turned over between two polls.
  const last =
    oldest === undefined || entries.length < RING
      ? undefined
      : processes.find(({ number, at }) => number < oldest.number && at <= timeOf(oldest));
  if (last !== undefined && oldest !== undefined)
    return { last, fresh: entries, missed: oldest.number - last.number - 1 };
  return { last, fresh: entries.filter((entry) => timeOf(entry) > since), missed: 0 };
}

function entryOf(log: RecentLog): z.output<typeof entrySchema> {
  return { number: log.number, at: timeOf(log) };
}

function timeOf({ occurredAt = 0 }: RecentLog): number {
  return occurredAt;
}

function labelOf(category: string): string {
  return CATEGORIES.find((known) => known === category) ?? 'other';
}

function pointsOf({ counts, missed }: Memory, time: number): readonly Point[] {
  return [
    ...CATEGORIES.map((category) => ({
      dataset: serverLogDataset,
      time,
      dimensions: { category },
      values: { octopus_server_log_messages_total: counts[category] ?? 0 },
    })),
    {
      dataset: serverLogMissedDataset,
      time,
      dimensions: {},
      values: { octopus_server_log_messages_missed_total: missed },
    },
  ];
}
