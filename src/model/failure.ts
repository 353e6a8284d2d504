/** Why something failed: the closed set that is also the `reason` label of metrics. */
export const FAILURE_REASONS = [
  'aborted', // we stopped waiting: shutdown, or a newer run took over
  'timeout', // the deadline passed without an answer
  'network', // refused, reset, name not found, TLS
  'unauthorized', // 401: the credential is wrong or expired
  'forbidden', // 403: the credential lacks a permission
  'rate_limited', // 429
  'not_found', // 404
  'rejected', // another 4xx: sending the same again cannot help
  'server_error', // 5xx
  'malformed', // the answer is not what its format promises
  'too_large', // over a documented or configured limit
  'disk', // the local disk refused
  'budget', // our own limit was reached
  'invalid', // bad input from a person: configuration, rule, argument
] as const;

export type FailureReason = (typeof FAILURE_REASONS)[number];

export interface FailureOptions {
  /** Whether the same call may succeed later. Default: what the reason implies. */
  retryable?: boolean;
  /** How long the other side asked us to wait, in ms (`Retry-After`). */
  retryAfterMs?: number;
  cause?: unknown;
}

const RETRYABLE: ReadonlySet<FailureReason> = new Set([
  'timeout',
  'network',
  'rate_limited',
  'server_error',
  'disk',
]);

/** The one error class that crosses seams; its message is one line, for people, and never holds a secret. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly reason: FailureReason;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(reason: FailureReason, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.retryable = options.retryable ?? RETRYABLE.has(reason);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The failure an HTTP status stands for, or undefined for 1xx to 3xx. */
export function reasonOfStatus(status: number): FailureReason | undefined {
  if (status < 400) return undefined;
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 408) return 'timeout';
  if (status === 413) return 'too_large';
  if (status === 429) return 'rate_limited';
  return status < 500 ? 'rejected' : 'server_error';
}

/** Any thrown value as a Failure; what is not one already becomes `fallback`. */
export function toFailure(thrown: unknown, fallback: FailureReason = 'network'): Failure {
  if (thrown instanceof Failure) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error.name === 'TimeoutError') return new Failure('timeout', error.message, { cause: thrown });
  if (error.name === 'AbortError') return new Failure('aborted', error.message, { cause: thrown });
  return new Failure(fallback, error.message, { cause: thrown });
}

/** The same failure with its message gone over; its cause, which has a message of its own, is left out. */
export function redactedFailure(thrown: unknown, redact: (text: string) => string): Failure {
  const failure = toFailure(thrown);
  const { reason, message, retryable, retryAfterMs } = failure;
  const clean = redact(message);
  if (clean === message) return failure;
  return new Failure(reason, clean, { retryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

/** One line for a log field or a person: the message without its stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
