import { z } from 'zod';
import type { CollectContext } from '../../src/collect/contract.ts';
import type { Dataset } from '../../src/model/dataset.ts';
import type { Point } from '../../src/model/point.ts';

/** How often what is read seldom is said, ms: rules see a sample for 5 minutes, and one may be lost. */
export const SAY_EVERY_MS = 150_000;

const memorySchema = z.object({
  at: z.number(),
  rows: z.array(
    z.object({
      dataset: z.string(),
      dimensions: z.record(z.string(), z.string()),
      values: z.record(z.string(), z.number()),
    }),
  ),
});

/**
 * Reads at most every `everyMs`, and says the last points again in between, over a restart too. A failure is the poll's,
 * and the next poll reads again.
 */
export async function remembered(
  context: CollectContext,
  everyMs: number,
  datasets: readonly Dataset[],
  read: () => Promise<readonly Point[]>,
): Promise<readonly Point[]> {
  const now = context.clock.now();
  const memory = memorySchema.safeParse(context.state).data;
  if (memory !== undefined && isFresh(now - memory.at, everyMs)) {
    const byName = new Map(datasets.map((dataset) => [dataset.name, dataset]));
    return memory.rows.flatMap(({ dataset: name, dimensions, values }) => {
      const dataset = byName.get(name);
      return dataset === undefined ? [] : [{ dataset, time: now, dimensions, values }];
    });
  }
  const points = await read();
  context.state = { at: now, rows: points.map(rowOf) };
  return points;
}

/** Turns are not exact: half a turn early is in time. A clock that was set back makes nothing fresh. */
function isFresh(age: number, everyMs: number): boolean {
  return age >= 0 && age < everyMs - SAY_EVERY_MS / 2;
}

function rowOf({ dataset, dimensions, values }: Point): z.output<typeof memorySchema>['rows'][number] {
  const known = Object.entries(values).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return { dataset: dataset.name, dimensions: { ...dimensions }, values: Object.fromEntries(known) };
}
