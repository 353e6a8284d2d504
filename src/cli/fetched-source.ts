import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { historyReach, historySelectors } from '../backtest/history-selectors.ts';
import type { Config } from '../config/schema.ts';
import { Failure } from '../model/failure.ts';
import type { HistoryReader } from '../model/history.ts';
import type { Matcher } from '../model/matcher.ts';
import type { Http } from '../model/ports.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { fetchHistory } from '../store/fetched/fetch-history.ts';
import { openStore } from '../store/open-store.ts';
import { estimateFetch } from '../store/prometheus/estimate-fetch.ts';
import { createPrometheusHistory } from '../store/prometheus/prometheus-history.ts';
import { systemClock } from '../system/system-clock.ts';
import { systemDisk } from '../system/system-disk.ts';
import { createHttp } from '../system/system-http.ts';
import type { SourceOptions } from './backtest-source.ts';
import type { CliHost } from './host.ts';
import { createProgress } from './progress.ts';

/** In memory at a time: 160 MB. */
const MAX_SAMPLES = 10_000_000;

/** A place that history is fetched from. */
interface Remote {
  /** Tells places apart. */
  readonly name: string;
  readonly history: HistoryReader;
  /** How much there will be, a sentence. */
  readonly estimate?: (selectors: readonly (readonly Matcher[])[]) => Promise<string>;
  close(): Promise<void>;
}

/**
 * Fetches what rules read of a Prometheus, or of Elasticsearch, into `backtest/` of the data directory, as far as it is
 * not there yet; returns the directory. @throws Failure
 */
export async function fetchedSource(host: CliHost, config: Config, options: SourceOptions): Promise<string> {
  const { groups, start, end, source } = options;
  const selectors = historySelectors(groups);
  if (selectors.length === 0)
    throw new Failure('invalid', 'the rules name no metric: there is nothing to fetch');
  const range = { start: start - historyReach(groups), end };
  const remote = source === undefined ? await elasticsearch(host, config) : prometheus(host, source, end);
  const directory = join(
    resolve(host.workingDirectory, config.data_dir),
    'backtest',
    idOf(remote.name, selectors),
  );
  try {
    const estimate = await remote.estimate?.(selectors);
    if (estimate !== undefined) host.printError(estimate);
    const progress = createProgress(
      'fetching',
      (line) => host.printError(line),
      () => performance.now(),
    );
    const onProgress = (share: number, samples: number): void =>
      progress(share, `${samples.toLocaleString('en-US')} samples`);
    const { signal } = host;
    const { samples, warnings } = await fetchHistory({
      selectors,
      range,
      directory,
      signal,
      onProgress,
      source: remote.history,
      disk: systemDisk,
    });
    for (const warning of warnings) host.printError(warning);
    host.printError(
      `${samples.toLocaleString('en-US')} samples fetched to ${directory}, where they are used again`,
    );
    return directory;
  } finally {
    await remote.close();
  }
}

function prometheus(host: CliHost, url: string, end: number): Remote {
  const { http, close } = createHttp();
  const token = host.env['OCTOWATCH_TOKEN'];
  const options = { http: withToken(http, token), url, clock: systemClock, maxSamples: MAX_SAMPLES };
  return {
    name: url,
    history: createPrometheusHistory(options),
    estimate: (selectors) => estimateFetch(options, selectors, end, host.signal),
    close,
  };
}

/** The token is for the agent, and for what stands before a Prometheus. */
function withToken(http: Http, token: string | undefined): Http {
  if (token === undefined) return http;
  return (request) => http({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } });
}

async function elasticsearch(host: CliHost, config: Config): Promise<Remote> {
  const { store, namespace, data_dir } = config;
  const opened = await openStore({
    config: store,
    directory: resolve(host.workingDirectory, data_dir),
    namespace,
    datasets: host.registry.datasets,
    clock: systemClock,
    disk: systemDisk,
    log: host.createLog('warn'),
    metrics: NO_METRICS,
  });
  if (opened.history === undefined) throw new Failure('invalid', '--fetch needs store.elasticsearch');
  const nodes = store.elasticsearch?.nodes.join() ?? '';
  return { name: `${nodes} ${namespace}`, history: opened.history, close: () => opened.close() };
}

/** The same for the same place and selectors. */
function idOf(name: string, selectors: readonly (readonly Matcher[])[]): string {
  const texts = selectors.map((matchers) =>
    JSON.stringify(matchers.map(({ name: label, operator, value }) => [label, operator, value])),
  );
  return createHash('sha256')
    .update([name, ...texts.toSorted()].join('\n'))
    .digest('hex')
    .slice(0, 16);
}
