import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import { defineDataset } from '../../src/model/dataset.ts';
import { toFailure } from '../../src/model/failure.ts';
import type { Point } from '../../src/model/point.ts';
import { timeLeft } from '../../src/model/time-left.ts';
import type { CanaryAnswer } from '../../src/octopus/canary.ts';
import type { ClientFor } from './client-for.ts';
import { isDeadline } from './is-deadline.ts';

/** A server without the page may get it by an upgrade. */
const ASK_AGAIN_MS = 3_600_000;
/** Besides 2xx: drained, and limiting rates. Both are alive. */
const ALIVE = new Set([418, 429]);

/** The status page for outsiders: what a request costs all the way through. Absent on servers that have no such page. */
export const canaryDataset = defineDataset({
  name: 'canary',
  kind: 'gauge',
  help: 'The status page for outsiders, from /api/serverstatus/hosted/external.',
  dimensions: {},
  metrics: {
    octopus_canary_up: {
      type: 'gauge',
      unit: 'none',
      help: 'Whether it answers: 2xx, or 418 (drained) or 429 (limiting rates); another answer or none is 0.',
    },
    octopus_canary_status_code: {
      type: 'gauge',
      unit: 'none',
      help: 'HTTP status of the last answer; absent when there was none.',
    },
    octopus_canary_duration_seconds: {
      type: 'gauge',
      unit: 'seconds',
      help: 'Time the last answer took, whatever it was; absent when there was none.',
    },
  },
});

/** Asks a cheap page as an outsider does. A server without it yields nothing and is asked again after an hour. */
export function createCanary(clientFor: ClientFor): PollCollector {
  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const now = context.clock.now();
    if (typeof context.state === 'number' && timeLeft(context.state, ASK_AGAIN_MS, now) > 0) return;
    const values = await probe(clientFor, tenant, context);
    context.state = values === undefined ? now + ASK_AGAIN_MS : null;
    yield values === undefined ? [] : [{ dataset: canaryDataset, time: now, dimensions: {}, values }];
  }

  return { name: 'octopus-api/canary', datasets: [canaryDataset], intervalMs: 15_000, poll };
}

async function probe(
  clientFor: ClientFor,
  tenant: string,
  { signal }: CollectContext,
): Promise<Point['values'] | undefined> {
  try {
    const answer = await clientFor(tenant).canary(signal);
    return answer && valuesOf(answer);
  } catch (error) {
    const { reason } = toFailure(error);
    if (reason === 'budget' || (reason === 'aborted' && !isDeadline(signal))) throw error;
    return { octopus_canary_up: 0 };
  }
}

function valuesOf({ status, seconds }: CanaryAnswer): Point['values'] {
  return {
    octopus_canary_up: Number((status >= 200 && status < 300) || ALIVE.has(status)),
    octopus_canary_status_code: status,
    octopus_canary_duration_seconds: seconds,
  };
}
