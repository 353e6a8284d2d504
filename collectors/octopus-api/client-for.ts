import type { OctopusClient } from '../../src/octopus/client.ts';

/** The client of a tenant's instance. @throws Failure `invalid` when the tenant has none */
export type ClientFor = (tenant: string) => OctopusClient;
