import type { ColumnBatch } from './column-batch.ts';
import type { Dataset } from './dataset.ts';
import type { JsonValue } from './json.ts';

/** Time as a parameter: real in production, virtual in tests, simulator and backtest. */
export interface Clock {
  /** ms since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1). */
export type Random = () => number;

/** How the other side's certificate is judged. */
export interface HttpTls {
  /** Authorities to trust instead of the system's, PEM. */
  readonly ca?: string;
  /** False takes any certificate. Default true. */
  readonly verify?: boolean;
  /** The name the certificate must have, instead of the URL's host. */
  readonly serverName?: string;
  /** Our own certificate and its private key, PEM, for a server that asks who we are. */
  readonly cert?: string;
  readonly key?: string;
}

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** ms until the whole answer must be there; no call is without one. */
  readonly timeoutMs: number;
  /** The largest answer that is read, in bytes. Default 16 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** Default: as the system judges. */
  readonly tls?: HttpTls;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** One HTTP exchange; any status is an answer. @throws Failure `timeout`, `network`, `aborted` or `too_large` */
export type Http = (request: HttpRequest) => Promise<HttpResponse>;

export interface FileStat {
  readonly device: number;
  readonly inode: number;
  readonly size: number;
  readonly modifiedMs: number;
  /** When the file was made, where the file system knows: tells files apart that had one inode after another. */
  readonly bornMs?: number;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

/** What a probe waits for, in order: the name, the connection, TLS, the first byte of the answer, the last. */
export type ProbePhase = 'resolve' | 'connect' | 'tls' | 'processing' | 'transfer';

/** Why a probe got no answer, or none that is to be trusted. */
export type ProbeFaultReason =
  | 'dns_not_found' // the name is not there
  | 'dns_failed' // the name server refused, failed or did not answer
  | 'connection_refused'
  | 'connection_reset'
  | 'unreachable' // no route to host or network
  | 'forbidden_address' // a redirect led to this machine, or to a link-local address
  | 'certificate_expired'
  | 'certificate_not_yet_valid'
  | 'certificate_self_signed'
  | 'certificate_untrusted' // signed by nobody who is known here
  | 'certificate_wrong_host'
  | 'tls_version' // no version of TLS that both sides take; 1.0 and 1.1 are never taken
  | 'tls_failed'
  | 'not_http'
  | 'timeout';

/** Where a probe ended. */
export interface ProbeFault {
  readonly phase: ProbePhase;
  readonly reason: ProbeFaultReason;
  /** For people, one line. */
  readonly message: string;
}

/** How a probe connects: a connection of its own, kept by nobody. */
export interface ProbeConnect {
  /** ms until it is over; no probe is without one. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The version of IP that is tried; both when left out. */
  readonly family?: 4 | 6;
  /** How a certificate is judged. */
  readonly tls?: HttpTls;
  /**
   * Another host led here, which may be a tenant's: this machine, and the link-local addresses at which clouds tell
   * credentials, are not connected to.
   */
  readonly isLed?: boolean;
}

export interface ProbeHttpRequest extends ProbeConnect {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of the answer's body so much is read; the rest is left. */
  readonly maxBytes: number;
}

export interface ProbeTcpRequest extends ProbeConnect {
  readonly host: string;
  readonly port: number;
  /** Whether TLS is spoken once connected. */
  readonly isTls: boolean;
}

export interface ProbeDnsRequest {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'NS' | 'TXT';
  /** `address` or `address:port` of the name server; the system's when left out. */
  readonly server?: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What a probe saw, as far as it came. */
export interface ProbeExchange {
  /** Seconds of each phase that ended. */
  readonly phases: Readonly<Partial<Record<ProbePhase, number>>>;
  readonly fault?: ProbeFault;
  readonly family?: 4 | 6;
  readonly tls?: {
    /** `TLSv1.3` */
    readonly version: string;
    /** When the first certificate of the chain expires, ms since the epoch. */
    readonly expiresMs?: number;
  };
  readonly http?: {
    readonly status: number;
    /** `1.1` */
    readonly version: string;
    /** Lower-case names. */
    readonly headers: Readonly<Record<string, string>>;
    readonly setCookies: readonly string[];
    /** No longer than `maxBytes`. */
    readonly body: Uint8Array;
  };
}

export interface ProbeDnsAnswer {
  readonly seconds: number;
  /** As text: addresses, names; empty with a fault. */
  readonly records: readonly string[];
  readonly fault?: ProbeFault;
}

/**
 * Looks at a service as a stranger does: every probe resolves, connects and shakes hands anew. What does not answer is
 * told, not thrown. A request is not sent to whom the certificate does not fit. @throws Failure `aborted` with the signal
 */
export interface Prober {
  /** One exchange; redirects are not followed. */
  http(request: ProbeHttpRequest): Promise<ProbeExchange>;
  tcp(request: ProbeTcpRequest): Promise<ProbeExchange>;
  dns(request: ProbeDnsRequest): Promise<ProbeDnsAnswer>;
}

/** How much room a file system has, bytes, and how many files (inodes), where it counts them. */
export interface FileSystemSpace {
  readonly size: number;
  readonly free: number;
  /** What of `free` is not kept for root. */
  readonly available: number;
  readonly files?: number;
  readonly filesFree?: number;
}

/** An open file. */
export interface DiskFile {
  stat(): Promise<FileStat>;
  /** Bytes read into `into` from `position`; 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Writes all of `bytes` at the end. */
  append(bytes: Uint8Array): Promise<void>;
  /** Resolves when what was written survives a power cut (fdatasync). */
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/** The file system as tail, spool and head log see it. Errors are Failures with reason `disk` or `not_found`. */
export interface Disk {
  /** `read` never follows a link in the last path element; `append` creates. */
  open(path: string, mode: 'read' | 'append'): Promise<DiskFile>;
  /** Does not follow links; undefined when nothing is there. */
  stat(path: string): Promise<FileStat | undefined>;
  list(path: string): Promise<readonly string[]>;
  mkdir(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes renames, creations and removals in a directory survive a power cut. */
  syncDirectory(path: string): Promise<void>;
  /**
   * Calls back soon after something in a directory changed, until what it returns is called; undefined where the system
   * cannot tell. Changes on network file systems may go untold.
   */
  readonly watch?: (path: string, changed: () => void) => (() => void) | undefined;
  /** The room of the file system that holds a directory; it may take for ever where that lies behind a network. */
  readonly statfs?: (path: string) => Promise<FileSystemSpace>;
}

/** Structured log: fields first, then a static message. Compatible with pino. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

/** What one read produced, and where to go on after it. */
export interface Batch {
  /** Who read it: `server-log:acme:/logs/OctopusServer.txt` or `octopus-api:acme`. Stable over restarts. */
  readonly source: string;
  /** Committed with the rows: the reader's state after them (file identity and offset; what was seen). */
  readonly position: JsonValue;
  readonly columns: ColumnBatch;
  /**
   * What a poll read to its end, for one tenant or, without, for all that the source knows: a series of these datasets
   * that has no row is gone.
   */
  readonly complete?: { readonly tenant?: string; readonly datasets: readonly Dataset[] };
  /** Lines of this read that no parser took: malformed, too long, not UTF-8. Default 0. */
  readonly refused?: number;
  /** Prefix of the ids of rows that are identified by offset: the file's identity. */
  readonly idPrefix?: string;
  /** No two lines that yield rows begin within so many bytes: ids count in steps of it. Default 1. */
  readonly idStep?: number;
}

/** Where collectors write. */
export interface PointWriter {
  /** Resolves only when rows and position are durable; the batch may then be reused. */
  write(batch: Batch): Promise<void>;
}

/** What became of the documents of one delivery. Indexes count documents in the body, from 0. */
export interface Delivery {
  /** Stored now, or there already. */
  readonly delivered: number;
  readonly rejected: readonly { readonly index: number; readonly reason: string }[];
  /** Refused for now (429, 5xx): send these alone again. */
  readonly retry: readonly number[];
}

/** A store as the sender sees it. */
export interface DocumentStore {
  /**
   * Where documents go now, as far as the store knows (the write index of each stream). It is remembered with an
   * attempt, and handed back with the next one when the outcome of the first is unknown.
   */
  readonly mark?: () => JsonValue;
  /**
   * Takes one gzipped NDJSON bulk body (`create` action line, document line, …) of `count` documents.
   * @param since the mark of an earlier attempt of unknown outcome: documents it may have stored elsewhere since are
   * looked for, and count as delivered
   * @throws Failure when the whole body failed
   */
  deliver(body: Uint8Array, count: number, signal: AbortSignal, since?: JsonValue): Promise<Delivery>;
}

/** Whether the data that a rule reads is known to be missing: the poll's outcome, not the value. */
export interface Evidence {
  /** Since when (ms) the metric's last poll for the tenant has failed; undefined when it succeeded or nobody polls it. */
  missingSince(metric: string, tenant: string): number | undefined;
  /** The tenants for which the metric is missing. */
  missing(metric: string): Iterable<string>;
  /** Whether the metric was read for the tenant often enough since the process started; undefined when nobody polls it. */
  wasRead(metric: string, tenant: string): boolean | undefined;
}
