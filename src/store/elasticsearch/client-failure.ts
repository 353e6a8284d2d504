import { z } from 'zod';
import { cutText } from '../../model/cut-text.ts';
import { Failure, messageOf, reasonOfStatus, type FailureReason } from '../../model/failure.ts';

/** What the client's errors tell of an answer. */
const answered = z.object({
  meta: z.object({
    statusCode: z
      .number()
      .nullish()
      .transform((status) => status ?? undefined),
    headers: z.record(z.string(), z.unknown()).nullish(),
  }),
});

const ADVICE: Partial<Record<FailureReason, string>> = {
  unauthorized: 'check store.elasticsearch.api_key, or username and password',
  forbidden: 'grant the credential of store.elasticsearch what it lacks',
};
/** What OpenSSL says of a certificate that it does not trust. */
const UNTRUSTED =
  /self-signed certificate|unable to (verify|get)|certificate (has expired|is not yet valid)|altnames|unknown ca/i;

/** What the client threw as a Failure. The message names the server's reason and what to do, and never a header. */
export function clientFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const name = error instanceof Error ? error.name : '';
  const message = `Elasticsearch: ${oneLine(messageOf(error))}`;
  const { status, retryAfterMs } = answerOf(error);
  const reason = status === undefined ? undefined : reasonOfStatus(status);
  if (reason !== undefined) {
    const advised = withAdvice(message, ADVICE[reason]);
    return new Failure(reason, advised, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
  if (name === 'TimeoutError') return new Failure('timeout', message);
  if (name === 'DeserializationError') return new Failure('malformed', message, { retryable: true });
  if (name === 'ProductNotSupportedError') return new Failure('malformed', message);
  if (UNTRUSTED.test(message)) {
    return new Failure(
      'network',
      withAdvice(message, 'see that store.elasticsearch.ca_file holds its authority'),
    );
  }
  return new Failure('network', message);
}

function answerOf(error: unknown): { status?: number; retryAfterMs?: number } {
  const { meta } = answered.safeParse(error).data ?? {};
  const seconds = Number(meta?.headers?.['retry-after']);
  return {
    ...(meta?.statusCode === undefined ? {} : { status: meta.statusCode }),
    ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
  };
}

function withAdvice(message: string, advice: string | undefined): string {
  return advice === undefined ? message : `${message}: ${advice}`;
}

function oneLine(text: string): string {
  return cutText(text.replaceAll(/\s+/g, ' '), 500);
}
