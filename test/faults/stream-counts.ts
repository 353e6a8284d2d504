import { setTimeout as sleep } from 'node:timers/promises';
import { rollupStreamName } from '../../src/model/rollup.ts';
import type { FaultStore, RollupCounts } from './fault-store.ts';
import { numberIn } from './numbered-line.ts';
import { StoredLines } from './stored-lines.ts';

const TIMEOUT_MS = 60_000;
const PAUSE_MS = 500;
const ATTEMPTS = 20;
const PAGE = 10_000;

/** A request to Elasticsearch: the answer's JSON, undefined for 404. @throws Error for any other that is not 2xx */
export type Call = <Answer>(method: string, path: string, body?: object) => Promise<Answer | undefined>;

interface PathsAnswer {
  readonly aggregations: {
    readonly paths: {
      readonly after_key?: { readonly path: string };
      readonly buckets: readonly {
        readonly key: { readonly path: string };
        readonly doc_count: number;
        readonly time: { readonly value: number };
      }[];
    };
  };
}

interface RollupsAnswer {
  readonly hits: { readonly total: { readonly value: number } };
  readonly aggregations: { readonly requests: { readonly value: number } };
}

/** Requests to the server at `url`; 503, as a new index answers until its shards are there, is tried again for 10 s. */
export function caller(url: string): Call {
  return async function call<Answer>(
    method: string,
    path: string,
    body?: object,
  ): Promise<Answer | undefined> {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(`${url}/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status === 404) return undefined;
      if (response.ok) return JSON.parse(text);
      if (response.status !== 503 || attempt === ATTEMPTS)
        throw new Error(`${path}: ${response.status} ${text}`);
      await sleep(PAUSE_MS);
    }
  };
}

/** What the streams of a namespace hold, over all their backing indexes. */
export function streamCounts(
  call: Call,
  namespace: string,
): Pick<FaultStore, 'stored' | 'counts' | 'documents' | 'rollups'> {
  const stream = `logs-octopus.web_request-${namespace}`;
  async function count(streams: string): Promise<number | undefined> {
    await call('POST', `${streams}/_refresh`);
    return (await call<{ count: number }>('GET', `${streams}/_count`))?.count;
  }
  return {
    stored: async () => (await count(stream)) ?? 0,
    documents: () => count(`*-octopus.*-${namespace}`),
    rollups: () => rollupCounts(call, rollupStreamName('web_request', namespace)),
    async counts(written) {
      const lines = new StoredLines();
      await call('POST', `${stream}/_refresh`);
      for await (const { number, copies, time } of paths(call, stream))
        for (let copy = 0; copy < copies; copy++) lines.add(number, time);
      return lines.counts(written);
    },
  };
}

async function rollupCounts(call: Call, stream: string): Promise<RollupCounts | undefined> {
  if ((await call('GET', `_index_template/${stream}`)) === undefined) return undefined;
  await call('POST', `${stream}/_refresh`);
  const aggs = { requests: { sum: { field: 'count' } } };
  const body = { size: 0, track_total_hits: true, aggs };
  const answer = await call<RollupsAnswer>('POST', `${stream}/_search`, body);
  return {
    documents: answer?.hits.total.value ?? 0,
    requests: answer?.aggregations.requests.value ?? 0,
  };
}

/** All paths of a stream, each with the documents that have it, whichever backing index they are in. */
async function* paths(
  call: Call,
  stream: string,
): AsyncIterable<{ number: number; copies: number; time: number }> {
  for (let after: { path: string } | undefined; ;) {
    const sources = [{ path: { terms: { field: 'path' } } }];
    const composite = { size: PAGE, sources, ...(after && { after }) };
    const time = { min: { field: '@timestamp' } };
    const body = { size: 0, aggs: { paths: { composite, aggs: { time } } } };
    const answer = await call<PathsAnswer>('POST', `${stream}/_search`, body);
    for (const { key, doc_count: copies, time: at } of answer?.aggregations.paths.buckets ?? []) {
      const number = numberIn(key.path);
      if (number !== undefined) yield { number, copies, time: at.value };
    }
    after = answer?.aggregations.paths.after_key;
    if (after === undefined) return;
  }
}
