import type { ColumnBatch } from '../model/column-batch.ts';
import type { Dataset } from '../model/dataset.ts';
import type { JsonValue } from '../model/json.ts';
import type { Point } from '../model/point.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';

/** What tenants share and is polled once for all of them. */
export type PlaceKind =
  | 'host'
  | 'kubernetes'
  | 'aws' // an account's region
  | 'aws-global' // what an account has once for all regions
  | 'azure'
  | 'probe'
  | 'prometheus'
  | 'fleet';

/** A cluster, an account, an endpoint …: its kind, and its name in the configuration. */
export interface Place {
  readonly kind: PlaceKind;
  /** Unique among places of its kind. */
  readonly name: string;
}

/** What is polled: an instance, or a place that tenants share. It holds no secret: clients do. */
export interface Target {
  /** The stable id, never from content; empty for a place. */
  readonly tenant: string;
  /** Undefined for an instance. */
  readonly place?: Place;
  /** Scaled to zero on purpose: asked for nothing, so that nothing wakes it. */
  readonly asleep?: boolean;
  /** The instance's base URL, without a slash at the end. */
  readonly url?: string;
  /** What may change in a life (region, plan, database server, …): labels of the info series only. */
  readonly info: Readonly<Record<string, string>>;
  /** Log files of the instance by collector name, as globs. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** IANA zone of stamps without one. */
  readonly timeZone: string;
}

/** Every instance that is watched. A tenant that it does not know is nobody's: its points belong to no tenant. */
export interface Fleet {
  all(): Iterable<Target>;
  find(tenant: string): Target | undefined;
}

/** What a poll is given besides its target. */
export interface CollectContext {
  /** Aborted at the deadline or at shutdown; a poll ends within 1 s of it. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /**
   * What was seen, as the poll of this target left it last time that its points were taken; null at first. Over a
   * restart, as it was when they were durable.
   * Assign to it before a yield: it is committed with the points that the yield hands over.
   */
  state: JsonValue;
  /** The instances as they are now. */
  readonly fleet: Fleet;
  /** Whether this collector is the active source of a dataset for the target (`prefer`): yield no points of others. */
  isSource(dataset: Dataset): boolean;
}

/** Reads one kind of source at an interval. */
export interface PollCollector {
  /** `octopus-api/ping`: folder, then what it asks. */
  readonly name: string;
  readonly datasets: readonly Dataset[];
  readonly intervalMs: number;
  /** The kind of places it polls; undefined where it polls instances. */
  readonly reads?: PlaceKind;
  /** How long one poll may take, ms, where 10 s are not enough (pages and pages of a cloud); never over its interval. */
  readonly deadlineMs?: number;
  /**
   * Datasets that say how reading went, such as `up`: what was yielded of them counts also when the poll fails after
   * that, and rules never take it for missing.
   */
  readonly probes?: readonly Dataset[];
  /** It acts on what it remembers: state that could not be made durable is forgotten at once, not at the next start. */
  readonly acts?: boolean;
  /** Yields what it read. @throws Failure when it could not read: no value is yielded for what is not known */
  poll(target: Target, context: CollectContext): AsyncIterable<readonly Point[]>;
  /** The target is polled no more: end what was kept for it, a watch or a connection. */
  readonly forget?: (target: Target) => Promise<void>;
}

/** The name under which a target is polled, logged and remembered: its tenant, or the name of the place. */
export function subjectOf({ tenant, place }: Target): string {
  return place?.name ?? tenant;
}

/** Differs from target to target; of places it has a colon, which no tenant has in its name. */
export function keyOf({ tenant, place }: Pick<Target, 'tenant' | 'place'>): string {
  return place === undefined ? tenant : `${place.kind}:${place.name}`;
}

/** What became of the lines of one chunk; the sum is the number of lines. */
export interface ParseCounts {
  /** Became at least one row. */
  parsed: number;
  /** Continued the line before: a stack trace, a wrapped message. */
  folded: number;
  /** Well-formed and of no interest. */
  skipped: number;
  /** Not what the format promises: cut, not UTF-8, too long. */
  refused: number;
}

/** Parses the lines of one file; keeps state between chunks (folding), none between files. */
export interface LineParser {
  /**
   * The time of the last line that had one, ms. It is committed with the position, and set before the first line after a
   * restart, or of the next file of a log: it tells the two runs of an hour that the clock repeats apart.
   */
  lastTime?: number | undefined;
  /**
   * Parses whole lines, each ended by `\n`, appending rows to `out`; synchronous, on bytes, no object per line.
   * @param offset the byte offset of `chunk` in its file; a row's offset is that of its line
   */
  parse(chunk: Uint8Array, offset: number, out: ColumnBatch): ParseCounts;
}

/** Reads lines of files that grow. */
export interface LineCollector {
  /** `octopus-server-log`: the folder; also the key of `Target.files`. */
  readonly name: string;
  readonly datasets: readonly Dataset[];
  createParser(target: Target, isSource: (dataset: Dataset) => boolean): LineParser;
}
