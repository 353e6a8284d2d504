import { join } from 'node:path';
import { datasets } from '../../../../collectors/index.ts';
import { createOctopusApi } from '../../../../collectors/octopus-api/index.ts';
import { NO_FLEET } from '../../../../src/collect/fleet-of.ts';
import { pollOnce } from '../../../../src/collect/poll-once.ts';
import { ColumnBatch } from '../../../../src/model/column-batch.ts';
import { NO_METRICS } from '../../../../src/model/self-metrics.ts';
import { VirtualClock } from '../../../../src/model/virtual-clock.ts';
import { createOctopusClient } from '../../../../src/octopus/client.ts';
import { startSimulator, type SimulatedInstance } from '../../../../src/simulator/simulator.ts';
import { HEAD_KEEPS_MS, openChunks } from '../../../../src/store/chunks/chunks.ts';
import { createHead, type Head } from '../../../../src/store/head/head.ts';
import { systemDisk } from '../../../../src/system/system-disk.ts';
import { createHttp } from '../../../../src/system/system-http.ts';
import { silentLog } from '../../../fakes/silent-log.ts';
import { sizeOf, type Size } from './size-of.ts';

const STEP_MS = 15_000;

/** Polls a simulated fleet by its API for some hours of virtual time; what its history takes on disk. */
export async function simulatedFleet(
  directory: string,
  tenants: number,
  start: number,
  hours: number,
): Promise<Size> {
  const clock = new VirtualClock(start);
  const base = { clock, log: silentLog, metrics: NO_METRICS, disk: systemDisk };
  const simulator = await startSimulator({
    ...base,
    seed: 7,
    tenants,
    directory: join(directory, 'fleet'),
    incidents: 'random',
    isRunning: false,
  });
  const head = await createHead({
    ...base,
    directory: join(directory, 'head'),
    datasets,
    windowMs: 0,
    keepAtLeastMs: HEAD_KEEPS_MS,
  });
  const history = join(directory, 'history');
  const chunks = await openChunks({ ...base, directory: history, retention: () => ({ keepMs: 1e12 }) });
  const { http, close } = createHttp();
  const polls = simulator.instances.map((instance) => pollsOf(instance, { ...base, http }));
  const { signal } = new AbortController();
  for (const until = start + hours * 3_600_000; clock.now() < until; await clock.advance(STEP_MS)) {
    await simulator.step(clock.now());
    await Promise.all(polls.map((poll) => poll(head)));
    head.tick(clock.now());
    await chunks.cut(head, signal);
    await chunks.tidy(signal);
  }
  await close();
  await head.close();
  await simulator.close();
  return sizeOf(history);
}

type ClientOptions = Omit<Parameters<typeof createOctopusClient>[0], 'tenant' | 'url' | 'apiKey'>;

function pollsOf(
  { tenant, url, apiKey, info }: SimulatedInstance,
  options: Pick<ClientOptions, 'clock' | 'http' | 'log' | 'metrics'>,
): (head: Head) => Promise<void> {
  const limits = { requestsPerMinute: 1e6, timeoutMs: 5000 };
  const client = createOctopusClient({ ...options, ...limits, random: Math.random, tenant, url, apiKey });
  const collectors = createOctopusApi({ clientFor: () => client });
  const target = { tenant, url, info, files: {}, timeZone: 'UTC' };
  const states = new Map<string, Awaited<ReturnType<typeof pollOnce>>['state']>();
  return async (head) => {
    for (const collector of collectors) {
      const settings = {
        deadlineMs: 5000,
        fleet: NO_FLEET,
        isSource: () => true,
        state: states.get(collector.name) ?? null,
      };
      const { points, state, failure } = await pollOnce(
        collector,
        target,
        { ...options, ...settings },
        new AbortController().signal,
      );
      states.set(collector.name, state);
      const batch = new ColumnBatch();
      for (const dataset of collector.datasets) batch.table(dataset);
      for (const point of points) batch.add(point, tenant);
      if (failure !== undefined) continue;
      head.ingest(batch, options.clock.now(), {
        source: `${collector.name}:${tenant}`,
        complete: { tenant, datasets: collector.datasets },
      });
    }
  };
}
