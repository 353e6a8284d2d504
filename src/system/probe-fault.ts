import type { ProbeFaultReason, ProbePhase } from '../model/ports.ts';

const BY_CODE: Readonly<Record<string, ProbeFaultReason>> = {
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  EPIPE: 'connection_reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EAFNOSUPPORT: 'unreachable',
  ETIMEDOUT: 'timeout',
};
/** What OpenSSL says when the sides have no version in common; the first is said by us, the second by them. */
const VERSIONS = new Set([
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_WRONG_VERSION_NUMBER_ALERT',
  'ERR_SSL_NO_PROTOCOLS_AVAILABLE',
]);
/** What OpenSSL says of a certificate. Source: nodejs.org/api/tls.html, "X509 certificate error codes". */
const CERTIFICATES: Readonly<Record<string, ProbeFaultReason>> = {
  CERT_HAS_EXPIRED: 'certificate_expired',
  CERT_NOT_YET_VALID: 'certificate_not_yet_valid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate_self_signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate_wrong_host',
};

/**
 * The error that says why none of several addresses could be connected to: one of an address that has a route, as
 * machines without IPv6 have none to half of them.
 */
export function telling(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error;
  const all: readonly unknown[] = error.errors;
  return all.find((each) => BY_CODE[codeOf(each)] !== 'unreachable') ?? all[0];
}

/** The reason for an error of the network. */
export function faultReasonOf(error: unknown, phase: ProbePhase): ProbeFaultReason {
  const code = codeOf(error);
  if (phase === 'resolve') return isAbsent(code) ? 'dns_not_found' : 'dns_failed';
  const known = BY_CODE[code];
  if (known !== undefined) return known;
  if (phase === 'tls') return VERSIONS.has(code) ? 'tls_version' : 'tls_failed';
  return code.startsWith('HPE_') ? 'not_http' : 'connection_reset';
}

/** The reason for what `authorizationError` of a TLS socket says. */
export function certificateReasonOf(code: string): ProbeFaultReason {
  return CERTIFICATES[code] ?? 'certificate_untrusted';
}

/** The code of an error of Node; empty without one. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Whether a name server said that a name, or a record of it, is not there. */
export function isAbsent(code: string): boolean {
  return code === 'ENOTFOUND' || code === 'ENODATA';
}
