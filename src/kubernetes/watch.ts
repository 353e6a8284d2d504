import { Failure, toFailure } from '../model/failure.ts';
import type { Clock, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { isExpired } from './answer.ts';
import type { KubernetesClient } from './client.ts';
import { listAll, pathOf, selectorsOf } from './list.ts';
import { ObjectCache } from './object-cache.ts';
import type { Resource } from './resource.ts';
import { parseWatchEvent } from './watch-event.ts';
import { createWatchHealth } from './watch-health.ts';

/** The API server ends a watch after 5 to 10 minutes, as client-go asks for: connections spread over its replicas. */
const TIMEOUT_MIN_S = 300;
/** After 5 minutes etcd has compacted the version of a watch without bookmarks: its next one begins with a list. */
const LONG_TIMEOUT_MIN_S = 3600;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 60_000;
/** However long the API server asks us to stay away. */
const MAX_ASKED_PAUSE_MS = 5 * 60_000;
/** Listing a cluster again that is too large would cost it as much as the first time. */
const TOO_LARGE_PAUSE_MS = 60 * 60_000;
/** A connection that lived so long was well, whatever ended it. */
const WELL_MS = 30_000;

export interface WatchOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/** The objects of one kind in one cluster, kept up to date over one connection. */
export interface Watch<T> {
  /**
   * What there is, by `namespace/name`; the map changes as events come. Waits for the first list.
   * @throws Failure why it is not known: the first list failed, the watch is refused, lost for over a minute, or silent
   */
  objects(signal: AbortSignal): Promise<ReadonlyMap<string, T>>;
  /** Resolves when the connection has ended. */
  close(): Promise<void>;
}

/**
 * Lists a kind once and watches it from there, at once and until `close`: reconnects from the last version with
 * jittered pauses, and lists again only when the API server no longer knows that version (410).
 */
export function createWatch<T>(resource: Resource<T>, options: WatchOptions): Watch<T> {
  const { client, clock, random, log, metrics } = options;
  const { name, hasBookmarks = true } = resource;
  const labels = { cluster: client.cluster, resource: name };
  const about = { cluster: client.cluster, what: `watch ${name}` };
  const cache = new ObjectCache(resource);
  const health = createWatchHealth(about, clock, hasBookmarks);
  const stop = new AbortController();
  let version: string | undefined;
  let connectedAt: number | undefined;
  let failures = 0;

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      connectedAt = undefined;
      const ended = await follow().then(() => undefined, toFailure);
      if (stop.signal.aborted) return;
      failures = wasWell() ? 1 : failures + 1;
      note(ended);
      await clock.sleep(pauseMs(ended), stop.signal).catch(ignore);
    }
  }

  /** A list that ran into its deadline took long as well: that is no sign of health. */
  function wasWell(): boolean {
    return connectedAt !== undefined && clock.now() - connectedAt >= WELL_MS;
  }

  async function follow(): Promise<void> {
    if (version === undefined) await list();
    const connection = new AbortController();
    const signal = AbortSignal.any([stop.signal, connection.signal]);
    const silence = health.silence(signal).then((failure) => failure && connection.abort(failure));
    try {
      for await (const line of await open(signal)) take(line);
      if (connection.signal.aborted) throw connection.signal.reason;
    } finally {
      connection.abort();
      await silence;
    }
  }

  async function list(): Promise<void> {
    metrics.increment('octowatch_kubernetes_lists_total', labels);
    const listed = await listAll(client.call, resource, stop.signal);
    cache.replace(listed.objects);
    version = listed.version;
    health.heard();
    health.synced();
  }

  async function open(signal: AbortSignal): Promise<AsyncIterable<string>> {
    const query = {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: version ?? '',
      timeoutSeconds: String(
        Math.round((hasBookmarks ? TIMEOUT_MIN_S : LONG_TIMEOUT_MIN_S) * (1 + random())),
      ),
      ...selectorsOf(resource),
    };
    const lines = await client.stream({ path: pathOf(resource), query, signal, what: about.what });
    connectedAt = clock.now();
    health.connected();
    return lines;
  }

  function take(line: string): void {
    const event = parseWatchEvent(about, line);
    if (event.type !== 'BOOKMARK') {
      metrics.increment('octowatch_kubernetes_watch_events_total', labels);
      if (!cache.apply(event)) metrics.increment('octowatch_kubernetes_objects_refused_total', labels);
    }
    version = event.version;
    failures = 0;
    health.heard();
  }

  function note(ended: Failure | undefined): void {
    const expired = isExpired(ended);
    const reason = expired ? 'expired' : (ended?.reason ?? 'ended');
    metrics.increment('octowatch_kubernetes_watch_restarts_total', { ...labels, reason });
    if (expired || ended?.reason === 'too_large') version = undefined;
    if (ended === undefined || expired) return;
    health.failed(ended);
    // What goes on is told by the polls that fail.
    const level = failures === 1 ? 'warn' : 'debug';
    log[level]({ ...labels, reason, error: ended.message }, 'watch of the cluster failed; it is tried again');
  }

  /** Half of it is chance, so that the watches of many agents do not come back at once. */
  function pauseMs(ended: Failure | undefined): number {
    if (ended?.reason === 'too_large') return TOO_LARGE_PAUSE_MS;
    const pause = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20));
    const asked = Math.min(MAX_ASKED_PAUSE_MS, ended?.retryAfterMs ?? 0);
    return Math.max(asked, pause * (0.5 + random() / 2));
  }

  const running = run();

  return {
    async objects(signal) {
      await health.known(signal);
      return cache.objects;
    },
    async close() {
      stop.abort(new Failure('aborted', `${about.cluster}: ${about.what}: closed`));
      health.closed();
      await running;
    },
  };
}

function ignore(): void {}
