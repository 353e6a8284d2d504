import { createPollCollectors } from '../../collectors/index.ts';
import { createAwsClients } from '../aws/clients.ts';
import type { Connected } from '../collect/connected.ts';
import type { PollCollector, Target } from '../collect/contract.ts';
import { fleetOf } from '../collect/fleet-of.ts';
import type { Config } from '../config/schema.ts';
import type { Instance } from '../fleet/instance.ts';
import { createKubernetesClients } from '../kubernetes/clients.ts';
import type { Log } from '../model/ports.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import type { SeriesReader } from '../model/series.ts';
import { createProber } from '../system/prober.ts';
import { systemClock as clock } from '../system/system-clock.ts';
import { systemDisk as disk } from '../system/system-disk.ts';
import { createHttp } from '../system/system-http.ts';
import { createClients } from './clients.ts';
import { discoverOnce } from './discover-once.ts';
import { fleetSources, listedInstances } from './fleet-sources.ts';
import { pollSettings, targetsOf, type Targets } from './targets.ts';

/** Every collector with clients of the configured instances, for one-shot commands. `series`: what has been read. */
export function connect(config: Config, log: Log, series: SeriesReader): Connected {
  const { http, close } = createHttp();
  const shared = { http, disk, clock, random: Math.random, log, metrics: NO_METRICS };
  const clients = createClients(shared);
  let targets = follow(listedInstances(config));
  const aws = createAwsClients({ ...shared, accounts: () => config.collectors.aws.accounts });
  const kubernetes = createKubernetesClients({
    clock,
    clusters: () => config.collectors.kubernetes.clusters,
  });
  const collectors = createPollCollectors({
    ...shared,
    clientFor: (tenant) => clients.get(tenant),
    aws,
    kubernetes,
    prober: createProber(),
    series,
    settings: () => config.collectors,
    maintenanceWindows: () => config.fleet.maintenance_windows,
  });

  function follow(instances: readonly Omit<Instance, 'discovery'>[]): Targets {
    clients.configure(config, instances);
    return targetsOf(config, instances);
  }

  function polled(): readonly Target[] {
    return [...targets.polled, ...targets.places];
  }

  async function discover(workingDirectory: string, signal: AbortSignal): Promise<readonly string[]> {
    const sources = fleetSources(config, { ...shared, workingDirectory, clients, aws, kubernetes });
    const { instances, problems } = await discoverOnce(sources, clock, signal);
    targets = follow(instances);
    return problems;
  }

  async function closeAll(): Promise<void> {
    for (const { forget } of collectors) for (const target of polled()) await forget?.(target);
    aws.close();
    await kubernetes.close();
    await close();
  }

  return {
    collectors,
    get targets() {
      return polled();
    },
    fleet: fleetOf(() => targets.instances),
    intervals: intervalsOf(collectors, config),
    discover,
    close: closeAll,
  };
}

function intervalsOf(collectors: readonly PollCollector[], config: Config): Map<string, number> {
  const intervals = new Map<string, number>();
  for (const { name: poll, datasets, intervalMs } of collectors) {
    const every = pollSettings(config, poll).interval ?? intervalMs;
    for (const { name } of datasets) intervals.set(name, Math.max(intervals.get(name) ?? 0, every));
  }
  return intervals;
}
