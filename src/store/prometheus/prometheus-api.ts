import { Failure, messageOf, reasonOfStatus } from '../../model/failure.ts';
import type { Clock, Http } from '../../model/ports.ts';

/** No answer is waited for longer, ms; a Prometheus gives up after two minutes itself. */
const TIMEOUT_MS = 120_000;
const MAX_BYTES = 256 * 1024 * 1024;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 1000;

export interface PrometheusOptions {
  readonly http: Http;
  /** Up to `/api`: `http://prometheus:9090`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

/** An element of an instant query. */
export interface PrometheusElement {
  readonly metric: Readonly<Record<string, string>>;
  /** Of a vector: seconds, and the value as text. */
  readonly value?: readonly [number, string];
  /** Of a range: its samples, in rising time. */
  readonly values?: readonly (readonly [number, string])[];
}

/**
 * Asks `/api/v1/query` (Prometheus, querying/api.md "Instant queries"); of a range selector it answers the samples as they
 * were taken, not at steps. What fails for a while is asked again.
 * @param time ms
 * @throws Failure `budget` when the answer is larger than either side allows
 */
export async function askPrometheus(
  options: PrometheusOptions,
  query: string,
  time: number,
  signal: AbortSignal,
): Promise<readonly PrometheusElement[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask(options, query, time, signal);
    } catch (error) {
      if (!(error instanceof Failure) || !error.retryable || attempt === ATTEMPTS) throw error;
      await options.clock.sleep(error.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (attempt - 1), signal);
    }
  }
}

async function ask(
  { http, url, headers = {} }: PrometheusOptions,
  query: string,
  time: number,
  signal: AbortSignal,
): Promise<readonly PrometheusElement[]> {
  const answer = await http({
    url: `${url.replace(/\/+$/, '')}/api/v1/query`,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ query, time: String(time / 1000) }).toString(),
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    signal,
  }).catch((error: unknown) => {
    if (error instanceof Failure && error.reason === 'too_large') throw tooMuch(error);
    throw error;
  });
  const { status, body } = answer;
  const { data, error } = parse(body);
  if (status === 200 && data !== undefined) return data.result;
  if (status === 422 && /too many samples|timed out/.test(error ?? '')) throw tooMuch(error);
  const reason = reasonOfStatus(status) ?? 'malformed';
  throw new Failure(reason, `Prometheus answered ${status}${error === undefined ? '' : `: ${error}`}`);
}

interface Answer {
  readonly data?: { readonly result: readonly PrometheusElement[] };
  readonly error?: string;
}

function parse(body: Uint8Array): Answer {
  try {
    const answer: Partial<Answer> = JSON.parse(Buffer.from(body).toString('utf8'));
    const isWhole = Array.isArray(answer.data?.result);
    return {
      ...(isWhole && answer.data ? { data: answer.data } : {}),
      ...(typeof answer.error === 'string' ? { error: answer.error } : {}),
    };
  } catch {
    return {};
  }
}

function tooMuch(cause: unknown): Failure {
  return new Failure('budget', `one answer would be too large: ${messageOf(cause)}`, { cause });
}
