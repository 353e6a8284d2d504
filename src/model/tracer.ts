/** A piece of work that has ended. */
export interface Span {
  /** Few different ones: `poll octopus-api/ping`; what varies more is an attribute. */
  readonly name: string;
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Never a secret, a path or a text of somebody else: tenant, names, counts, outcomes. */
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Whether it waited for another server. */
  readonly isRemote?: boolean;
  /** Why it failed, from a closed set. */
  readonly error?: string;
}

/** Where the agent tells what it did when, for a tracing system. */
export interface Tracer {
  /** Takes a span at once and never throws; sending it is somebody else's affair. */
  record(span: Span): void;
}

/** Tells nobody. */
export const NO_TRACER: Tracer = { record() {} };
