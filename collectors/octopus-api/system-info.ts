import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import { timeSpan } from '../../src/collect/lines/time-span.ts';
import type { Point } from '../../src/model/point.ts';
import type { ClientFor } from './client-for.ts';
import { serverProcessDataset } from './instance-schema.ts';

/** A start that moves by less is the same one: the answer takes time, and its clock has seconds. */
const SAME_START_SECONDS = 5;

/** Reads the process of the node that answers: since when it runs, its threads and memory. */
export function createSystemInfoPoll(clientFor: ClientFor): PollCollector {
  async function* poll({ tenant }: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const { uptime, threads, threadPoolMinimum, workingSetBytes } = await clientFor(tenant).systemInfo(
      context.signal,
    );
    const time = context.clock.now();
    const start = steadyStart(secondsOf(uptime), context);
    if (start !== undefined) context.state = start;
    const values = {
      octopus_server_start_time_seconds: start,
      octopus_server_threads: threads,
      octopus_server_thread_pool_min_threads: threadPoolMinimum,
      octopus_server_working_set_bytes: workingSetBytes,
    };
    yield [{ dataset: serverProcessDataset, time, dimensions: {}, values }];
  }

  return { name: 'octopus-api/system-info', datasets: [serverProcessDataset], intervalMs: 60_000, poll };
}

/** Seconds since the epoch; that of the poll before, as long as it is the same process. */
function steadyStart(uptime: number | undefined, { clock, state }: CollectContext): number | undefined {
  if (uptime === undefined) return undefined;
  const start = clock.now() / 1000 - uptime;
  return typeof state === 'number' && Math.abs(state - start) < SAME_START_SECONDS ? state : start;
}

/** Seconds of a .NET TimeSpan; undefined when it is none. */
function secondsOf(uptime: string): number | undefined {
  const bytes = new TextEncoder().encode(uptime);
  const seconds = timeSpan(bytes, 0, bytes.length);
  return Number.isNaN(seconds) ? undefined : seconds;
}
