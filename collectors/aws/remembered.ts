import { z } from 'zod';
import type { CollectContext } from '../../src/collect/contract.ts';
import type { Dataset } from '../../src/model/dataset.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Point } from '../../src/model/point.ts';

/** How often what is read seldom is said, ms: rules see a sample for 5 minutes, and one may be lost. */
export const SAY_EVERY_MS = 150_000;

const memorySchema = z.object({
  at: z.number(),
  rows: z.array(
    z.object({
      dataset: z.string(),
      tenant: z.string().optional(),
      dimensions: z.record(z.string(), z.string()),
      values: z.record(z.string(), z.number()),
    }),
  ),
});

/**
 * Reads at most every `everyMs`, and says the last points again in between, over a restart too; those of a tenant that is
 * gone belong to nobody. A failure is the poll's, and the next poll reads again.
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
    return memory.rows.flatMap(({ dataset: name, tenant, ...row }) => {
      const dataset = byName.get(name);
      const whose = tenant === undefined ? {} : { tenant: context.fleet.find(tenant)?.tenant ?? '' };
      return dataset === undefined ? [] : [{ dataset, time: now, ...whose, ...row }];
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

function rowOf({ dataset, tenant, dimensions, values }: Point): JsonObject {
  const known = Object.entries(values).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  const whose: Record<string, string> = tenant === undefined ? {} : { tenant };
  return {
    dataset: dataset.name,
    ...whose,
    dimensions: { ...dimensions },
    values: Object.fromEntries(known),
  };
}
