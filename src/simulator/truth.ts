/** The types of incident that the simulator can play, by their id in the catalogue. */
export const INCIDENT_TYPE_IDS = [
  'T1', // the task queue is stuck
  'T2', // the scheduler is stuck
  'T3', // a task is cancelling for ever
  'T4', // a script waits for the script of another task
  'T5', // the task cap is saturated by the tenant's own load
  'T7', // the server crashes or hangs
  'T9', // the SQL connection pool is exhausted
  'T15', // the customer's own targets or scripts fail
  'S1', // a cluster machine is lost
  'S3', // a database server fails over
  'S7', // the ingress of a region is slow
  'Q1', // maintenance window
  'Q6', // one or two lost probes
] as const;
export type IncidentTypeId = (typeof INCIDENT_TYPE_IDS)[number];

/** What the right answer to an incident is: page now, heal it, a morning ticket, or nothing but a log line. */
export type IncidentClass = 'page' | 'heal' | 'ticket' | 'log';
export type SymptomFamily =
  | 'down'
  | 'slow'
  | 'queue'
  | 'scheduler'
  | 'failures'
  | 'capacity'
  | 'blind'
  | 'none';

/** Something that victims have in common. */
export interface SharedThing {
  readonly kind: 'cluster_node' | 'database_server' | 'region';
  readonly name: string;
}

/** An incident to start. What is not said is drawn from the seed. */
export interface IncidentSpec {
  readonly type: IncidentTypeId;
  /** ms after the start of the simulator; `inject` starts at once. */
  readonly afterMs?: number;
  /** ms until it ends by itself; the type's own distribution otherwise. */
  readonly durationMs?: number;
  /** Victims of a local type. */
  readonly tenants?: readonly string[];
  /** The name of the shared thing of a shared type: a region, a database server, a cluster machine. */
  readonly shared?: string;
}

/** The ground truth of one incident, never to be shown to what is being judged. Times in ms since the epoch. */
export interface IncidentTruth {
  readonly id: string;
  readonly type: IncidentTypeId;
  readonly t0: number;
  /** Undefined while it lasts. */
  readonly t1: number | undefined;
  /** From when a customer suffers. */
  readonly harm_from: number;
  readonly class: IncidentClass;
  readonly family: SymptomFamily;
  readonly tenants: readonly string[];
  readonly shared: SharedThing | undefined;
  /** What is at fault: the shared thing, or the tenant. */
  readonly cause_entity: string;
  /** When the first signal differed from a healthy instance's; undefined until one did. */
  readonly evidence_from: number | undefined;
  /** The signals that change: the metric words of the catalogue. */
  readonly evidence: readonly string[];
  readonly heal: {
    readonly ok: readonly string[];
    readonly wrong: readonly string[];
    /** Share of occurrences the first remedy ends. */
    readonly p: number;
    /** When a remedy, not time, ended it. */
    readonly at: number | undefined;
  };
  /** Incidents of other ids that share a victim and some time. */
  readonly overlaps: readonly string[];
  readonly planned: boolean;
}

/** A running incident as the test that injected it holds it. */
export interface IncidentHandle {
  readonly id: string;
  readonly truth: IncidentTruth;
  /** Ends it now, as if its cause had gone away. */
  end(): void;
}
