import type { SQLOutputValue } from 'node:sqlite';
import { SEVERITIES } from '../../model/alert.ts';
import type { PastIncident } from '../../model/incident.ts';
import type { Acknowledgement, AuditEntry, Person } from '../../model/on-call.ts';
import type { IncidentEntry, PageEntry } from './incident-log.ts';

/** A row of a STRICT table: columns have the types of the schema, and texts may be anything. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

const VIA = ['slack', 'pagerduty', 'api', 'web', 'cli'] as const;
const ACTIONS = ['acknowledge', 'silence', 'expire_silence', 'run_remedy'] as const;

/** What the rows say; those that hold what was never written are left out, and told. */
export function readRows<T>(
  rows: readonly Row[],
  parse: (row: Row) => T | undefined,
  onDamaged: () => void,
): T[] {
  return rows.flatMap((row) => {
    const entry = parse(row);
    if (entry === undefined) onDamaged();
    return entry === undefined ? [] : [entry];
  });
}

export function toIncident(row: Row): IncidentEntry | undefined {
  const severity = SEVERITIES.find((known) => known === row['severity']);
  const acknowledged = toAcknowledgement(row['acknowledged']);
  if (severity === undefined || acknowledged === 'damaged') return undefined;
  const { endedAt, ended } = row;
  return {
    key: String(row['key']),
    receiver: String(row['receiver']),
    alertname: String(row['alertname']),
    ...whose(row),
    severity,
    summary: String(row['summary']),
    startedAt: Number(row['startedAt']),
    ...(typeof endedAt === 'number' ? { endedAt } : {}),
    ...(typeof ended === 'string' ? { ended } : {}),
    ...(acknowledged === undefined ? {} : { acknowledged }),
  };
}

/** How an incident that has ended is told of in the next one. */
export function toPast(row: Row): PastIncident | undefined {
  const entry = toIncident(row);
  if (entry?.endedAt === undefined) return undefined;
  const { key, summary, startedAt, endedAt, acknowledged } = entry;
  const byWhom = acknowledged === undefined ? 'over by itself' : `acknowledged by ${acknowledged.by.name}`;
  return { key, summary, startedAt, endedAt, ended: entry.ended ?? byWhom };
}

export function toPage(row: Row): PageEntry {
  return {
    at: Number(row['at']),
    key: String(row['key']),
    receiver: String(row['receiver']),
    kind: String(row['kind']),
    wakes: row['wakes'] === 1,
    route: String(row['route']),
    rule: String(row['rule']),
    ...whose(row),
    summary: String(row['summary']),
  };
}

export function toAudit(row: Row): AuditEntry | undefined {
  const by = toPerson(parsed(row['by']));
  const action = ACTIONS.find((known) => known === row['action']);
  if (by === undefined || action === undefined) return undefined;
  return {
    at: Number(row['at']),
    by,
    action,
    subject: String(row['subject']),
    detail: String(row['detail']),
  };
}

function whose({ tenant, team }: Row): { tenant?: string; team?: string } {
  return {
    ...(typeof tenant === 'string' ? { tenant } : {}),
    ...(typeof team === 'string' ? { team } : {}),
  };
}

function toAcknowledgement(text: SQLOutputValue | undefined): Acknowledgement | 'damaged' | undefined {
  if (text === null) return undefined;
  const { by, at } = fieldsOf(parsed(text));
  const person = toPerson(by);
  return person === undefined || typeof at !== 'number' ? 'damaged' : { by: person, at };
}

function toPerson(value: unknown): Person | undefined {
  const { name, id, via } = fieldsOf(value);
  const place = VIA.find((known) => known === via);
  if (typeof name !== 'string' || place === undefined) return undefined;
  return { name, ...(typeof id === 'string' ? { id } : {}), via: place };
}

function parsed(text: SQLOutputValue | undefined): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
