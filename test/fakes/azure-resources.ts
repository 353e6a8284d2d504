// Written by hand in the shape of the examples in github.com/Azure/azure-rest-api-specs; no recording.

export const AZURE_SUBSCRIPTION = '33333333-3333-4333-8333-333333333333';

const GROUP = `/subscriptions/${AZURE_SUBSCRIPTION}/resourceGroups/octopus/providers`;
const NETWORKS = '/resourceGroups/octopus/providers/Microsoft.Network/virtualNetworks';
const SERVERS = '/resourceGroups/octopus/providers/Microsoft.Sql/servers';
const ACCOUNTS = '/resourceGroups/octopus/providers/Microsoft.Storage/storageAccounts';

function usage(name: string, currentValue: number, limit: number): object {
  return { unit: 'Count', currentValue, limit, name: { value: name, localizedValue: name } };
}

function resource(type: string, name: string, more: object = {}, location = 'westeurope'): object {
  return { id: `${GROUP}/${type}/${name}`, name: name.split('/').at(-1), type, location, ...more };
}

function pool(name: string, count: number, more: object = {}): object {
  return {
    name,
    count,
    vmSize: 'Standard_D8s_v5',
    mode: 'User',
    provisioningState: 'Succeeded',
    powerState: { code: 'Running' },
    enableAutoScaling: false,
    ...more,
  };
}

function elasticPool(name: string, tier: string, sku: string, capacity: number, state = 'Ready'): object {
  const properties = {
    state,
    maxSizeBytes: 53_687_091_200,
    perDatabaseSettings: { minCapacity: 0, maxCapacity: 10 },
  };
  return {
    ...resource('Microsoft.Sql/servers/sql-7/elasticPools', name, { properties }),
    sku: { name: sku, tier, capacity },
  };
}

function database(name: string, inPool?: string): object {
  const elasticPoolId = `${GROUP}/Microsoft.Sql/servers/sql-7/elasticPools/${inPool}`;
  return resource('Microsoft.Sql/servers/sql-7/databases', name, {
    properties: { status: 'Online', ...(inPool === undefined ? {} : { elasticPoolId }) },
  });
}

function subnet(network: string, name: string, currentValue: number, limit: number): object {
  const id = `${GROUP}/Microsoft.Network/virtualNetworks/${network}/subnets/${name}`;
  return { ...usage('SubnetSpace', currentValue, limit), id };
}

/** Lists by path below the subscription. */
export const AZURE_LISTS: Readonly<Record<string, readonly object[]>> = {
  '/providers/Microsoft.Compute/locations/westeurope/usages': [
    usage('availabilitySets', 0, 2500),
    usage('cores', 92, 100),
    usage('virtualMachines', 12, 25_000),
    usage('standardDSv3Family', 88, 100),
    usage('standardNVFamily', 0, 24),
  ],
  '/providers/Microsoft.Network/locations/westeurope/usages': [
    usage('VirtualNetworks', 2, 1000),
    usage('PublicIPAddresses', 9, 10),
    usage('LoadBalancers', 1, 1000),
  ],
  '/providers/Microsoft.Storage/locations/westeurope/usages': [usage('StorageAccounts', 3, 250)],
  '/providers/Microsoft.Sql/locations/westeurope/usages': [
    {
      name: 'ServerQuota',
      type: 'usages',
      properties: { displayName: 'Servers', currentValue: 1, limit: 250 },
    },
    { name: 'SubscriptionFreeDatabaseDaysLeft', properties: { currentValue: 0, limit: 0 } },
  ],
  '/providers/Microsoft.ContainerService/managedClusters': [
    resource('Microsoft.ContainerService/managedClusters', 'aks-1', {
      properties: {
        provisioningState: 'Succeeded',
        powerState: { code: 'Running' },
        agentPoolProfiles: [
          pool('system', 3),
          pool('tenants', 20, { enableAutoScaling: true, minCount: 3, maxCount: 20 }),
          pool('spare', 0, { powerState: { code: 'Stopped' }, provisioningState: 'Updating' }),
        ],
      },
    }),
    resource('Microsoft.ContainerService/managedClusters', 'aks-2', {
      properties: { provisioningState: 'Failed', powerState: { code: 'Stopped' } },
    }),
    resource('Microsoft.ContainerService/managedClusters', 'elsewhere', { properties: {} }, 'eastus'),
  ],
  '/providers/Microsoft.Network/virtualNetworks': [
    resource('Microsoft.Network/virtualNetworks', 'vnet-1'),
    resource('Microsoft.Network/virtualNetworks', 'vnet-us', {}, 'eastus'),
  ],
  [`${NETWORKS}/vnet-1/usages`]: [
    subnet('vnet-1', 'aks', 4080, 4091),
    subnet('vnet-1', 'vms', 7, 251),
    subnet('vnet-1', 'delegated', 5, -1),
  ],
  '/providers/Microsoft.Sql/servers': [
    resource('Microsoft.Sql/servers', 'sql-7', { properties: { state: 'Ready' } }),
    resource('Microsoft.Sql/servers', 'sql-8', { properties: { state: 'Ready' } }),
  ],
  [`${SERVERS}/sql-7/elasticPools`]: [
    elasticPool('dtu', 'Standard', 'StandardPool', 100),
    elasticPool('vcore', 'GeneralPurpose', 'GP_Gen5', 4, 'Disabled'),
    elasticPool('new-kind', 'SomethingNew', 'SN_Gen9', 4),
  ],
  [`${SERVERS}/sql-8/elasticPools`]: [],
  [`${SERVERS}/sql-7/databases`]: [
    database('master'),
    database('acme', 'dtu'),
    database('beta', 'DTU'),
    database('gamma', 'vcore'),
  ],
  '/providers/Microsoft.Storage/storageAccounts': [
    resource('Microsoft.Storage/storageAccounts', 'octopusfiles', { kind: 'StorageV2' }),
    resource('Microsoft.Storage/storageAccounts', 'octopusblobs', { kind: 'BlobStorage' }),
  ],
  [`${ACCOUNTS}/octopusfiles/fileServices/default/shares`]: [
    { name: 'task-logs', properties: { shareQuota: 1024, enabledProtocols: 'SMB' } },
    { name: 'artifacts', properties: { shareQuota: 5120, enabledProtocols: 'SMB' } },
    { name: 'packages', properties: { shareQuota: 100, enabledProtocols: 'SMB' } },
  ],
};

const SHARES = `${ACCOUNTS}/octopusfiles/fileServices/default/shares`;

/** Single resources by path. A share is gone since it was listed. */
export const AZURE_OBJECTS: Readonly<Record<string, object>> = {
  [`${SHARES}/task-logs`]: { name: 'task-logs', properties: { shareUsageBytes: 1_073_741_824_000 } },
  [`${SHARES}/artifacts`]: { name: 'artifacts', properties: {} },
};

const DTU_ONLY = 'dtu_consumption_percent';

/** What Azure Monitor has of a pool; undefined where it refuses the question. */
export function metricsOf(path: string, names: readonly string[], timespan: string): object[] | undefined {
  if (!/^[\dTZ:.-]+\/[\dTZ:.-]+$/.test(timespan)) return undefined;
  const isDtu = path.includes('/elasticPools/dtu/');
  if (!isDtu && names.includes(DTU_ONLY)) return undefined;
  return names.map((name, i) => ({
    name: { value: name, localizedValue: name },
    unit: 'Percent',
    timeseries: path.includes('/new-kind/')
      ? []
      : [
          {
            data: [{ average: 10 }, { average: 97.5 - i }, { timeStamp: 'the newest minutes have none yet' }],
          },
        ],
  }));
}
