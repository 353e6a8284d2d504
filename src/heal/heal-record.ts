import { ANNOTATIONS, type Alert } from '../model/alert.ts';
import { eventId } from '../model/event-id.ts';
import type { Person } from '../model/on-call.ts';
import type { HealStatus, Step } from '../model/plan.ts';
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
  /** Who asked for it, of a heal that a person started. */
  readonly by: Person | null;
}

/** The id of the heal of an alert's episode. */
export function healId(alert: Alert): string {
  return eventId(alert.key, String(episodeStart(alert)));
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
    by: null,
  };
}

/** A further heal of the alert's episode, on a person's word; no page waits for it. */
export function newHealBy(alert: Alert, by: Person, now: number): HealRecord {
  return { ...newHeal(alert, now), id: eventId(healId(alert), 'by', String(now)), by };
}

/** Whether the record is of the episode in which the alert is. */
export function isOfEpisode(record: HealRecord, alert: Alert): boolean {
  return record.id === healId(alert) || (record.by !== null && record.startedAt >= episodeStart(alert));
}

function episodeStart({ firedAt, activeAt }: Alert): number {
  return firedAt ?? activeAt;
}

export function toStatus(record: HealRecord | undefined): HealStatus | undefined {
  if (record === undefined) return undefined;
  const { alertKey, remedy, tenant, state, startedAt, pageAt, by } = record;
  const detail = by === null ? record.detail : `${record.detail}, run by ${by.name}`;
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

/** What steps do, in one line. */
export function stepsText(steps: readonly Step[]): string {
  return steps.map(({ description }) => description).join('; ');
}

/** The detail of a dry run. */
export function planDetail(steps: readonly Step[]): string {
  return `would ${stepsText(steps)} (not armed)`;
}

/** What a dry run said it would do. */
export function plannedBy(record: HealRecord | undefined): string | undefined {
  return record?.state === 'planned' ? /^would (.*) \(not armed\)$/.exec(record.detail)?.[1] : undefined;
}
