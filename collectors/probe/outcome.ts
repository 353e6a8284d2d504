import type { ProbeExchange, ProbeFaultReason, ProbePhase } from '../../src/model/ports.ts';

/** Why a probe failed: the network, or an answer that is not what it should be. */
export type ProbeReason =
  | ProbeFaultReason
  | 'status'
  | 'redirect_loop'
  | 'bad_redirect'
  | 'body'
  | 'dns_answer';

export interface ProbeFailure {
  readonly reason: ProbeReason;
  readonly phase: ProbePhase;
  /** For people; no query, no secret. */
  readonly message: string;
}

/** What a probe saw, with all redirects. */
export interface ProbeOutcome {
  readonly failure?: ProbeFailure | undefined;
  /** Seconds by phase, added up. */
  readonly phases: ProbeExchange['phases'];
  readonly family?: 4 | 6 | undefined;
  readonly tls?: ProbeExchange['tls'] | undefined;
  /** The last answer. */
  readonly http?: HttpOutcome | undefined;
  /** Records of a name server. */
  readonly records?: number | undefined;
}

export interface HttpOutcome {
  readonly status: number;
  readonly version: string;
  readonly isTls: boolean;
  /** Undefined where the answer does not say. */
  readonly contentLength: number | undefined;
  readonly redirects: number;
  readonly isLoop?: boolean;
  /** Undefined where the body was not looked at. */
  readonly isBodyWrong?: boolean | undefined;
}

/** The outcome with one more answer: times are added up, the first certificate to expire counts. */
export function withExchange(
  before: ProbeOutcome,
  seen: ProbeExchange,
  { protocol }: URL,
  redirects: number,
): ProbeOutcome {
  const { family = before.family, http } = seen;
  const length = http?.headers['content-length'] ?? '';
  const answer = http && {
    status: http.status,
    version: http.version,
    isTls: protocol === 'https:',
    contentLength: /^\d+$/.test(length) ? Number(length) : undefined,
    redirects,
  };
  return {
    phases: added(before.phases, seen.phases),
    family,
    tls: firstToExpire(before.tls, seen.tls),
    http: answer ?? (before.http && { ...before.http, redirects }),
  };
}

/** The time that a probe's phases took. */
export function secondsOf(phases: ProbeOutcome['phases']): number {
  return roundedSum(Object.values(phases));
}

/** To the microsecond that the parts have. */
function roundedSum(seconds: readonly number[]): number {
  return Math.round(seconds.reduce((sum, each) => sum + each, 0) * 1e6) / 1e6;
}

function added(before: ProbeExchange['phases'], more: ProbeExchange['phases']): ProbeExchange['phases'] {
  const sum: Partial<Record<ProbePhase, number>> = { ...before };
  for (const phase of ['resolve', 'connect', 'tls', 'processing', 'transfer'] as const) {
    const seconds = more[phase];
    if (seconds !== undefined) sum[phase] = roundedSum([sum[phase] ?? 0, seconds]);
  }
  return sum;
}

function firstToExpire(before: ProbeExchange['tls'], now: ProbeExchange['tls']): ProbeExchange['tls'] {
  if (before?.expiresMs === undefined || now === undefined) return now ?? before;
  return { ...now, expiresMs: Math.min(before.expiresMs, now.expiresMs ?? Infinity) };
}
