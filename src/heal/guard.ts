import type { Alert } from '../model/alert.ts';
import { formatDuration } from '../model/duration.ts';
import type { HealJournal } from './heal-journal.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

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

/** What the guard looks at besides the alert. */
export interface Evidence {
  /** The id of the heal that asks. */
  readonly healId: string;
  /** All alerts that fire now. */
  readonly firing: readonly Alert[];
  readonly journal: Pick<HealJournal, 'actionsSince'>;
  readonly limits: HealLimits;
  readonly now: number;
}

/** What stands between an alert and an action. Undefined means nothing does. */
export function refusalOf(alert: Alert, evidence: Evidence): Refusal | undefined {
  const tenant = alert.labels['tenant'] ?? '';
  if (tenant === '') return { reason: 'no_tenant', detail: 'the alert names no tenant' };
  if (alert.heldSince !== undefined)
    return { reason: 'stale_evidence', detail: 'the data behind the alert is missing' };
  return stormRefusal(alert, evidence) ?? budgetRefusal(tenant, evidence);
}

function stormRefusal(alert: Alert, { firing, limits }: Evidence): Refusal | undefined {
  const name = alert.labels['alertname'];
  const tenants = new Set(
    firing.filter(({ labels }) => labels['alertname'] === name).map(({ labels }) => labels['tenant']),
  );
  if (tenants.size <= limits.stormTenants) return undefined;
  return { reason: 'storm', detail: `${tenants.size} tenants have the same alert: a shared cause` };
}

function budgetRefusal(tenant: string, evidence: Evidence): Refusal | undefined {
  const { healId, journal, limits, now } = evidence;
  const actions = journal.actionsSince(now - Math.max(DAY, limits.cooldownMs), healId);
  const day = actions.filter(({ at }) => at >= now - DAY);
  const hour = day.filter(({ at }) => at >= now - HOUR);
  const own = hour.filter((action) => action.tenant === tenant);
  if (actions.some((action) => action.tenant === tenant && action.at > now - limits.cooldownMs)) {
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
