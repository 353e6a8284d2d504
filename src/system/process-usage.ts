import { readdirSync } from 'node:fs';

/** What the process takes of its machine. */
export interface ProcessUsage {
  /** CPU time of all its threads, user and system. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Of V8's heap. */
  readonly heapUsedBytes: number;
  /** Buffers outside of V8's heap. */
  readonly externalBytes: number;
  /** Files and sockets; undefined where the system does not tell. */
  readonly openFiles: number | undefined;
}

/** When the process began, seconds since the epoch. */
export const PROCESS_STARTED_AT = Date.now() / 1000 - process.uptime();

export const NODE_VERSION = process.versions.node;

/** What the process takes now. */
export function readProcessUsage(): ProcessUsage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    cpuSeconds: (user + system) / 1e6,
    residentBytes: rss,
    heapUsedBytes: heapUsed,
    externalBytes: external,
    openFiles: openFiles(),
  };
}

function openFiles(): number | undefined {
  try {
    // One of them is the directory that is being read.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined;
  }
}
