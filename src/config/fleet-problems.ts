import type { DiscoveryConfig } from './fleet.ts';
import type { Config } from './schema.ts';
import type { Problem } from './substitute.ts';
import { templateProblems } from './template-problems.ts';

/** What does not fit together in `fleet`, though each key is well-formed. */
export function* fleetProblems(config: Config): Iterable<Problem> {
  yield* instanceProblems(config.fleet.instances, ['fleet', 'instances']);
  for (const [index, entry] of config.fleet.discovery.entries()) {
    const path = ['fleet', 'discovery', index];
    for (const problem of discoveryProblems(entry, config))
      yield { ...problem, path: [...path, ...problem.path] };
  }
}

/** What is wrong in a list of instances: one tenant twice, a server that nobody may ask. */
function* instanceProblems(
  instances: Config['fleet']['instances'],
  path: readonly PropertyKey[],
): Iterable<Problem> {
  yield* doubleTenants(instances, path);
  for (const [index, { tenant, url, api_key: key }] of instances.entries())
    if (url !== undefined && key === undefined)
      yield {
        path: [...path, index, 'url'],
        message: `tenant ${tenant} has a url but no api_key or api_key_file`,
      };
}

/** Tenants that are listed twice, each at its second place. */
export function* doubleTenants(
  instances: readonly { readonly tenant: string }[],
  path: readonly PropertyKey[],
): Iterable<Problem> {
  const seen = new Set<string>();
  for (const [index, { tenant }] of instances.entries()) {
    if (seen.has(tenant))
      yield { path: [...path, index, 'tenant'], message: `tenant ${tenant} is listed twice` };
    seen.add(tenant);
  }
}

function* discoveryProblems(entry: DiscoveryConfig, config: Config): Iterable<Problem> {
  yield* placeProblems(entry, config);
  const { instance, file } = entry;
  if (instance.api_key !== undefined && instance.api_key_file !== undefined)
    yield { path: ['instance'], message: 'give api_key or api_key_file, not both' };
  if (file === undefined) yield* neededProblems(entry);
  else if (instance.tenant !== undefined || instance.url !== undefined)
    yield { path: ['instance'], message: 'the file itself has tenant and url of its instances' };
  yield* templateProblems(entry);
}

function* neededProblems({ instance }: DiscoveryConfig): Iterable<Problem> {
  const path = ['instance'];
  if (instance.tenant === undefined)
    yield { path, message: 'instance.tenant is missing: say what the id of a tenant is, such as {name}' };
  if (instance.url === undefined)
    yield {
      path,
      message: 'instance.url is missing: say where it answers, such as https://{tenant}.example.com',
    };
  if (instance.api_key === undefined && instance.api_key_file === undefined)
    yield {
      path,
      message: 'instance has no api_key or api_key_file; {tenant} in its path is the id of the tenant',
    };
}

/** Places that no other part of the configuration knows. */
function* placeProblems({ kubernetes, octopus, ec2 }: DiscoveryConfig, config: Config): Iterable<Problem> {
  const { clusters } = config.collectors.kubernetes;
  const { accounts } = config.collectors.aws;
  if (kubernetes !== undefined && !clusters.some(({ name }) => name === kubernetes.cluster))
    yield {
      path: ['kubernetes', 'cluster'],
      message: `no cluster ${kubernetes.cluster} in collectors.kubernetes.clusters`,
    };
  const account = accounts.find(({ name }) => name === ec2?.account);
  if (ec2 !== undefined && account === undefined)
    yield { path: ['ec2', 'account'], message: `no account ${ec2.account} in collectors.aws.accounts` };
  if (ec2 !== undefined && account?.regions.includes(ec2.region) === false)
    yield { path: ['ec2', 'region'], message: `account ${ec2.account} has no region ${ec2.region}` };
  if (octopus === undefined) return;
  const management = config.fleet.instances.find(({ tenant }) => tenant === octopus.instance);
  if (management?.url === undefined)
    yield {
      path: ['octopus', 'instance'],
      message: `no tenant ${octopus.instance} with a url in fleet.instances`,
    };
}
