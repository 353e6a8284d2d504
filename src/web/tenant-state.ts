import { severityOf, type Alert } from '../model/alert.ts';
import type { HealStatus } from '../model/plan.ts';
import type { TenantRow } from './sources.ts';

export const TENANT_STATES = ['down', 'degraded', 'healing', 'unknown', 'healthy', 'asleep'] as const;
export type TenantState = (typeof TENANT_STATES)[number];

/** A tenant's state and the alert that decides it. */
export interface TenantView {
  readonly tenant: string;
  readonly state: TenantState;
  readonly worst?: Alert;
}

/**
 * The worst state that a tenant's firing alerts give it: a page is down unless a heal is at work, a ticket degraded. One
 * that sleeps, and of which nothing is to be told, is asleep.
 */
export function tenantView(
  { tenant, asleep }: TenantRow,
  alerts: readonly Alert[],
  healStatus: (alertKey: string) => HealStatus | undefined,
): TenantView {
  const ranked = alerts
    .filter((alert) => alert.state === 'firing' && alert.labels['tenant'] === tenant)
    .map((alert) => ({ alert, state: stateOf(alert, healStatus(alert.key)) }))
    .toSorted((a, b) => TENANT_STATES.indexOf(a.state) - TENANT_STATES.indexOf(b.state));
  const [worst] = ranked;
  return worst === undefined
    ? { tenant, state: asleep === true ? 'asleep' : 'healthy' }
    : { tenant, state: worst.state, worst: worst.alert };
}

/** What one firing alert makes of its tenant. */
export function stateOf(alert: Alert, heal: HealStatus | undefined): TenantState {
  if (heal?.state === 'working') return 'healing';
  if (alert.heldSince !== undefined) return 'unknown';
  const severity = severityOf(alert.labels);
  if (severity === 'page') return 'down';
  return severity === 'ticket' ? 'degraded' : 'healthy';
}
