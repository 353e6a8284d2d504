import type { Dataset } from '../../../model/dataset.ts';
import type { HistoryReader, PastReader, SeriesRequest } from '../../../model/history.ts';
import type { Clock } from '../../../model/ports.ts';
import { yieldTo } from '../../chunks/yield-to.ts';
import type { Connection } from '../connection.ts';
import { lateStream } from '../template.ts';
import { metricSources } from './metric-source.ts';
import { PastColumns } from './past-columns.ts';
import { planSearches, type StreamSearch } from './plan-searches.ts';
import { readDocuments, type DocumentSearch } from './read-documents.ts';
import { sampleMaker, type SampleMaker } from './sample-maker.ts';

/** A search of so many takes some ten seconds. */
const MAX_DOCUMENTS = 500_000;
const MAX_SAMPLES = 4_000_000;
/** How long documents are taken in before others have their turn. */
const TURN_MS = 4;

export interface ElasticsearchHistoryOptions {
  readonly connection: Connection;
  readonly namespace: string;
  readonly datasets: readonly Dataset[];
  readonly clock: Clock;
  /** The most documents of one stream that a query reads. Default 500,000. */
  readonly maxDocuments?: number;
  /** The most samples that they may become. Default 4 million, 64 MB. */
  readonly maxSamples?: number;
}

/**
 * Series from Elasticsearch: gauges as they were, and counters put together from rollups. What rules recorded is not
 * there, nor are stale markers, nor what is derived by a dimension that the rollup does not keep.
 */
export function createElasticsearchHistory(options: ElasticsearchHistoryOptions): HistoryReader {
  const sources = metricSources(options.datasets, options.namespace);
  return {
    async fetch(requests: readonly SeriesRequest[], signal: AbortSignal): Promise<PastReader> {
      const columns = new PastColumns(options.maxSamples ?? MAX_SAMPLES);
      for (const search of planSearches(requests, sources))
        await readStream(search, columns, options, signal);
      return columns;
    },
  };
}

async function readStream(
  search: StreamSearch,
  columns: PastColumns,
  options: ElasticsearchHistoryOptions,
  signal: AbortSignal,
): Promise<void> {
  const makers = search.sources.map((source) => sampleMaker(source, columns));
  let limit = options.maxDocuments ?? MAX_DOCUMENTS;
  for (const range of search.ranges) {
    const documents = { ...documentSearch(search, options.namespace), range, limit };
    limit -= await readRange(documents, makers, options, signal);
  }
}

/** How many documents there were. */
async function readRange(
  search: DocumentSearch,
  makers: readonly SampleMaker[],
  { connection, clock }: ElasticsearchHistoryOptions,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  let began = clock.now();
  const pause = async (): Promise<void> => {
    if (clock.now() - began < TURN_MS) return;
    await yieldTo(signal);
    began = clock.now();
  };
  for await (const documents of readDocuments(connection, search, signal)) {
    began = clock.now();
    for (const document of documents) {
      for (const maker of makers) maker.add(document);
      await pause();
    }
    count += documents.length;
  }
  const end = Math.min(search.range.end, clock.now());
  for (const maker of makers) for (const _ of maker.end(end)) await pause();
  return count;
}

function documentSearch(
  { stream, sources, values }: StreamSearch,
  namespace: string,
): Omit<DocumentSearch, 'range' | 'limit'> {
  const dimensions = sources.flatMap(({ labels, where, except, samples = {} }) => [
    ...labels,
    ...Object.keys(where),
    ...Object.keys(except),
    ...Object.values(samples),
  ]);
  const fields = [...new Set(sources.map(({ field }) => field))];
  const isRollup = sources.some(({ windowMs }) => windowMs !== undefined);
  return {
    // Late rollups do not say which dataset they are of.
    indexes: isRollup ? stream : `${stream},${lateStream(namespace)}`,
    filter: [
      ...Object.entries(values).map(([dimension, wanted]) => ({ terms: { [dimension]: wanted } })),
      ...(isRollup ? [] : [{ bool: { should: fields.map((field) => ({ exists: { field } })) } }]),
    ],
    fields: [...new Set([...dimensions, ...fields])],
  };
}
