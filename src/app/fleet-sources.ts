import { resolve } from 'node:path';
import type { AwsClients } from '../aws/clients.ts';
import { parseFleetFile } from '../config/fleet-file.ts';
import type { DiscoveryConfig } from '../config/fleet.ts';
import type { Config } from '../config/schema.ts';
import type { Discoverer } from '../fleet/discoverer.ts';
import { createEc2Discoverer } from '../fleet/ec2-discoverer.ts';
import { createFileDiscoverer } from '../fleet/file-discoverer.ts';
import type { FleetSources } from '../fleet/fleet.ts';
import type { InstanceTemplate } from '../fleet/found-instance.ts';
import { createKubernetesDiscoverer } from '../fleet/kubernetes-discoverer.ts';
import { createOctopusDiscoverer } from '../fleet/octopus-discoverer.ts';
import type { KubernetesClients } from '../kubernetes/clients.ts';
import { Failure } from '../model/failure.ts';
import type { Clock, Disk, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { readText } from '../system/read-text.ts';
import type { Clients } from './clients.ts';

export interface FleetSourcesOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly disk: Disk;
  /** The folder that relative paths start from. */
  readonly workingDirectory: string;
  readonly clients: Clients;
  readonly aws: AwsClients;
  readonly kubernetes: KubernetesClients;
}

/** Where the instances of a configuration come from. */
export function fleetSources(config: Config, options: FleetSourcesOptions): FleetSources {
  return {
    listed: listedInstances(config),
    discoverers: config.fleet.discovery.map((entry) => discovererOf(entry, options)),
  };
}

/** The instances that the configuration lists. */
export function listedInstances({ fleet }: Config): FleetSources['listed'] {
  return fleet.instances.map(
    ({ tenant, url, api_key: apiKey, info, files, time_zone: timeZone, asleep }) => ({
      tenant,
      info,
      files,
      timeZone,
      asleep,
      ...(url === undefined ? {} : { url }),
      ...(apiKey === undefined ? {} : { apiKey }),
    }),
  );
}

function discovererOf(entry: DiscoveryConfig, options: FleetSourcesOptions): Discoverer {
  const { name, interval: intervalMs, timeout: timeoutMs, file, kubernetes, octopus, ec2 } = entry;
  const { workingDirectory, clients, aws } = options;
  const template = templateOf(entry, workingDirectory);
  const base = { name, intervalMs, timeoutMs, template, settings: JSON.stringify(entry) };
  if (file !== undefined)
    return createFileDiscoverer({
      ...options,
      ...base,
      readText,
      parse: parseFleetFile,
      path: resolve(workingDirectory, file.path),
    });
  if (kubernetes !== undefined) {
    const { cluster, label_selector: labelSelector } = kubernetes;
    const client = (): ReturnType<KubernetesClients['at']> => options.kubernetes.at(cluster);
    return createKubernetesDiscoverer({
      ...options,
      ...base,
      cluster,
      client,
      selection: { ...kubernetes, labelSelector },
    });
  }
  if (octopus !== undefined) {
    const client = (): ReturnType<Clients['get']> => clients.get(octopus.instance);
    return createOctopusDiscoverer({ ...base, selection: octopus, client });
  }
  if (ec2 === undefined) throw new Failure('invalid', `fleet.discovery ${name} names no place`);
  return createEc2Discoverer({ ...base, ...ec2, client: () => aws.at(`${ec2.account}/${ec2.region}`) });
}

function templateOf({ instance }: DiscoveryConfig, workingDirectory: string): InstanceTemplate {
  const { tenant = '', url = '', api_key: apiKey, api_key_file: file, info, files } = instance;
  return {
    tenant,
    url,
    info,
    files,
    timeZone: instance.time_zone,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(file === undefined ? {} : { apiKeyFile: resolve(workingDirectory, file) }),
  };
}
