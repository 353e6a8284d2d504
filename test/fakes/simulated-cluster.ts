import { gunzipSync } from 'node:zlib';
import { Failure, reasonOfStatus } from '../../src/model/failure.ts';
import type { Clock, Random } from '../../src/model/ports.ts';
import type { Call, Connection } from '../../src/store/elasticsearch/connection.ts';
import { ElasticsearchApi, type ApiAnswer } from './elasticsearch-api.ts';

const TIMEOUT_MS = 30_000;

export interface SimulatedClusterOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Share of requests that something happens to, 0 to 1. */
  readonly faults: number;
  /** Documents that are refused for good. */
  readonly isPoison: (id: string) => boolean;
}

/** A cluster in virtual time, with a network that loses answers. */
export interface SimulatedCluster extends Connection {
  readonly api: ElasticsearchApi;
  /** From now on nothing goes wrong any more. */
  calm(): void;
  /** Done after each bulk request that was taken. */
  onBulk: () => void;
}

/** Makes a cluster whose luck is drawn from `random`; the same numbers give the same luck. */
export function simulatedCluster(options: SimulatedClusterOptions): SimulatedCluster {
  const { clock, random, isPoison } = options;
  const api = new ElasticsearchApi();
  let { faults } = options;
  /** Bodies of more documents are too large, for as long as there are faults. */
  const maxDocuments = random() < 0.3 ? 1 + Math.floor(random() * 30) : Number.POSITIVE_INFINITY;

  function itemStatus(_index: number, id: string): number | undefined {
    if (isPoison(id)) return 400;
    if (random() >= faults / 2) return undefined;
    return random() < 0.5 ? 429 : 503;
  }

  async function request(call: Call): Promise<unknown> {
    const { signal } = call;
    await clock.sleep(1 + random() * 40, signal);
    const before = random() < faults / 2 ? random() : 1;
    if (before < 0.3) throw new Failure('network', 'refused');
    if (before < 0.6) return refuse(429, random() < 0.5 ? { retryAfterMs: 2000 } : {});
    if (before < 0.9) return refuse(503);
    const body = bodyOf(call);
    const isBulk = call.path === '/_bulk';
    if (isBulk && faults > 0 && body.split('\n').length / 2 > maxDocuments + 1) return refuse(413);
    const answer = api.answer({ method: call.method, path: call.path, body }, itemStatus);
    if (isBulk) cluster.onBulk();
    return deliverAnswer(answer, signal);
  }

  /** What was done is done; whether the answer arrives is another matter. */
  async function deliverAnswer(answer: ApiAnswer, signal: AbortSignal): Promise<unknown> {
    await clock.sleep(1 + random() * 40, signal);
    const fate = random() < faults / 2 ? random() : 1;
    if (fate < 0.3) throw new Failure('network', 'reset');
    if (fate < 0.5) return refuse(504);
    if (fate < 0.7) throw new Failure('malformed', 'cut', { retryable: true });
    if (fate < 0.8) return timeOut(signal);
    if (answer.status >= 400) return refuse(answer.status);
    return answer.body;
  }

  async function timeOut(signal: AbortSignal): Promise<never> {
    await clock.sleep(TIMEOUT_MS, signal);
    throw new Failure('timeout', 'no answer');
  }

  const cluster: SimulatedCluster = {
    api,
    request,
    calm: () => void (faults = 0),
    onBulk: () => undefined,
    close: () => Promise.resolve(),
  };
  return cluster;
}

function refuse(status: number, options: { retryAfterMs?: number } = {}): never {
  throw new Failure(reasonOfStatus(status) ?? 'malformed', `status ${status}`, options);
}

function bodyOf({ json, gzippedLines }: Call): string {
  if (gzippedLines !== undefined) return gunzipSync(gzippedLines).toString();
  return json === undefined ? '' : JSON.stringify(json);
}
