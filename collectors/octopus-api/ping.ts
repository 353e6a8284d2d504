import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import { toFailure } from '../../src/model/failure.ts';
import type { Point } from '../../src/model/point.ts';
import type { ClientFor } from './client-for.ts';
import { isDeadline } from './is-deadline.ts';
import { pingDataset } from './schema.ts';

/** Asks whether the instance answers. No answer is an answer: it yields `octopus_ping_up 0`. */
export function createPing(clientFor: ClientFor): PollCollector {
  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const values = await probe(clientFor, tenant, context);
    yield [{ dataset: pingDataset, time: context.clock.now(), dimensions: {}, values }];
  }

  return { name: 'octopus-api/ping', datasets: [pingDataset], intervalMs: 15_000, poll };
}

async function probe(
  clientFor: ClientFor,
  tenant: string,
  context: CollectContext,
): Promise<Record<string, number>> {
  const client = clientFor(tenant);
  try {
    const { status, seconds, clockOffset } = await client.ping(context.signal);
    context.state = null;
    return {
      octopus_ping_up: 1,
      octopus_ping_draining: status === 'draining' ? 1 : 0,
      octopus_ping_duration_seconds: seconds,
      octopus_clock_offset_seconds: clockOffset / 1000,
    };
  } catch (error) {
    const { reason, message } = toFailure(error);
    if (reason === 'aborted' && !isDeadline(context.signal)) throw error;
    if (context.state !== reason) context.log.warn({ reason, error: message }, 'instance does not answer');
    context.state = reason;
    return { octopus_ping_up: 0 };
  }
}
