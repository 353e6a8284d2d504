import { setTimeout as sleep } from 'node:timers/promises';
import { rollupStreamName } from '../../src/model/rollup.ts';
import type { FaultStore } from './fault-store.ts';
import { openGate, type Gate } from './gate.ts';
import { numberIn } from './numbered-line.ts';
import type { StoreFault } from './store-fault.ts';
import { StoredLines } from './stored-lines.ts';

const TIMEOUT_MS = 60_000;
const PAUSE_MS = 500;
const PAGE = 10_000;

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

/** A real Elasticsearch behind a gate; its streams of `namespace` are removed in the end. */
export async function openRealStore(url: string, namespace: string): Promise<FaultStore> {
  const gate = await openGate(url);
  const stream = `logs-octopus.web_request-${namespace}`;
  const rollupStream = rollupStreamName('web_request', namespace);
  let fault: StoreFault = { kind: 'none' };

  /** A new index answers 503 until its shards are there. */
  async function call<Answer>(
    method: string,
    path: string,
    body?: object,
    attempts = 20,
  ): Promise<Answer | undefined> {
    const response = await fetch(`${url}/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status === 503 && attempts > 1) {
      await sleep(PAUSE_MS);
      return call(method, path, body, attempts - 1);
    }
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  async function rollOver(): Promise<void> {
    await call('POST', `${stream}/_rollover`);
  }

  async function rollOverThenOpen(hold: boolean): Promise<void> {
    await rollOver();
    fault = { kind: 'none' };
    gate.mode = 'open';
    if (!hold) gate.resetHeld();
  }

  async function play(next: StoreFault): Promise<void> {
    fault = next;
    gate.mode = modeOf(next);
    if (next.kind !== 'lose-reply-and-roll-over') return;
    gate.onHeld = () => {
      gate.onHeld = () => undefined;
      void rollOverThenOpen(next.hold);
    };
  }

  return {
    config: { elasticsearch: { nodes: [gate.url] } },
    set: play,
    current: () => Promise.resolve(fault.kind),
    rollOver,
    async stored() {
      await call('POST', `${stream}/_refresh`);
      const answer = await call<{ count: number }>('GET', `${stream}/_count`);
      return answer?.count ?? 0;
    },
    async counts(written) {
      const lines = new StoredLines();
      await call('POST', `${stream}/_refresh`);
      for await (const { number, copies, time } of paths(call, stream))
        for (let copy = 0; copy < copies; copy++) lines.add(number, time);
      return lines.counts(written);
    },
    async documents() {
      await call('POST', `*-octopus.*-${namespace}/_refresh`);
      return (await call<{ count: number }>('GET', `*-octopus.*-${namespace}/_count`))?.count;
    },
    async rollups() {
      if ((await call('GET', `_index_template/${rollupStream}`)) === undefined) return undefined;
      await call('POST', `${rollupStream}/_refresh`);
      const aggs = { requests: { sum: { field: 'count' } } };
      const body = { size: 0, track_total_hits: true, aggs };
      const answer = await call<RollupsAnswer>('POST', `${rollupStream}/_search`, body);
      return {
        documents: answer?.hits.total.value ?? 0,
        requests: answer?.aggregations.requests.value ?? 0,
      };
    },
    async [Symbol.asyncDispose]() {
      await gate[Symbol.asyncDispose]();
      await call('DELETE', `_data_stream/*-${namespace}`).catch(() => undefined);
    },
  };
}

function modeOf({ kind }: StoreFault): Gate['mode'] {
  if (kind === 'none') return 'open';
  if (kind === 'status') return 'shut';
  if (kind === 'reset-after') return 'drop-answers';
  if (kind === 'silence' || kind === 'lose-reply-and-roll-over') return 'hold-answers';
  throw new Error(`a real Elasticsearch cannot be told to play ${kind}`);
}

/** All paths of a stream, each with the documents that have it, whichever backing index they are in. */
async function* paths(
  call: <Answer>(method: string, path: string, body: object) => Promise<Answer | undefined>,
  stream: string,
): AsyncIterable<{ number: number; copies: number; time: number }> {
  for (let after: { path: string } | undefined; ;) {
    const composite = {
      size: PAGE,
      sources: [{ path: { terms: { field: 'path' } } }],
      ...(after && { after }),
    };
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
