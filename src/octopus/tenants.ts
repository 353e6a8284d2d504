import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import { readJson } from './answer.ts';
import type { Connection } from './connection.ts';
import type { ReadPages } from './pages.ts';
import { flag } from './payload-fields.ts';

/** Variables of all tenants are one answer, and each repeats the templates: 10 KB a tenant is much. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A tenant of a space, as the Octopus that manages a fleet has it. */
const tenantSchema = z
  .looseObject({
    Id: z.string().min(1),
    Name: z.string().min(1),
    /** Since 2022. */
    Slug: z.string().nullish(),
    /** Since 2024. */
    IsDisabled: flag,
    TenantTags: z.array(z.string()).nullish(),
    ProjectEnvironments: z.record(z.string(), z.array(z.string())).nullish(),
  })
  .transform((raw) => ({
    id: raw.Id,
    name: raw.Name,
    slug: raw.Slug ?? undefined,
    isDisabled: raw.IsDisabled,
    /** `Tag set/Tag`. */
    tags: raw.TenantTags ?? [],
    /** Ids of the environments it is connected to, by the id of the project. */
    environments: raw.ProjectEnvironments ?? {},
  }));

export type Tenant = z.output<typeof tenantSchema>;

const template = z.looseObject({ Id: z.string(), Name: z.string(), DefaultValue: z.unknown().optional() });
const values = z.record(z.string(), z.unknown()).nullish();
const library = z.looseObject({ Templates: z.array(template).nullish(), Variables: values });
const project = z.looseObject({
  Templates: z.array(template).nullish(),
  Variables: z.record(z.string(), values).nullish(),
});
const variablesSchema = z.array(
  z.looseObject({
    TenantId: z.string(),
    LibraryVariables: z.record(z.string(), library).nullish(),
    ProjectVariables: z.record(z.string(), project).nullish(),
  }),
);

/** What is given at a tenant for the variables that its library sets and projects ask for. */
export interface TenantVariables {
  /** By name; a sensitive one, and one that several places give differently, is not there. */
  readonly values: ReadonlyMap<string, string>;
}

/** Calls about the tenants of a space; each throws what every call of the client may. Permission TenantView. */
export interface TenantCalls {
  /** All tenants. @throws Failure `malformed`, too, when the list changed while it was read: a part is no list */
  tenants(space: string, signal?: AbortSignal): Promise<readonly Tenant[]>;
  /** By tenant id, those of `project` alone where that is given. Permission VariableView. */
  tenantVariables(
    space: string,
    project: string | undefined,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, TenantVariables>>;
}

export function createTenantCalls(connection: Connection, readPages: ReadPages): TenantCalls {
  async function tenants(space: string, signal?: AbortSignal): Promise<readonly Tenant[]> {
    const path = `/api/${encodeURIComponent(space)}/tenants`;
    const { items, total } = await readPages({ path, item: tenantSchema, signal });
    if (new Set(items.map(({ id }) => id)).size !== total)
      throw new Failure('malformed', `${connection.where(path)}: the list changed while it was read`);
    return items;
  }

  async function tenantVariables(
    space: string,
    ofProject: string | undefined,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, TenantVariables>> {
    const path = `/api/${encodeURIComponent(space)}/tenantvariables/all`;
    const query = ofProject === undefined ? {} : { projectId: ofProject };
    const response = await connection.send({ path, query, signal, maxBytes: MAX_BYTES });
    const list = readJson(response, variablesSchema, connection.where(path));
    return new Map(list.map((entry) => [entry.TenantId, { values: valuesOf(entry, ofProject) }]));
  }

  return { tenants, tenantVariables };
}

type VariablesEntry = z.output<typeof variablesSchema>[number];

/** Source: OctopusClients `TenantVariableResource.cs`; the values of a project are by environment. */
function valuesOf(
  { LibraryVariables, ProjectVariables }: VariablesEntry,
  ofProject: string | undefined,
): ReadonlyMap<string, string> {
  const found = new Map<string, string | undefined>();
  const note = (templates: readonly z.output<typeof template>[], given: z.output<typeof values>): void => {
    for (const { Id, Name, DefaultValue } of templates) {
      const value = plainValue(given?.[Id]) ?? plainValue(DefaultValue);
      if (value !== undefined)
        found.set(Name, found.has(Name) && found.get(Name) !== value ? undefined : value);
    }
  };
  for (const { Templates, Variables } of Object.values(LibraryVariables ?? {}))
    note(Templates ?? [], Variables);
  for (const [id, { Templates, Variables }] of Object.entries(ProjectVariables ?? {}))
    if (ofProject === undefined || id === ofProject)
      for (const given of Object.values(Variables ?? {})) note(Templates ?? [], given);
  return new Map([...found].filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A sensitive value is an object without it. */
function plainValue(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
