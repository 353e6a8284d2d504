import { z } from 'zod';
import { askingSeldom } from '../../src/collect/ask-seldom.ts';
import type { CollectContext } from '../../src/collect/contract.ts';
import type { Dataset } from '../../src/model/dataset.ts';
import type { Point } from '../../src/model/point.ts';

const rowSchema = z.object({
  dataset: z.string(),
  /** '' for nobody's. */
  tenant: z.string(),
  dimensions: z.record(z.string(), z.string()),
  values: z.record(z.string(), z.number()),
});
type Row = z.output<typeof rowSchema>;

/** Points as they were read, or as they were said last; with the time of now. */
export type Remembered = (
  context: CollectContext,
  read: () => Promise<readonly Point[]>,
) => Promise<readonly Point[]>;

/**
 * Reads at most every `everyMs`, and says the last points again in between, over a restart too; those of a tenant that is
 * gone belong to nobody. A failure is the poll's, and the next poll reads again.
 */
export function remembering(everyMs: number, datasets: readonly Dataset[]): Remembered {
  const askSeldom = askingSeldom(everyMs, z.array(rowSchema));
  const byName = new Map(datasets.map((dataset) => [dataset.name, dataset]));

  return async function remembered(context, read) {
    const rows = await askSeldom(context, async () => (await read()).map(rowOf));
    const time = context.clock.now();
    return rows.flatMap(({ dataset: name, tenant, ...row }) => {
      const dataset = byName.get(name);
      const whose = context.fleet.find(tenant)?.tenant ?? '';
      return dataset === undefined ? [] : [{ dataset, time, tenant: whose, ...row }];
    });
  };
}

function rowOf({ dataset, tenant = '', dimensions, values }: Point): Row {
  const known = Object.entries(values).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return { dataset: dataset.name, tenant, dimensions: { ...dimensions }, values: Object.fromEntries(known) };
}
