import type { Target } from '../collect/contract.ts';
import type { Config } from '../config/schema.ts';
import { Failure } from '../model/failure.ts';
import type { Log } from '../model/ports.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import type { OctopusClient } from '../octopus/client.ts';
import { systemClock as clock } from '../system/system-clock.ts';
import { createHttp } from '../system/system-http.ts';
import { createClients } from './clients.ts';
import { targetsOf } from './targets.ts';

/** A client of one configured instance, for one-shot commands. @throws Failure `invalid` for one without an API */
export function connect(
  config: Config,
  tenant: string,
  log: Log,
): { target: Target; client: OctopusClient; close(): Promise<void> } {
  const { http, close } = createHttp();
  const clients = createClients({ http, clock, random: Math.random, log, metrics: NO_METRICS });
  clients.configure(config);
  const target = targetsOf(config).polled.find((candidate) => candidate.tenant === tenant);
  if (target === undefined) throw new Failure('invalid', `tenant ${tenant} has no url in fleet.instances`);
  return { target, client: clients.get(tenant), close };
}
