import type { Discoverer } from '../fleet/discoverer.ts';
import type { FleetSources } from '../fleet/fleet.ts';
import { STATIC, type Instance } from '../fleet/instance.ts';
import { merge } from '../fleet/merge.ts';
import { readKeys } from '../fleet/read-keys.ts';
import { messageOf } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import { withDeadline } from '../model/with-deadline.ts';
import { readText } from '../system/read-text.ts';

/** What one question to every source gave. */
export interface DiscoveredOnce {
  readonly instances: readonly Instance[];
  /** What failed or cannot be used, a line each. */
  readonly problems: readonly string[];
}

/** Asks every source of a fleet once, for a command that ends: nothing is kept. Never throws. */
export async function discoverOnce(
  { listed, discoverers }: FleetSources,
  clock: Clock,
  signal: AbortSignal,
): Promise<DiscoveredOnce> {
  const found = await Promise.all(discoverers.map((discoverer) => ask(discoverer, clock, signal)));
  const own = listed.map((instance) => ({ ...instance, discovery: STATIC }));
  const { instances, doubles } = merge([own, ...found.map((each) => each.instances)]);
  const twice = doubles.map(
    ({ tenant, believed, ignored }) => `${ignored}: ${tenant} is of ${believed}, which comes before`,
  );
  return { instances, problems: [...found.flatMap(({ problems }) => problems), ...twice] };
}

async function ask(
  { name, timeoutMs, list, close }: Discoverer,
  clock: Clock,
  signal: AbortSignal,
): Promise<DiscoveredOnce> {
  try {
    const { instances, refused } = await withDeadline(clock, timeoutMs, signal, list);
    const read = await readKeys(instances, new Map(), readText);
    return {
      instances: read.instances.map((instance) => ({ ...instance, discovery: name })),
      problems: [...refused, ...read.refused].map(({ what, why }) => `${name}: ${what}: ${why}`),
    };
  } catch (error) {
    return { instances: [], problems: [`${name}: ${messageOf(error)}`] };
  } finally {
    await close?.();
  }
}
