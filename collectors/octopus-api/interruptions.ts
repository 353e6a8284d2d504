import { z } from 'zod';
import { SAY_EVERY_MS } from '../../src/collect/ask-seldom.ts';
import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import type { Point } from '../../src/model/point.ts';
import { INTERRUPTION_TYPES, type Interruption } from '../../src/octopus/interruption.ts';
import type { ClientFor } from './client-for.ts';
import { interruptionDataset } from './instance-schema.ts';
import { readingSpaces } from './space-rounds.ts';

const EVERY_MS = 300_000;

/** How many there are of a type, and when the oldest came, ms by the agent's clock. */
const knownSchema = z.partialRecord(
  z.enum(INTERRUPTION_TYPES),
  z.object({ pending: z.number(), since: z.number().nullable() }),
);
type Known = z.output<typeof knownSchema>;

/** Counts what waits for somebody's decision. */
export function createInterruptionsPoll(clientFor: ClientFor): PollCollector {
  const readSpaces = readingSpaces(EVERY_MS, knownSchema);

  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const client = clientFor(tenant);
    const spaces = await readSpaces(client, context, async (space) => {
      const { items, clockOffset } = await client.pendingInterruptions(space, context.signal);
      return countByType(items, clockOffset);
    });
    const time = context.clock.now();
    yield INTERRUPTION_TYPES.map((type) => ({
      dataset: interruptionDataset,
      time,
      dimensions: { type },
      values: valuesOf(
        spaces.flatMap(({ known }) => known[type] ?? []),
        time,
      ),
    }));
  }

  return {
    name: 'octopus-api/interruptions',
    datasets: [interruptionDataset],
    intervalMs: SAY_EVERY_MS,
    deadlineMs: 30_000,
    poll,
  };
}

function countByType(items: readonly Interruption[], clockOffset: number): Known {
  return Object.fromEntries(
    [...Map.groupBy(items, ({ type }) => type)].map(([type, group]) => {
      const created = group.flatMap((item) => (item.created === undefined ? [] : [item.created]));
      const since = created.length === 0 ? null : Math.min(...created) - clockOffset;
      return [type, { pending: group.length, since }];
    }),
  );
}

function valuesOf(known: readonly { pending: number; since: number | null }[], now: number): Point['values'] {
  const since = known.flatMap((each) => each.since ?? []);
  return {
    octopus_interruptions_pending: known.reduce((sum, { pending }) => sum + pending, 0),
    octopus_interruption_age_seconds:
      since.length === 0 ? undefined : Math.max(0, now - Math.min(...since)) / 1000,
  };
}
