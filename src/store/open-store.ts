import { join } from 'node:path';
import type { Dataset } from '../model/dataset.ts';
import type { HistoryReader } from '../model/history.ts';
import type { Clock, Disk, DocumentStore, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';

const TIDY_MS = 10 * 60_000;

/** `store` of the configuration; times in ms. */
export interface StoreConfig {
  readonly elasticsearch?:
    | {
        readonly nodes: readonly string[];
        readonly api_key?: string | undefined;
        readonly username?: string | undefined;
        readonly password?: string | undefined;
        readonly ca_file?: string | undefined;
        readonly events_retention: number;
        readonly metrics_retention: number;
        readonly time_series: boolean;
      }
    | undefined;
  readonly embedded: { readonly retention: number };
}

export interface OpenStoreOptions {
  readonly config: StoreConfig;
  /** The data directory: the embedded store's file is `store.db` in it. */
  readonly directory: string;
  readonly namespace: string;
  readonly datasets: readonly Dataset[];
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/** The store that the configuration chooses. */
export interface OpenedStore {
  readonly store: DocumentStore;
  /** What of its documents can be read as series; the embedded store has events alone. */
  readonly history?: HistoryReader;
  /** Done before the first delivery. */
  readonly prepare?: (signal: AbortSignal) => Promise<void>;
  /** Drops what is older than the retention, now and then, until the signal. */
  keepTidy(clock: Clock, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Opens Elasticsearch where it is configured, else the embedded store; only the chosen one is loaded. */
export function openStore(options: OpenStoreOptions): Promise<OpenedStore> {
  return options.config.elasticsearch === undefined
    ? openEmbedded(options)
    : openElasticsearch(options, options.config.elasticsearch);
}

async function openElasticsearch(
  options: OpenStoreOptions,
  config: NonNullable<StoreConfig['elasticsearch']>,
): Promise<OpenedStore> {
  const { createElasticsearch } = await import('./elasticsearch/store.ts');
  const { api_key: apiKey, username, password, ca_file: caFile } = config;
  const basic = username === undefined || password === undefined ? {} : { auth: { username, password } };
  const { store, history } = createElasticsearch({
    nodes: config.nodes,
    ...(apiKey === undefined ? basic : { auth: { apiKey } }),
    ...(caFile === undefined ? {} : { caFile }),
    namespace: options.namespace,
    datasets: options.datasets,
    eventsRetentionMs: config.events_retention,
    metricsRetentionMs: config.metrics_retention,
    timeSeries: config.time_series,
    log: options.log,
    metrics: options.metrics,
    clock: options.clock,
  });
  return {
    store,
    history,
    prepare: store.installTemplates,
    // The server keeps itself tidy by the lifecycle in its templates.
    keepTidy: () => Promise.resolve(),
    close: store.close,
  };
}

async function openEmbedded({ config, directory, ...options }: OpenStoreOptions): Promise<OpenedStore> {
  const { createEmbeddedStore } = await import('./embedded/embedded-store.ts');
  const store = await createEmbeddedStore({
    ...options,
    path: join(directory, 'store.db'),
    keepMs: config.embedded.retention,
  });
  return {
    store,
    async keepTidy(clock, signal) {
      while (!signal.aborted) {
        await store.expire(clock.now());
        await clock.sleep(TIDY_MS, signal).catch(() => undefined);
      }
    },
    close: () => store[Symbol.asyncDispose](),
  };
}
