/** An instance as one source tells of it. */
export interface FoundInstance {
  /** The stable id. */
  readonly tenant: string;
  /** Base URL, without a slash at the end; undefined where there is nothing to poll. */
  readonly url?: string;
  /** Never logged, never saved. */
  readonly apiKey?: string;
  /** Where its key is read from, each time that the source is asked: secrets are rotated. */
  readonly apiKeyFile?: string;
  readonly info: Readonly<Record<string, string>>;
  /** Globs of log files by collector. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** IANA zone of stamps without one. */
  readonly timeZone: string;
  /** Scaled to zero on purpose. */
  readonly asleep: boolean;
}

/** What the agent knows of an instance that it watches. */
export interface Instance extends Omit<FoundInstance, 'apiKeyFile'> {
  /** The source that is believed: `static` for `fleet.instances`, or the name of an entry of `fleet.discovery`. */
  readonly discovery: string;
}

/** The name of the list in the configuration among the sources. */
export const STATIC = 'static';

/** What a tenant id may be; it is part of paths and source names. */
export const TENANT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
