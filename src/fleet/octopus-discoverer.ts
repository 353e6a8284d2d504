import type { OctopusClient } from '../octopus/client.ts';
import type { Tenant, TenantVariables } from '../octopus/tenants.ts';
import type { Discoverer } from './discoverer.ts';
import { placeholdersOfTemplate, toList, type Candidate, type InstanceTemplate } from './found-instance.ts';

/** Which tenants of a management Octopus are the fleet. */
export interface OctopusSelection {
  /** Id of the space. */
  readonly space: string;
  /** Ids of what a tenant must be connected to. */
  readonly project?: string | undefined;
  readonly environment?: string | undefined;
  /** All of which it must have, as `Tag set/Tag`. */
  readonly tags: readonly string[];
}

interface OctopusDiscovererOptions extends Omit<Discoverer, 'list' | 'watch'> {
  readonly selection: OctopusSelection;
  readonly template: InstanceTemplate;
  /** The client of the management Octopus as it is now. @throws Failure when it has none */
  readonly client: () => Pick<OctopusClient, 'tenants' | 'tenantVariables'>;
}

const VARIABLE = 'variable.';
const TAG = 'tag.';

/** Takes the tenants of the Octopus that deploys the fleet for its instances; a disabled tenant is asleep. */
export function createOctopusDiscoverer(options: OctopusDiscovererOptions): Discoverer {
  const { selection, template, client } = options;
  const { space, project } = selection;
  const asksVariables = placeholdersOfTemplate(template).some((name) => name.startsWith(VARIABLE));

  return {
    ...options,
    async list(signal) {
      const tenants = (await client().tenants(space, signal)).filter((tenant) =>
        isSelected(tenant, selection),
      );
      const variables = asksVariables ? await client().tenantVariables(space, project, signal) : new Map();
      return toList(
        template,
        tenants.map((tenant) => candidateOf(tenant, variables.get(tenant.id), space)),
      );
    },
  };
}

function isSelected(
  { tags, environments }: Tenant,
  { project, environment, tags: wanted }: OctopusSelection,
): boolean {
  const connected = project === undefined ? Object.values(environments).flat() : environments[project];
  if (project !== undefined && connected === undefined) return false;
  if (environment !== undefined && connected?.includes(environment) !== true) return false;
  return wanted.every((tag) => tags.includes(tag));
}

function candidateOf(tenant: Tenant, variables: TenantVariables | undefined, space: string): Candidate {
  const { id, name, slug, tags, isDisabled } = tenant;
  const own: Readonly<Record<string, string | undefined>> = { id, name, slug, space };

  function find(placeholder: string): string | undefined {
    if (placeholder.startsWith(VARIABLE)) return variables?.values.get(placeholder.slice(VARIABLE.length));
    if (!placeholder.startsWith(TAG)) return own[placeholder];
    const set = `${placeholder.slice(TAG.length)}/`;
    return tags.find((tag) => tag.startsWith(set))?.slice(set.length);
  }

  return { what: `${name} (${id})`, asleep: isDisabled, find };
}
