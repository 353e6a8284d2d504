import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { Failure } from '../model/failure.ts';
import type { HistoryReader } from '../model/history.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import type { RuleGroup } from '../ruler/rule.ts';
import { openChunkArchive } from '../store/chunks/chunk-archive.ts';
import { systemDisk } from '../system/system-disk.ts';
import type { BacktestSpan } from './backtest-span.ts';
import type { CliHost } from './host.ts';

/** What a block may read where the survey estimated too little: 16 bytes each at most. */
const MAX_SAMPLES = 150_000_000;

export interface SourceOptions extends BacktestSpan {
  readonly fetch?: boolean;
  readonly source?: string;
  /** Of all sets of rules: what is fetched from elsewhere. */
  readonly groups: readonly RuleGroup[];
}

/** A history, and as much of the span as it has. */
export interface BacktestSource extends BacktestSpan {
  readonly history: HistoryReader;
}

/**
 * The history that options name: the agent's own files, read while it runs, those of a folder, or what is fetched once.
 * @throws Failure `not_found` when there is none
 */
export async function backtestSource(
  host: CliHost,
  config: Config,
  options: SourceOptions,
): Promise<BacktestSource> {
  const { source, fetch = false } = options;
  const isUrl = source !== undefined && /^https?:\/\//.test(source);
  if (isUrl || (fetch && config.store.elasticsearch !== undefined)) {
    const { fetchedSource } = await import('./fetched-source.ts');
    return openArchive(host, await fetchedSource(host, config, options), options);
  }
  if (fetch && source === undefined)
    host.printError('without store.elasticsearch all history is in data_dir: nothing is fetched');
  return openArchive(host, directoryOf(host, config, source), options);
}

function directoryOf(
  { workingDirectory }: CliHost,
  { data_dir }: Config,
  source: string | undefined,
): string {
  const given = resolve(workingDirectory, source ?? data_dir);
  const inside = join(given, 'history');
  if (existsSync(inside)) return inside;
  if (source !== undefined && existsSync(given)) return given;
  throw new Failure(
    'not_found',
    `there is no history in ${given}: run the agent for some days, or name another place by --source DIR or URL`,
  );
}

async function openArchive(
  host: CliHost,
  directory: string,
  { start, end, stepMs }: BacktestSpan,
): Promise<BacktestSource> {
  const log = host.createLog('silent');
  const options = { disk: systemDisk, log, metrics: NO_METRICS, directory, maxSamples: MAX_SAMPLES };
  const history = await openChunkArchive(options);
  const from = Math.max(start, Math.ceil(history.since / stepMs) * stepMs);
  const to = Math.min(end, Math.floor(history.until / stepMs) * stepMs);
  if (from > to) throw new Failure('not_found', nothingIn(directory, history.since, history.until));
  const isShort = from > start || to < end - stepMs * 10;
  if (isShort) host.printError(`history is from ${textOf(from)} to ${textOf(to)}: that is what is looked at`);
  return { history, stepMs, start: from, end: to };
}

function nothingIn(directory: string, since: number, until: number): string {
  const has = since > until ? 'holds no samples' : `has ${textOf(since)} to ${textOf(until)}`;
  return `${directory} ${has}: choose --since and --until within`;
}

function textOf(time: number): string {
  return new Date(time).toISOString();
}
