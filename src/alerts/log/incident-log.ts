import type { Severity } from '../../model/alert.ts';
import type { PastIncident } from '../../model/incident.ts';
import type { Acknowledgement, AuditEntry } from '../../model/on-call.ts';

/** One episode of an incident, from its first alert to its end, whoever was told of it. Times in ms. */
export interface IncidentEntry {
  readonly key: string;
  readonly receiver: string;
  readonly alertname: string;
  readonly tenant?: string;
  readonly team?: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** `healed by octopus-task-cancel`, `over by itself`, `merged into 37 of 1,000 tenants down`. */
  readonly ended?: string;
  readonly acknowledged?: Acknowledgement;
}

/** Something new that a receiver accepted: a page when it wakes, else a message. Edits and ends are none. */
export interface PageEntry {
  readonly at: number;
  readonly key: string;
  readonly receiver: string;
  readonly kind: string;
  readonly wakes: boolean;
  /** The route it took: matchers of the routes from the root, `{} > {team="db"}`. */
  readonly route: string;
  /** The name of its rule; of several, the first. */
  readonly rule: string;
  readonly tenant?: string;
  readonly team?: string;
  readonly summary: string;
}

/** Whom pages woke. */
export interface WakingEntries {
  /** Those that wake, oldest first. */
  readonly pages: readonly PageEntry[];
  /** The episodes of the incidents that they were of, oldest first. */
  readonly incidents: readonly IncidentEntry[];
  /** When the first thing happened that the log knows of, ms; undefined of an empty log. */
  readonly since: number | undefined;
}

/** What happened around one incident or one tenant: of each kind the newest, oldest first. */
export interface IncidentStory {
  readonly incidents: readonly IncidentEntry[];
  readonly pages: readonly PageEntry[];
  readonly audit: readonly AuditEntry[];
}

/** The durable memory of incidents, pages and who did what: what the page tells of last time, what the report counts. */
export interface IncidentLog {
  /** Writes an episode down, or anew: `key`, `receiver` and `startedAt` tell it. */
  saveIncident(entry: IncidentEntry): void;
  addPage(entry: PageEntry): void;
  addAudit(entry: AuditEntry): void;
  /**
   * The last that ended of the same rule, and not by going on in another incident: of the same tenant, or of no single one,
   * if there is one, else of any.
   */
  lastSimilar(alertname: string, tenant: string | undefined, before: number): PastIncident | undefined;
  /** Oldest first, as are all. */
  incidents(from: number, to: number): IncidentEntry[];
  /** Those that have not ended. */
  open(): IncidentEntry[];
  pages(from: number, to: number): PageEntry[];
  audit(from: number, to: number): AuditEntry[];
  /** Pages that wake, and their incidents, without reading all that was told. */
  wakings(from: number, to: number): WakingEntries;
  /** What is known of an incident, at most 50 of each kind. */
  story(key: string): IncidentStory;
  /** The newest episodes of a tenant. */
  ofTenant(tenant: string, limit: number): IncidentEntry[];
  /** How often the incident has ended since. */
  endsSince(key: string, from: number): number;
  expire(before: number): void;
}
