import type { CollectContext, PollCollector, Target } from '../../src/collect/contract.ts';
import { eventId } from '../../src/model/event-id.ts';
import type { Point } from '../../src/model/point.ts';
import type { SeriesReader } from '../../src/model/series.ts';
import { failureBound } from './failure-bound.ts';
import { pingsSince } from './pings.ts';
import { registerOf, toState, type Register } from './register.ts';
import {
  provisioningDataset,
  provisioningDatasets,
  provisioningFleetDataset,
  provisioningTenantDataset,
} from './schema.ts';
import { countEnd, recentCounts, watchNew, type Ended, type ProvisioningSettings } from './watch-new.ts';

const INTERVAL_MS = 10_000;
/** As far back as pings are read: the head has no more. */
const LOOKBACK_MS = 300_000;

export interface ProvisioningDeps {
  /** Where the pings are. */
  readonly series: SeriesReader;
  readonly settings: () => { readonly provisioning: ProvisioningSettings };
}

/** How long new tenants take from their first sighting to their first answer, and which never answer. */
export function createProvisioning({ series, settings }: ProvisioningDeps): readonly PollCollector[] {
  async function* poll(_: Target, context: CollectContext): AsyncIterable<readonly Point[]> {
    const now = context.clock.now();
    const { provisioning } = settings();
    const register = registerOf(context.state, now);
    const fleet = new Map<string, Target>();
    for (const target of context.fleet.all()) if (target.url !== undefined) fleet.set(target.tenant, target);
    const isOpen = (tenant: string): boolean =>
      register.waiting.has(tenant) || register.failed.has(tenant) || !register.known.has(tenant);
    const pings = pingsSince(series, now - LOOKBACK_MS, now, isOpen);
    const ended = watchNew(register, { fleet, pings, settings: provisioning, now });
    for (const one of ended) {
      countEnd(register, one);
      if (one.outcome === 'failed')
        context.log.warn({ new_tenant: one.tenant }, 'a new tenant does not answer');
    }
    context.state = toState(register, now);
    yield [...ended.map(eventOf), ...openPoints(register, fleet, now), fleetPoint(register, now)];
  }

  const datasets = provisioningDatasets;
  return [{ name: 'provisioning/first-answer', reads: 'fleet', datasets, intervalMs: INTERVAL_MS, poll }];
}

function eventOf({ tenant, outcome, sinceAt, at }: Ended): Point {
  return {
    dataset: provisioningDataset,
    time: at,
    dimensions: { outcome, new_tenant: tenant },
    values: { duration_seconds: outcome === 'ready' ? (at - sinceAt) / 1000 : undefined },
    id: eventId('provisioning', tenant, String(sinceAt)),
  };
}

/** Only of tenants that the fleet knows. */
function openPoints(
  { waiting, failed }: Register,
  fleet: ReadonlyMap<string, Target>,
  time: number,
): Point[] {
  return [...waiting, ...failed]
    .filter(([tenant]) => fleet.has(tenant))
    .map(([tenant, since]) => ({
      dataset: provisioningTenantDataset,
      time,
      tenant,
      dimensions: {},
      values: {
        octopus_provisioning_waiting_seconds: (time - since) / 1000,
        octopus_provisioning_failed: Number(failed.has(tenant)),
      },
    }));
}

function fleetPoint(register: Register, time: number): Point {
  const { attempts, failures } = recentCounts(register, time);
  return {
    dataset: provisioningFleetDataset,
    time,
    dimensions: {},
    values: {
      octopus_provisioning_waiting: register.waiting.size,
      octopus_provisioning_recent_attempts: attempts,
      octopus_provisioning_recent_failures: failures,
      octopus_provisioning_failure_bound_ratio: failureBound(attempts, failures),
    },
  };
}
