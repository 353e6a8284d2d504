import type { Alert } from '../model/alert.ts';
import { formatDuration } from '../model/duration.ts';
import type { HealJournal } from './heal-journal.ts';

const HOUR = 3_600_000;

/** How much automatic healing is allowed, counted in tenants acted on. */
export interface HealLimits {
  readonly perTenantHour: number;
  readonly perHour: number;
  readonly perDay: number;
  /** ms between two actions on one tenant. */
  readonly cooldownMs: number;
  /** More tenants than this with the same alert have a shared cause: page, do not act. */
  readonly stormTenants: number;
}

/** Why the guard refuses; `reason` is a metric label, `detail` goes into the page. */
export interface Refusal {
  readonly reason: 'no_tenant' | 'stale_evidence' | 'storm' | 'tenant_budget' | 'fleet_budget' | 'cooldown';
  readonly detail: string;
}

/** What stands between an alert and an action. Undefined means nothing does. */
export function refusalOf(
  alert: Alert,
  firing: readonly Alert[],
  journal: Pick<HealJournal, 'actionsSince'>,
  limits: HealLimits,
  now: number,
): Refusal | undefined {
  const tenant = alert.labels['tenant'] ?? '';
  if (tenant === '') return { reason: 'no_tenant', detail: 'the alert names no tenant' };
  if (alert.heldSince !== undefined)
    return { reason: 'stale_evidence', detail: 'the data behind the alert is missing' };
  return stormRefusal(alert, firing, limits) ?? budgetRefusal(tenant, journal, limits, now);
}

function stormRefusal(alert: Alert, firing: readonly Alert[], limits: HealLimits): Refusal | undefined {
  const name = alert.labels['alertname'];
  const tenants = new Set(
    firing.filter(({ labels }) => labels['alertname'] === name).map(({ labels }) => labels['tenant']),
  );
  if (tenants.size <= limits.stormTenants) return undefined;
  return { reason: 'storm', detail: `${tenants.size} tenants have the same alert: a shared cause` };
}

function budgetRefusal(
  tenant: string,
  journal: Pick<HealJournal, 'actionsSince'>,
  limits: HealLimits,
  now: number,
): Refusal | undefined {
  const day = journal.actionsSince(now - 24 * HOUR);
  const hour = day.filter(({ at }) => at >= now - HOUR);
  const own = hour.filter((action) => action.tenant === tenant);
  if (own.some(({ at }) => at > now - limits.cooldownMs)) {
    return { reason: 'cooldown', detail: `acted on less than ${formatDuration(limits.cooldownMs)} ago` };
  }
  if (own.length >= limits.perTenantHour) {
    return {
      reason: 'tenant_budget',
      detail: `${own.length} heals in the last hour: the tenant's budget is spent`,
    };
  }
  if (hour.length >= limits.perHour || day.length >= limits.perDay) {
    return {
      reason: 'fleet_budget',
      detail: `${hour.length} heals in the last hour, ${day.length} in a day: the fleet's budget is spent`,
    };
  }
  return undefined;
}
