import { cutText } from '../model/cut-text.ts';
import { Failure, reasonOfStatus } from '../model/failure.ts';
import type { HttpResponse } from '../model/ports.ts';

const READ = 4096;
const SHOWN = 200;

/**
 * The failure that an answer of a receiver stands for, or undefined when it was accepted. What the receiver said is
 * shown without the secrets that we sent it.
 */
export function failureOf(
  receiver: string,
  response: HttpResponse,
  secrets: readonly string[] = [],
): Failure | undefined {
  const reason =
    response.status >= 300 && response.status < 400 ? 'rejected' : reasonOfStatus(response.status);
  if (reason === undefined) return undefined;
  const said = wordsOf(response.body, secrets);
  const seconds = Number(response.headers['retry-after']);
  const asked = Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
  return new Failure(
    reason,
    `${receiver} answered ${response.status}${said === '' ? '' : `: ${said}`}`,
    asked,
  );
}

function wordsOf(body: Uint8Array, secrets: readonly string[]): string {
  const text = new TextDecoder().decode(body.subarray(0, READ));
  // Cut only afterwards: a secret at the edge would be half shown.
  const clean = secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '<secret>'), text);
  return cutText(clean.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim(), SHOWN);
}
