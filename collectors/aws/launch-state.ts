import { z } from 'zod';
import type { JsonValue } from '../../src/model/json.ts';
import { launchSchema } from './launch-ledger.ts';
import { trailSchema } from './trail-reading.ts';

const trailLaunchSchema = z.object({
  call: z.enum(['run', 'start']),
  id: z.string(),
  at: z.number(),
  type: z.string().optional(),
  unlimited: z.boolean().optional(),
});

const stateSchema = z.object({
  launches: z.array(launchSchema),
  trail: trailSchema,
  learnedLimit: z.number().optional(),
  /** Launches of which nobody knew the type yet. */
  unjoined: z.array(trailLaunchSchema),
  /** Ids that were launched and are no T2: not asked about again. */
  others: z.array(z.string()),
  /** Sources that failed at the last poll: each is logged once. */
  failing: z.array(z.string()),
});

/** The ledger of an account and region as it is kept. */
export type LaunchState = Readonly<z.output<typeof stateSchema>>;

const EMPTY: LaunchState = { launches: [], trail: {}, unjoined: [], others: [], failing: [] };

/** As it was committed; an empty one at the first poll, or where it cannot be read. */
export function parseLaunchState(state: JsonValue): LaunchState {
  return stateSchema.safeParse(state).data ?? EMPTY;
}

/** As it is committed: without what is not known. */
export function launchStateJson(state: LaunchState): JsonValue {
  const json: JsonValue = JSON.parse(JSON.stringify(state));
  return json;
}
