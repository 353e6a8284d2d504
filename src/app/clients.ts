import type { Config } from '../config/schema.ts';
import type { Instance } from '../fleet/instance.ts';
import { Failure } from '../model/failure.ts';
import type { Clock, Http, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { createOctopusClient, type OctopusClient } from '../octopus/client.ts';

interface ClientsOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/** What a client is made for. */
export type ClientInstance = Pick<Instance, 'tenant' | 'url' | 'apiKey'>;

/** One API client for each instance, shared by collectors and remedies, so that they share its request budget. */
export interface Clients {
  /** Makes, keeps and drops clients to fit the instances. */
  configure(config: Config, instances: readonly ClientInstance[]): void;
  find(tenant: string): OctopusClient | undefined;
  /** @throws Failure `invalid` for a tenant without an API */
  get(tenant: string): OctopusClient;
}

export function createClients(options: ClientsOptions): Clients {
  let clients = new Map<string, { key: string; client: OctopusClient }>();

  function configure(config: Config, instances: readonly ClientInstance[]): void {
    const settings = config.collectors['octopus-api'];
    clients = new Map(
      instances.flatMap(({ tenant, url, apiKey }) => {
        if (url === undefined) return [];
        const key = JSON.stringify([url, apiKey, settings]);
        const known = clients.get(tenant);
        const client =
          known?.key === key
            ? known.client
            : createOctopusClient({
                ...options,
                tenant,
                url,
                apiKey,
                requestsPerMinute: settings.requests_per_minute,
                timeoutMs: settings.timeout,
              });
        return [[tenant, { key, client }]];
      }),
    );
  }

  function find(tenant: string): OctopusClient | undefined {
    return clients.get(tenant)?.client;
  }

  return {
    configure,
    find,
    get(tenant) {
      const client = find(tenant);
      if (client === undefined) throw new Failure('invalid', `tenant ${tenant} is no instance with a url`);
      return client;
    },
  };
}
