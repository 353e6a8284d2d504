import type { Context, Handler } from 'hono';
import { Failure, messageOf } from '../../model/failure.ts';
import { readForm, type Form } from './form.ts';

/** Prometheus's types of error, and the status of each (web/api/v1/api.go, `getDefaultErrorCode`). */
const STATUS = {
  bad_data: 400,
  execution: 422,
  canceled: 499,
  internal: 500,
  timeout: 503,
  // Prometheus queues without a bound; as it says of a storage that is not ready.
  unavailable: 503,
} as const;
export type ErrorType = keyof typeof STATUS;

/** A good answer. */
export interface Answer {
  /** `data` as JSON text. */
  readonly json: string;
  /** What the client should know of the result: it is cut, or a part of history could not be read. */
  readonly warnings?: readonly string[];
  /** What may not be meant so in the query. */
  readonly infos?: readonly string[];
}

/** `data` of a good answer. */
export function answerOf(data: unknown, warnings: readonly string[] = []): Answer {
  return { json: JSON.stringify(data), warnings };
}

/** Tells how a request ended: `ok` or its type of error. */
export type OnOutcome = (outcome: 'ok' | ErrorType) => void;

/**
 * One endpoint of `/api/v1`. What `read` throws is `bad_data`; what `run` throws is an error of the type its reason
 * implies.
 */
export function endpoint<Query>(
  read: (form: Form, context: Context) => Query,
  run: (query: Query, signal: AbortSignal) => Answer | Promise<Answer>,
  onOutcome: OnOutcome = () => undefined,
): Handler {
  return async (context) => {
    const { signal } = context.req.raw;
    let query: Query;
    try {
      query = read(await readForm(context), context);
    } catch (error) {
      onOutcome('bad_data');
      return refusal('bad_data', error);
    }
    try {
      const answer = await run(query, signal);
      onOutcome('ok');
      return good(answer);
    } catch (error) {
      const type = signal.aborted ? 'canceled' : errorTypeOf(error);
      onOutcome(type);
      return refusal(type, error);
    }
  };
}

function good({ json, warnings = [], infos = [] }: Answer): Response {
  const rest = Object.entries({ warnings, infos })
    .filter(([, texts]) => texts.length > 0)
    .map(([name, texts]) => `,"${name}":${JSON.stringify(texts)}`);
  return jsonResponse(`{"status":"success","data":${json}${rest.join('')}}`, 200);
}

function refusal(errorType: ErrorType, error: unknown): Response {
  const body = { status: 'error', errorType, error: messageOf(error) };
  return jsonResponse(JSON.stringify(body), STATUS[errorType]);
}

function jsonResponse(body: string, status: number): Response {
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  return new Response(body, { status, headers });
}

function errorTypeOf(error: unknown): ErrorType {
  if (!(error instanceof Failure)) return 'internal';
  if (error.reason === 'timeout') return 'timeout';
  return error.reason === 'rate_limited' ? 'unavailable' : 'execution';
}
