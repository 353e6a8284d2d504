import { RE2JS } from 're2js';
import type { HttpTls, ProbeExchange, ProbeHttpRequest, Prober } from '../../src/model/ports.ts';
import { secondsOf, withExchange, type ProbeFailure, type ProbeOutcome } from './outcome.ts';
import { createRedirects, shown, type Hop, type Step } from './redirects.ts';
import { familyOf, type HttpTarget } from './settings.ts';

/** A page that says whether one is logged in is smaller; so much is looked through by an expression in ms. */
const MAX_BYTES = 1024 * 1024;

/** Asks for a URL and follows where it leads. */
export async function probeHttp(
  target: HttpTarget,
  tls: HttpTls,
  prober: Prober,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const redirects = createRedirects(new URL(target.url), target.method, target.max_redirects);
  let hop = redirects.first;
  let all: ProbeOutcome = { phases: {} };
  for (;;) {
    const leftMs = target.timeout - secondsOf(all.phases) * 1000;
    if (leftMs < 1) return { ...all, failure: late(target) };
    const seen = await prober.http({ ...requestOf(target, hop, signal), timeoutMs: leftMs, tls });
    all = withExchange(all, seen, hop.url, redirects.count);
    if (seen.fault !== undefined || seen.http === undefined) return { ...all, failure: seen.fault };
    const { status, headers, setCookies } = seen.http;
    const step = target.follow_redirects
      ? redirects.follow(hop, { status, location: headers['location'], setCookies })
      : ({ kind: 'done' } as const);
    if (step.kind === 'done') return judged(all, target, seen.http);
    if (step.kind !== 'next') return misled(all, step);
    hop = step.hop;
  }
}

function requestOf(
  target: HttpTarget,
  { url, method, cookie }: Hop,
  signal: AbortSignal,
): Omit<ProbeHttpRequest, 'timeoutMs'> {
  // What is secret goes to the host it was meant for, and to no other that this one leads to.
  const isOwn = url.origin === new URL(target.url).origin;
  const { body, bearer_token: token } = target;
  return {
    url: url.href,
    method,
    headers: {
      ...(isOwn ? headersOf(target.headers ?? '') : {}),
      ...(isOwn && token !== undefined ? { authorization: `Bearer ${token}` } : {}),
      ...(cookie === '' ? {} : { cookie }),
    },
    ...(body !== undefined && method === target.method && isOwn ? { body } : {}),
    ...familyOf(target.ip_protocol),
    isLed: url.hostname !== new URL(target.url).hostname,
    maxBytes: MAX_BYTES,
    signal,
  };
}

/** The configuration has checked the lines. */
function headersOf(lines: string): Record<string, string> {
  const pairs = lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()]);
  return Object.fromEntries(pairs);
}

function misled({ http, ...all }: ProbeOutcome, step: Extract<Step, { message: string }>): ProbeOutcome {
  const isLoop = step.kind === 'loop';
  const reason = isLoop ? 'redirect_loop' : 'bad_redirect';
  const failure = { reason, phase: 'processing', message: step.message } as const;
  return { ...all, http: http && { ...http, isLoop }, failure };
}

function judged(
  { http, ...all }: ProbeOutcome,
  target: HttpTarget,
  { status, body }: NonNullable<ProbeExchange['http']>,
): ProbeOutcome {
  const isBodyWrong = isWrong(target, body);
  return {
    ...all,
    http: http && { ...http, isBodyWrong },
    failure: failureOf(target, status, isBodyWrong === true),
  };
}

function failureOf(target: HttpTarget, status: number, isBodyWrong: boolean): ProbeFailure | undefined {
  const { valid_status_codes: valid } = target;
  const at = shown(new URL(target.url));
  const isValid = valid.length > 0 ? valid.includes(status) : status >= 200 && status < 300;
  if (!isValid) return { reason: 'status', phase: 'processing', message: `${at} answered ${status}` };
  if (isBodyWrong)
    return { reason: 'body', phase: 'transfer', message: `the body of ${at} is not as it should be` };
  return undefined;
}

/** Undefined where nothing is asked of the body. */
function isWrong(
  { fail_if_body_matches_regexp: bad, fail_if_body_not_matches_regexp: good }: HttpTarget,
  body: Uint8Array,
): boolean | undefined {
  if (bad === undefined && good === undefined) return undefined;
  const text = new TextDecoder().decode(body);
  return (bad !== undefined && has(text, bad)) || (good !== undefined && !has(text, good));
}

function has(text: string, pattern: string): boolean {
  return RE2JS.compile(pattern).matcher(text).find();
}

function late({ url, timeout }: HttpTarget): ProbeFailure {
  const message = `${shown(new URL(url))}: its redirects took longer than ${timeout} ms`;
  return { reason: 'timeout', phase: 'processing', message };
}
