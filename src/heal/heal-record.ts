import { ANNOTATIONS, type Alert } from '../model/alert.ts';
import { eventId } from '../model/event-id.ts';
import type { HealStatus } from '../model/plan.ts';
import type { Span } from '../model/tracer.ts';

/** One run of a remedy against one episode of an alert, as the journal keeps it. */
export interface HealRecord {
  /** Hash of alert and episode: a heal is started once for each. */
  readonly id: string;
  readonly alertKey: string;
  readonly alertName: string;
  readonly remedy: string;
  readonly tenant: string;
  readonly state: HealStatus['state'];
  readonly detail: string;
  readonly startedAt: number;
  /** When the page goes out although the heal still works. */
  readonly pageAt: number | null;
  readonly appliedAt: number | null;
  readonly endedAt: number | null;
}

/** The id of the heal of an alert's episode. */
export function healId(alert: Alert): string {
  return eventId(alert.key, String(alert.firedAt ?? alert.activeAt));
}

export function newHeal(alert: Alert, now: number): HealRecord {
  return {
    id: healId(alert),
    alertKey: alert.key,
    alertName: alert.labels['alertname'] ?? '',
    remedy: alert.annotations[ANNOTATIONS.remedy] ?? '',
    tenant: alert.labels['tenant'] ?? '',
    state: 'planned',
    detail: '',
    startedAt: now,
    pageAt: null,
    appliedAt: null,
    endedAt: null,
  };
}

export function toStatus(record: HealRecord | undefined): HealStatus | undefined {
  if (record === undefined) return undefined;
  const { alertKey, remedy, tenant, state, detail, startedAt, pageAt } = record;
  return { alertKey, remedy, tenant, state, detail, startedAt, ...(pageAt === null ? {} : { pageAt }) };
}

/** What a tracing system is told of a heal that has ended. */
export function healSpan(
  { remedy, tenant, alertName, startedAt }: HealRecord,
  outcome: HealRecord['state'],
  endedAt: number,
): Span {
  return {
    name: `heal ${remedy}`,
    startedAt,
    endedAt,
    attributes: { tenant, remedy, alertname: alertName, outcome },
    ...(outcome === 'failed' ? { error: 'heal_failed' } : {}),
  };
}
