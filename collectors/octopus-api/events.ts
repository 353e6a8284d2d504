import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import { eventId } from '../../src/model/event-id.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Point } from '../../src/model/point.ts';
import type { OctopusClient } from '../../src/octopus/client.ts';
import type { Collection } from '../../src/octopus/pages.ts';
import { EVENT_CATEGORIES, type ServerEvent } from '../../src/octopus/server-event.ts';
import type { ClientFor } from './client-for.ts';
import { serverEventDataset } from './instance-schema.ts';
import { remember, windowMemorySchema } from './window-memory.ts';

/** How far windows overlap: a server may show an event some time after it occurred. */
const OVERLAP_MS = 120_000;
/** After a month without a poll the present is reached again within two hours. */
const MAX_WINDOW_MS = 6 * 3_600_000;
/** An open end: nothing occurs in the future, and the server's clock may be ahead. */
const AHEAD_MS = 24 * 3_600_000;

/** Reads what went wrong by the audit log since the last poll, each event once. */
export function createEventsPoll(clientFor: ClientFor): PollCollector {
  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const now = context.clock.now();
    const before = windowMemorySchema.safeParse(context.state).data ?? { until: now, seen: {} };
    const from = before.until - OVERLAP_MS;
    const to = now - from > MAX_WINDOW_MS ? from + MAX_WINDOW_MS : now + AHEAD_MS;
    const { items, clockOffset } = await readWindow(clientFor(tenant), from, to, context);
    // What moves to the next page while pages are read is there twice.
    const byId = new Map(items.map((event) => [event.id, event]));
    const fresh = [...byId.values()].filter(
      (event) => isWanted(event) && !Object.hasOwn(before.seen, event.id),
    );
    const points = fresh.flatMap((event) => pointOf(event, tenant, clockOffset) ?? []);
    const found = items.map(({ id, occurred = 0 }) => [id, occurred] as const);
    context.state = remember(before, found, Math.min(to, now + clockOffset), OVERLAP_MS);
    yield points;
  }

  return {
    name: 'octopus-api/events',
    datasets: [serverEventDataset],
    intervalMs: 60_000,
    deadlineMs: 30_000,
    poll,
  };
}

/** A window that holds more than is read is passed over: waiting for it would be for ever. */
async function readWindow(
  client: OctopusClient,
  from: number,
  to: number,
  { log, signal }: CollectContext,
): Promise<Collection<ServerEvent>> {
  try {
    return await client.events(from, to, signal);
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== 'too_large') throw error;
    log.warn({ error: error.message }, 'more events than are read, a window is passed over');
    return { items: [], total: 0, clockOffset: 0 };
  }
}

/** A server that does not know the filter answers with everything that people did. */
function isWanted({ category }: ServerEvent): boolean {
  return EVENT_CATEGORIES.includes(category);
}

function pointOf(event: ServerEvent, tenant: string, clockOffset: number): Point | undefined {
  const { id, category, occurred, message, space = '' } = event;
  if (occurred === undefined) return undefined;
  return {
    dataset: serverEventDataset,
    time: occurred - clockOffset,
    id: eventId(tenant, 'server_event', id),
    dimensions: { category, space },
    values: { event_id: id, message },
  };
}
