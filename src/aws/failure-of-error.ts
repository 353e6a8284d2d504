import { cutText } from '../model/cut-text.ts';
import { Failure, reasonOfStatus, toFailure, type FailureReason } from '../model/failure.ts';

const MAX_MESSAGE = 300;

/**
 * Codes that say more than their status. Source: "Common errors" of the API references of EC2, RDS, IAM and Service
 * Quotas; `PriorRequestNotComplete` is Route 53's throttling, a 400.
 */
const CODES: readonly (readonly [FailureReason, string])[] = [
  [
    'rate_limited',
    'Throttling ThrottlingException ThrottledException RequestLimitExceeded RequestThrottled ' +
      'RequestThrottledException EC2ThrottledException TooManyRequestsException PriorRequestNotComplete SlowDown',
  ],
  [
    'forbidden',
    'AccessDenied AccessDeniedException UnauthorizedOperation AuthorizationError OptInRequired ' +
      'SubscriptionRequiredException',
  ],
  [
    'unauthorized',
    'ExpiredToken ExpiredTokenException RequestExpired InvalidClientTokenId UnrecognizedClientException ' +
      'AuthFailure SignatureDoesNotMatch InvalidSignatureException InvalidAccessKeyId IncompleteSignature ' +
      'MissingAuthenticationToken RequestTimeTooSkewed CredentialsProviderError TokenRefreshRequired',
  ],
  ['server_error', 'InternalError InternalFailure ServiceUnavailable Unavailable'],
  ['not_found', 'NoSuchResourceException NoSuchHostedZone'],
];

const REASONS = new Map(
  CODES.flatMap(([reason, codes]) => codes.split(' ').map((code) => [code, reason] as const)),
);

/** What is known of an error of the SDK: all of it may be missing. */
interface SdkError extends Error {
  /** Of a socket. */
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/**
 * An error of the SDK as a Failure that names the action and the place. An answer that cannot be parsed counts by its
 * status: a proxy's page for a 502 is the server's error, one for a 200 is malformed.
 */
export function failureOfError(thrown: unknown, where: string, action: string): Failure {
  if (thrown instanceof Failure) return thrown;
  if (!(thrown instanceof Error)) return toFailure(thrown);
  const error: SdkError = thrown;
  const status = error.$metadata?.httpStatusCode;
  const reason = reasonOf(error, status);
  const retryAfterMs = waitOf(error.$response?.headers?.['retry-after']);
  return new Failure(reason, `${where} ${action}: ${describe(error, reason, status, action)}`, {
    cause: thrown,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    // the SDK has learned the offset from the answer: the next request is signed with it
    ...(reason === 'unauthorized' && error.$metadata?.clockSkewCorrected === true ? { retryable: true } : {}),
  });
}

function reasonOf(error: SdkError, status: number | undefined): FailureReason {
  const known = REASONS.get(error.name);
  if (known !== undefined) return known;
  if (error.name === 'AbortError') return 'aborted';
  if (status === undefined)
    return error.name === 'TimeoutError' && error.code === undefined ? 'timeout' : 'network';
  return reasonOfStatus(status) ?? 'malformed';
}

function describe(
  error: SdkError,
  reason: FailureReason,
  status: number | undefined,
  action: string,
): string {
  const [line = ''] = error.message.split('\n');
  const said = cutText(line, MAX_MESSAGE);
  if (reason === 'forbidden') return `not allowed: add ${action} to the policy of the credentials (${said})`;
  if (reason === 'unauthorized') return `${error.name}: ${said}; check the credentials of the account`;
  if (reason === 'server_error' || reason === 'malformed') return `status ${status}: ${said}`;
  return `${error.name}: ${said}`;
}

/** `Retry-After` in seconds, as ms. */
function waitOf(header: string | undefined): number | undefined {
  const ms = Number(header) * 1000;
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}
