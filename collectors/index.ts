import type { AwsClients } from '../src/aws/clients.ts';
import type { LineCollector, PollCollector } from '../src/collect/contract.ts';
import { pollDataset } from '../src/collect/poll-dataset.ts';
import { quotaDataset } from '../src/collect/quota-dataset.ts';
import { signUpGateDataset } from '../src/collect/sign-up-gate-dataset.ts';
import type { KubernetesClients } from '../src/kubernetes/clients.ts';
import type { Dataset } from '../src/model/dataset.ts';
import type { Clock, Disk, Http, Log, Prober, Random } from '../src/model/ports.ts';
import type { SelfMetrics } from '../src/model/self-metrics.ts';
import type { SeriesReader } from '../src/model/series.ts';
import { awsDatasets, createAws } from './aws/index.ts';
import type { AwsSettings } from './aws/settings.ts';
import { azureDatasets, createAzure } from './azure/index.ts';
import type { AzureSettings } from './azure/settings.ts';
import { createCapacity } from './capacity/index.ts';
import { capacityDatasets } from './capacity/schema.ts';
import type { CapacitySettings } from './capacity/settings.ts';
import { createCost } from './cost/index.ts';
import { costDatasets } from './cost/schema.ts';
import type { CostSettings } from './cost/settings.ts';
import type { DormancySettings } from './dormancy/classify.ts';
import { createDormancy } from './dormancy/index.ts';
import { dormancyDatasets } from './dormancy/schema.ts';
import { createFleetCollector } from './fleet/index.ts';
import { fleetDatasets } from './fleet/schema.ts';
import { createHost } from './host/index.ts';
import { hostDatasets } from './host/schema.ts';
import type { HostSettings } from './host/settings.ts';
import { createKubernetes } from './kubernetes/index.ts';
import { kubernetesDatasets } from './kubernetes/schema.ts';
import type { KubernetesSettings } from './kubernetes/settings.ts';
import { createLegacyMetrics, type LegacyMetricsSettings } from './legacy-metrics/index.ts';
import { createNeighbours } from './neighbours/index.ts';
import { neighboursDatasets } from './neighbours/schema.ts';
import type { NeighboursSettings } from './neighbours/settings.ts';
import type { ClientFor } from './octopus-api/client-for.ts';
import { createOctopusApi } from './octopus-api/index.ts';
import type { FleetMaintenanceWindow } from './octopus-api/maintenance.ts';
import { octopusApiDatasets } from './octopus-api/schema.ts';
import { octopusServerLog } from './octopus-server-log/index.ts';
import { octopusTaskLog } from './octopus-task-log/index.ts';
import { octopusWebLog } from './octopus-web-log/index.ts';
import { otlpTrace } from './otlp-trace/index.ts';
import { createProbe } from './probe/index.ts';
import { probeDatasets } from './probe/schema.ts';
import type { ProbeSettings } from './probe/settings.ts';
import { createPrometheus, prometheusDatasets } from './prometheus/index.ts';
import type { PrometheusSettings } from './prometheus/settings.ts';
import { createProvisioning } from './provisioning/index.ts';
import { provisioningDatasets } from './provisioning/schema.ts';
import type { ProvisioningSettings } from './provisioning/watch-new.ts';

/** What collectors are made with; each takes what it needs. */
export interface CollectorDeps {
  readonly clientFor: ClientFor;
  readonly aws: AwsClients;
  readonly kubernetes: KubernetesClients;
  readonly http: Http;
  readonly prober: Prober;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** The samples that rules read: for what is derived from what other collectors read. */
  readonly series: SeriesReader;
  /** `collectors` of the configuration, as it is now. */
  readonly settings: () => CollectorSettings;
  /** `fleet.maintenance_windows` of the configuration, as it is now. */
  readonly maintenanceWindows: () => readonly FleetMaintenanceWindow[];
}

/** The settings of the collectors that have some, as their folders declare them. */
export interface CollectorSettings {
  readonly aws: AwsSettings;
  readonly azure: AzureSettings;
  readonly capacity: CapacitySettings;
  readonly cost: CostSettings;
  readonly provisioning: ProvisioningSettings;
  readonly dormancy: DormancySettings;
  readonly host: HostSettings;
  readonly kubernetes: KubernetesSettings;
  readonly neighbours: NeighboursSettings;
  readonly probe: ProbeSettings;
  readonly prometheus: PrometheusSettings;
}

/** Every collector that polls, of instances and of places. */
export function createPollCollectors(deps: CollectorDeps): readonly PollCollector[] {
  return [
    ...createOctopusApi(deps),
    ...createAws(deps),
    ...createFleetCollector(),
    ...createCapacity(deps),
    ...createCost(deps),
    ...createProvisioning(deps),
    ...createDormancy(deps),
    ...createHost(deps),
    ...createKubernetes(deps),
    ...createNeighbours(deps),
    ...createProbe(deps),
    ...createPrometheus(deps),
    ...createAzure(deps),
  ];
}

/** Collectors of files without settings. Where two of a kind declare one dataset, the first is believed. */
const LINE_COLLECTORS: readonly LineCollector[] = [
  octopusServerLog,
  octopusWebLog,
  octopusTaskLog,
  otlpTrace,
];

/** Every collector of files, by the settings of `collectors`. @throws Failure `invalid` for settings that cannot be */
export function createLineCollectors(settings: {
  readonly 'legacy-metrics': LegacyMetricsSettings;
}): readonly LineCollector[] {
  return [...LINE_COLLECTORS, createLegacyMetrics(settings['legacy-metrics'])];
}

/** Every dataset that octowatch writes, each once: of all collectors, and the agent's own. */
export const datasets: readonly Dataset[] = [
  ...new Set<Dataset>([
    ...octopusApiDatasets,
    ...fleetDatasets,
    ...awsDatasets,
    ...capacityDatasets,
    ...costDatasets,
    ...provisioningDatasets,
    ...dormancyDatasets,
    ...hostDatasets,
    ...kubernetesDatasets,
    ...neighboursDatasets,
    ...probeDatasets,
    ...prometheusDatasets,
    ...azureDatasets,
    ...LINE_COLLECTORS.flatMap((collector) => collector.datasets),
    quotaDataset,
    signUpGateDataset,
    pollDataset,
  ]),
];
