import { formatDuration } from '../model/duration.ts';
import { Failure } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import type { Call } from './answer.ts';

/** The API server sends a bookmark a minute. Source: kube-apiserver's cacher, `defaultBookmarkFrequency`. */
const SILENT_MS = 3 * 60_000;
/**
 * An API server that restarts is back within it, and what the cache holds is believed meanwhile. It may answer anything
 * at first, 403 as well: its authorizer has not read the roles yet.
 */
const LOST_MS = 60_000;

/** Whether what a watch holds can be believed. */
export interface WatchHealth {
  /** Everything was listed. */
  synced(): void;
  /** The API server took up the watch. */
  connected(): void;
  /** A list, an event or a bookmark came. */
  heard(): void;
  failed(failure: Failure): void;
  closed(): void;
  /** Resolves with the failure once nothing was heard for too long, without one when the signal is aborted. */
  silence(signal: AbortSignal): Promise<Failure | undefined>;
  /** Waits for the first list or its failure. @throws Failure why nothing is known */
  known(signal: AbortSignal): Promise<void>;
}

/**
 * Keeps the state of one watch; it is not known before `synced`. Without bookmarks a watch may be silent for hours: it
 * is believed while its connection stands.
 */
export function createWatchHealth({ cluster, what }: Call, clock: Clock, hasBookmarks: boolean): WatchHealth {
  const first = Promise.withResolvers<void>();
  let isSynced = false;
  let wasConnected = false;
  let heardAt = clock.now();
  let failure: Failure | undefined;
  let failedSince = 0;

  function problem(): Failure | undefined {
    const now = clock.now();
    notInFuture(now);
    if (failure !== undefined && (!wasConnected || now - failedSince >= LOST_MS)) return failure;
    return hasBookmarks && isSynced && now - heardAt >= SILENT_MS ? silent() : undefined;
  }

  /** After a clock was set back, what is lost or silent would be believed until it is that late again. */
  function notInFuture(now: number): void {
    heardAt = Math.min(heardAt, now);
    failedSince = Math.min(failedSince, now);
  }

  function silent(): Failure {
    const since = formatDuration(Math.floor((clock.now() - heardAt) / 1000) * 1000);
    return new Failure('timeout', `${cluster}: ${what}: silent for ${since}: no event and no bookmark`);
  }

  function heard(): void {
    heardAt = clock.now();
    failure = undefined;
  }

  return {
    synced() {
      isSynced = true;
      first.resolve();
    },
    connected() {
      wasConnected = true;
      // That is no proof of life yet, but what failed before no longer does.
      failure = undefined;
    },
    heard,
    failed(next) {
      if (failure === undefined) failedSince = clock.now();
      failure = next;
      first.resolve();
    },
    closed() {
      wasConnected = false;
      failure = new Failure('aborted', `${cluster}: ${what}: closed`);
      first.resolve();
    },
    async silence(signal) {
      if (!hasBookmarks) return undefined;
      for (let wait = SILENT_MS; wait > 0; wait = heardAt + SILENT_MS - clock.now()) {
        const isOver = await clock.sleep(wait, signal).then(
          () => false,
          () => true,
        );
        if (isOver) return undefined;
        notInFuture(clock.now());
      }
      return silent();
    },
    async known(signal) {
      await untilFirst(first.promise, signal);
      const found = problem();
      if (found !== undefined) throw found;
    },
  };
}

async function untilFirst(first: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([first, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
