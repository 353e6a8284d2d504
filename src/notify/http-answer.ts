import { cutText } from '../model/cut-text.ts';
import { Failure, reasonOfStatus, type FailureReason } from '../model/failure.ts';
import { oneLine } from '../model/one-line.ts';
import type { HttpResponse } from '../model/ports.ts';
import { loginSecrets } from './basic-login.ts';

const READ = 4096;
const SHOWN = 200;

/** What to do about an answer, by the reason it stands for. */
export type Advice = Readonly<Partial<Record<FailureReason, string>>>;

/**
 * The failure that an answer of a receiver stands for, or undefined when it was accepted. What the receiver said is
 * shown without the secrets that we sent it.
 */
export function failureOf(
  receiver: string,
  response: HttpResponse,
  secrets: readonly string[] = [],
  advice: Advice = {},
): Failure | undefined {
  const reason =
    response.status >= 300 && response.status < 400 ? 'rejected' : reasonOfStatus(response.status);
  if (reason === undefined) return undefined;
  const said = saidBy(new TextDecoder().decode(response.body.subarray(0, READ)), secrets);
  const seconds = Number(response.headers['retry-after']);
  const asked = Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
  const todo = advice[reason];
  return new Failure(
    reason,
    `${receiver} answered ${response.status}${said === '' ? '' : `: ${said}`}${todo === undefined ? '' : ` (${todo})`}`,
    asked,
  );
}

/** What must not be shown of a secret address: who answers may quote its path, or a part of its query, alone. */
export function urlSecrets(address: string): string[] {
  const { pathname, search, searchParams } = new URL(address);
  const parts = [`${pathname}${search}`, pathname, search.slice(1), ...searchParams.values()];
  return [address, ...parts.filter((part) => part.length > 1), ...loginSecrets(address)];
}

/** What another side said as part of one line of ours: without the secrets that we sent it, and not too long. */
export function saidBy(text: string, secrets: readonly string[]): string {
  // Cut only afterwards: a secret at the edge would be half shown.
  const clean = secrets
    .filter((secret) => secret !== '')
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, '<secret>'), text);
  return cutText(oneLine(clean), SHOWN);
}
