import type { Context, Handler } from 'hono';
import { Failure, messageOf } from '../../model/failure.ts';
import { readForm, type Form } from './form.ts';
import { textBody } from './text-body.ts';

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
  /** `data` as JSON text, in pieces that are made as the client reads them. Whoever takes the first ends the iteration. */
  readonly pieces: Iterable<string>;
  /** What the client should know of the result: it is cut, or a part of history could not be read. */
  readonly warnings?: readonly string[];
  /** What may not be meant so in the query. */
  readonly infos?: readonly string[];
}

/** `data` of a good answer. */
export function answerOf(data: unknown, warnings: readonly string[] = []): Answer {
  return { pieces: [JSON.stringify(data)], warnings };
}

/** Tells how a request ended: `ok` or its type of error. */
export type OnOutcome = (outcome: 'ok' | ErrorType) => void;

/**
 * One endpoint of `/api/v1`. What `read` throws is `bad_data`; a Failure that `run` throws is an error of the type its
 * reason implies, and anything else is thrown on.
 */
export function endpoint<Query>(
  read: (form: Form, context: Context) => Query,
  run: (query: Query, signal: AbortSignal) => Answer | Promise<Answer>,
  onOutcome: OnOutcome = () => undefined,
): Handler {
  return async (context) => {
    // Hono answers HEAD as GET without a body, which nobody would read to its end.
    if (context.req.method === 'HEAD') return context.body(null, 405, { allow: 'GET, POST' });
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
      return jsonResponse(textBody(envelope(answer)), 200);
    } catch (error) {
      const type = signal.aborted ? 'canceled' : errorTypeOf(error);
      onOutcome(type);
      if (type === 'internal') throw error;
      return refusal(type, error);
    }
  };
}

function* envelope({ pieces, warnings = [], infos = [] }: Answer): Generator<string> {
  yield '{"status":"success","data":';
  yield* pieces;
  for (const [name, texts] of Object.entries({ warnings, infos }))
    if (texts.length > 0) yield `,"${name}":${JSON.stringify(texts)}`;
  yield '}';
}

/** An error in Prometheus's words. */
export function refusal(errorType: ErrorType, error: unknown, status: number = STATUS[errorType]): Response {
  return jsonResponse(JSON.stringify({ status: 'error', errorType, error: messageOf(error) }), status);
}

function jsonResponse(body: string | ReadableStream, status: number): Response {
  const length = typeof body === 'string' ? { 'content-length': String(Buffer.byteLength(body)) } : {};
  return new Response(body, { status, headers: { 'content-type': 'application/json', ...length } });
}

function errorTypeOf(error: unknown): ErrorType {
  if (!(error instanceof Failure)) return 'internal';
  if (error.reason === 'timeout') return 'timeout';
  return error.reason === 'rate_limited' ? 'unavailable' : 'execution';
}
